//! Errors as JSON, in the reader's language, under the request's id.

use std::collections::BTreeMap;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse};
use serde::Serialize;
use tracing_actix_web::RequestId;
use utoipa::ToSchema;

use crate::error::AppError;
use crate::i18n::Locale;
use crate::web::client::api_locale;
use crate::web::errors::WebError;

/// The one shape of errors under `/api`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A sentence for people, in Chinese unless `Accept-Language` prefers English.
    #[schema(example = "会话不存在")]
    pub error: String,
    /// A stable name for programs.
    #[schema(example = "session_not_found")]
    pub code: String,
    /// More about it, when that is safe to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with single fields: a sentence each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeMap<String, String>>,
    /// The id under which the log tells more.
    #[schema(example = "0e2f7f5a-52c1-4d8e-9a57-3d0c8a1b6f42")]
    pub request_id: String,
}

/// What a problem's wording depends on, taken from the request before it is handled.
struct Asked {
    locale: Locale,
    request_id: String,
    method: Method,
}

impl Asked {
    fn of(request: &ServiceRequest) -> Self {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string);
        Self {
            locale: api_locale(request.request()),
            request_id: id.unwrap_or_default(),
            method: request.method().clone(),
        }
    }
}

/// Fills in every error that leaves the API.
///
/// # Errors
/// None of its own; failures of middleware further in come out as ready answers.
pub async fn render<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let asked = Asked::of(&request);
    match next.call(request).await {
        Ok(response) => {
            let operation = operation_failed(&asked.method, response.request().match_pattern().as_deref());
            Ok(match WebError::answer(&response, |error| build(&asked, error, operation)) {
                Some(filled) => response.into_response(filled).map_into_right_body(),
                None => response.map_into_left_body(),
            })
        }
        Err(error) => {
            let filled = build(&asked, &WebError::unexpected(&error), None);
            Err(InternalError::from_response(error, filled).into())
        }
    }
}

fn build(asked: &Asked, error: &WebError, operation: Option<&str>) -> HttpResponse {
    error.log();
    let mut answer = HttpResponse::build(error.status());
    error.add_headers(&mut answer);
    if matches!(error, WebError::App(AppError::Unauthorized)) {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    answer.json(Problem::new(error, operation, asked.locale, asked.request_id.clone()))
}

impl Problem {
    /// What an error is answered with. `operation` is what [`operation_failed`] says of the route: it stands in place
    /// of the sentence for internal errors.
    pub fn new(error: &WebError, operation: Option<&str>, locale: Locale, request_id: String) -> Self {
        let internal = error.status() == StatusCode::INTERNAL_SERVER_ERROR;
        let key = operation.filter(|_| internal).unwrap_or(error.code());
        Self {
            error: locale.t(&format!("error.{key}")).into_owned(),
            code: error.code().to_owned(),
            detail: place(locale, error),
            fields: fields(locale, error),
            request_id,
        }
    }
}

/// Where in the body reading it came to an end.
fn place(locale: Locale, error: &WebError) -> Option<String> {
    let WebError::App(AppError::Unreadable { line, column, .. }) = error else { return None };
    let place = [("line", line.to_string()), ("column", column.to_string())];
    Some(locale.t_with("problem.place", &place.each_ref().map(|(name, number)| (*name, number.as_str()))))
}

fn fields(locale: Locale, error: &WebError) -> Option<BTreeMap<String, String>> {
    let WebError::App(AppError::Invalid(fields)) = error else { return None };
    let sentence = |problem: &&str| locale.t(&format!("field.{problem}")).into_owned();
    Some(fields.iter().map(|(name, problem)| ((*name).to_owned(), sentence(problem))).collect())
}

/// The guide's own sentences for what could not be done: the route's key under `error.`, by its method and pattern.
pub fn operation_failed(method: &Method, pattern: Option<&str>) -> Option<&'static str> {
    match (method.as_str(), pattern?) {
        ("GET", "/api/chat/sessions") => Some("list_sessions_failed"),
        ("POST", "/api/chat/sessions") => Some("create_session_failed"),
        ("DELETE", "/api/chat/sessions" | "/api/chat/sessions/{id}") => Some("delete_session_failed"),
        ("PATCH", "/api/chat/sessions" | "/api/chat/sessions/{id}") => Some("rename_session_failed"),
        ("GET", "/api/artifacts" | "/api/artifacts/{id}") => Some("read_artifacts_failed"),
        ("DELETE", "/api/artifacts/{id}") => Some("delete_artifact_failed"),
        ("GET", "/api/tasks" | "/api/tasks/{id}") => Some("read_tasks_failed"),
        ("POST", "/api/tasks") => Some("create_task_failed"),
        ("PUT", "/api/tasks/{id}") => Some("update_task_failed"),
        ("DELETE", "/api/tasks/{id}") => Some("delete_task_failed"),
        _ => None,
    }
}
