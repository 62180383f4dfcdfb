//! The page shown when something went wrong: what happened, what to do, and the id the log knows it by.

use askama::Template;

use crate::web::{pages::frame::Frame, paths};

/// An error as a page.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The HTTP status.
    pub status: u16,
    /// What happened, when more is known than the status says.
    pub detail: Option<String>,
    /// Seconds until another try makes sense.
    pub retry_after: Option<u64>,
    /// The id under which the log tells more.
    pub request_id: String,
}

impl ErrorPage {
    fn title(&self) -> &'static str {
        match self.status {
            401 | 403 => "problem.forbidden.title",
            404 | 410 => "problem.not_found.title",
            405 => "problem.method.title",
            409 => "problem.conflict.title",
            413 => "problem.too_large.title",
            429 => "problem.too_many.title",
            503 => "problem.unavailable.title",
            400..=499 => "problem.bad_request.title",
            _ => "problem.internal.title",
        }
    }

    fn advice(&self) -> &'static str {
        match self.status {
            401 | 403 => "problem.forbidden.advice",
            404 | 410 => "problem.not_found.advice",
            405 => "problem.method.advice",
            409 => "problem.conflict.advice",
            413 => "problem.too_large.advice",
            429 => "problem.too_many.advice",
            503 => "problem.unavailable.advice",
            400..=499 => "problem.bad_request.advice",
            _ => "problem.internal.advice",
        }
    }
}
