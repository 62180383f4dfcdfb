//! Errors as pages: what happened, what to do, and the id the log knows it by. Shown without the sidebar, so that
//! they need no database.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use tracing_actix_web::RequestId;

use super::frame::Frame;
use super::reader::Reader;
use super::respond::see_other;
use crate::error::{AppError, Thing};
use crate::web::client::header_text;
use crate::web::errors::WebError;
use crate::web::paths;

/// What is said to who opens the link of an invitation too late has a heading of its own.
const INVITATION: &str = "invitation_invalid";

/// So has what is said to who has spent the day's tokens.
const BUDGET: &str = "budget_spent";

/// An error as a page.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    /// The HTTP status.
    status: u16,
    /// The stable name of what happened.
    code: &'static str,
    /// What happened, when more is known than the status says.
    detail: Option<String>,
    /// Seconds until another try makes sense.
    retry_after: Option<u64>,
    /// The id under which the log tells more.
    request_id: String,
}

/// What an error page depends on, taken from the request before it is handled.
struct Asked {
    reader: Reader,
    request_id: String,
    came_from: Option<String>,
}

impl Asked {
    fn of(request: &ServiceRequest) -> Self {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string);
        Self {
            reader: Reader::of(request.request()),
            request_id: id.unwrap_or_default(),
            came_from: came_from(request.request()),
        }
    }
}

/// The page of ours that a form was posted from.
fn came_from(request: &HttpRequest) -> Option<String> {
    let referrer = header_text(request, &header::REFERER)?;
    let info = request.connection_info();
    let path = referrer.strip_prefix(&format!("{}://{}", info.scheme(), info.host()))?;
    Some(path.to_owned())
}

/// Fills in every error that leaves the pages; who has to sign in is sent there, and back afterwards.
///
/// # Errors
/// None of its own; failures of middleware further in come out as ready answers.
pub async fn render<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let asked = Asked::of(&request);
    match next.call(request).await {
        Ok(response) => Ok(match WebError::answer(&response, |error| answer(asked, error)) {
            Some(filled) => response.into_response(filled).map_into_right_body(),
            None => response.map_into_left_body(),
        }),
        Err(error) => {
            let filled = answer(asked, &WebError::unexpected(&error));
            Err(InternalError::from_response(error, filled).into())
        }
    }
}

fn answer(asked: Asked, error: &WebError) -> HttpResponse<BoxBody> {
    error.log();
    if let WebError::SignIn { next } = error {
        let back = Some(next.as_str()).filter(|next| !next.is_empty()).or(asked.came_from.as_deref());
        return see_other(&paths::login(paths::safe_next(back)));
    }
    let mut answer = HttpResponse::build(error.status());
    error.add_headers(&mut answer);
    let page = ErrorPage::new(asked, error);
    answer.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/html; charset=utf-8");
    answer.body(page.render().unwrap_or_else(|_| page.request_id.clone()))
}

impl ErrorPage {
    fn new(asked: Asked, error: &WebError) -> Self {
        let frame = asked.reader.alone();
        let says_more = matches!(
            error,
            WebError::App(
                AppError::BadRequest(_)
                    | AppError::Forbidden(_)
                    | AppError::Conflict(_)
                    | AppError::BudgetSpent { .. }
                    | AppError::Model(_)
            ) | WebError::App(AppError::NotFound(Thing::ChatSession))
        );
        let detail = says_more.then(|| frame.t(&format!("error.{}", error.code())).into_owned());
        Self {
            status: error.status().as_u16(),
            code: error.code(),
            detail,
            // Until midnight there are more seconds than anybody wants to read.
            retry_after: error.retry_after().filter(|_| error.code() != BUDGET),
            request_id: asked.request_id,
            frame,
        }
    }

    fn title(&self) -> &'static str {
        match self.status {
            _ if self.code == INVITATION => "problem.invitation.title",
            _ if self.code == BUDGET => "problem.budget.title",
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
            _ if self.code == INVITATION => "problem.invitation.advice",
            _ if self.code == BUDGET => "problem.budget.advice",
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
