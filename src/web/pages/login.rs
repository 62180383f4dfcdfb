//! Sign-in with a local account.

use askama::Template;

use crate::web::{pages::frame::Frame, paths};

/// `GET /login`.
#[derive(Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The address that was typed.
    pub email: String,
    /// Where to go on after signing in.
    pub next: String,
    /// Why the last attempt failed.
    pub problem: Option<String>,
}
