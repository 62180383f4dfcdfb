//! Errors on their way out: one type for handlers and extractors, rendered by scope as JSON (`api::problem`)
//! or as a page (`pages::problem`).
//!
//! actix's `ResponseError` cannot see the request, so it only marks the response; each scope's middleware then
//! fills it in the reader's language. Causes go to the log, never to the reader.

use std::fmt;

use actix_web::dev::ServiceResponse;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};

use super::session_store;
use crate::error::{AppError, Thing};

/// What handlers return.
pub type WebResult<T> = Result<T, WebError>;

/// An error that will be rendered by its scope.
#[derive(Debug)]
pub enum WebError {
    /// From below.
    App(AppError),
    /// The path has other methods.
    MethodNotAllowed {
        /// What it has, for the `Allow` header.
        allow: String,
    },
    /// The body is larger than allowed.
    TooLarge,
    /// A file is larger than allowed; the code says how large it may be.
    FileTooLarge(&'static str),
    /// The body is of another type than the route reads.
    UnsupportedMediaType,
    /// A page that needs somebody signed in; leads to sign-in and back to `next`.
    SignIn {
        /// The path and query that was asked for.
        next: String,
    },
}

impl WebError {
    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::App(error) => app_status(error),
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge | Self::FileTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::SignIn { .. } => StatusCode::SEE_OTHER,
        }
    }

    /// Its stable name, and the key of its sentence (`error.<code>`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::App(error) => error.code(),
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::FileTooLarge(code) => code,
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::SignIn { .. } => "unauthorized",
        }
    }

    /// What a response that carries an error is to say: `answer` is given ours, or what stands for one of actix's
    /// own. `None` when it carries none.
    pub fn answer<B, T>(response: &ServiceResponse<B>, answer: impl FnOnce(&Self) -> T) -> Option<T> {
        let carried = response.response().error()?;
        Some(match carried.as_error::<Self>() {
            Some(own) => answer(own),
            None => answer(&Self::foreign(response.status(), carried)),
        })
    }

    fn foreign(status: StatusCode, error: &actix_web::Error) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::App(AppError::NotFound(Thing::Resource)),
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            status if status.is_client_error() => Self::App(AppError::BadRequest("bad_request")),
            _ => Self::unexpected(error),
        }
    }

    /// What stands for a failure nobody has a name for.
    pub fn unexpected(error: &actix_web::Error) -> Self {
        let cause = anyhow::anyhow!("{error}");
        Self::App(match session_store::is_out_of_reach(error) {
            true => AppError::Unavailable(cause),
            false => AppError::Internal(cause),
        })
    }

    /// Seconds after which another try makes sense, where that is known.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::App(AppError::TooManyRequests { retry_after } | AppError::BudgetSpent { retry_after }) => {
                Some(*retry_after)
            }
            Self::App(AppError::Unavailable(_)) => Some(5),
            _ => None,
        }
    }

    /// The headers that go with it, in every scope.
    pub fn add_headers(&self, answer: &mut HttpResponseBuilder) {
        if let Some(seconds) = self.retry_after() {
            answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Self::MethodNotAllowed { allow } = self {
            answer.insert_header((header::ALLOW, allow.as_str()));
        }
    }

    /// Writes what readers do not see to the log.
    pub fn log(&self) {
        match self {
            Self::App(AppError::Internal(cause)) => {
                tracing::error!(cause = format!("{cause:#}"), "internal error")
            }
            Self::App(AppError::Unavailable(cause)) => {
                tracing::error!(cause = format!("{cause:#}"), "unavailable")
            }
            _ => {}
        }
    }
}

/// The status of an error from below.
pub fn app_status(error: &AppError) -> StatusCode {
    match error {
        AppError::BadRequest(_) | AppError::Unreadable { .. } | AppError::Invalid(_) => {
            StatusCode::BAD_REQUEST
        }
        AppError::Unauthorized => StatusCode::UNAUTHORIZED,
        AppError::Forbidden(_) => StatusCode::FORBIDDEN,
        AppError::NotFound(_) => StatusCode::NOT_FOUND,
        AppError::Conflict(_) => StatusCode::CONFLICT,
        AppError::Unsupported(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        AppError::TooManyRequests { .. } | AppError::BudgetSpent { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::Model(_) | AppError::Identity(_) | AppError::Unavailable(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl fmt::Display for WebError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(error) => error.fmt(f),
            other => f.write_str(other.code()),
        }
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}

impl<E: Into<AppError>> From<E> for WebError {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

/// For paths nobody knows.
pub async fn unknown_path() -> WebError {
    WebError::App(AppError::NotFound(Thing::Resource))
}

impl actix_web::Responder for WebError {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &actix_web::HttpRequest) -> HttpResponse {
        HttpResponse::from_error(self)
    }
}
