//! What single routes refuse besides what [`openapi`](crate::web::openapi) tells of all: types to name among a
//! handler's `responses(…)`. Each stands for an error as it is really answered; knows nothing of when.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

use crate::error::{AppError, Thing};
use crate::web::errors::WebError;
use crate::web::openapi::errors::described;

macro_rules! refusals {
    ($($name:ident = $error:expr;)+) => {
        $(
            #[doc = concat!("`", stringify!($error), "`.")]
            pub struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    described(&$error.into())
                }
            }
        )+
    };
}

refusals! {
    MissingCode = AppError::BadRequest("missing_code");
    MissingId = AppError::BadRequest("missing_id");
    MissingName = AppError::BadRequest("missing_name");
    MissingParameter = AppError::BadRequest("missing_parameter");
    MissingTitle = AppError::BadRequest("missing_title");
    InvalidForm = AppError::BadRequest("invalid_form");
    InvalidType = AppError::BadRequest("invalid_type");
    ImportTooMany = AppError::BadRequest("import_too_many");
    ImportUnknown = AppError::BadRequest("import_unknown");
    NotAnAnswer = AppError::BadRequest("not_an_answer");
    NotAQuestion = AppError::BadRequest("not_a_question");
    WrongAction = AppError::field("action", "unknown_value");
    WrongAfter = AppError::field("after", "not_a_number");
    WrongBaseVersion = AppError::field("base_version", "required");
    WrongContent = AppError::field("content", "required");
    WrongDailyTokens = AppError::field("daily_tokens", "out_of_range");
    WrongEmail = AppError::field("email", "not_an_email");
    WrongExpiry = AppError::field("expires_at", "in_the_past");
    WrongFile = AppError::field("file", "document_empty");
    WrongFormat = AppError::field("format", "unknown_value");
    WrongKind = AppError::field("kind", "required");
    WrongName = AppError::field("name", "too_long");
    WrongPrice = AppError::field("price_cents", "out_of_range");
    WrongStatus = AppError::field("status", "unknown_value");
    WrongTheme = AppError::field("theme", "unknown_value");
    WrongTitle = AppError::field("title", "too_long");
    WrongVersion = AppError::field("version", "not_a_number");
    Unauthorized = AppError::Unauthorized;
    AdminOnly = AppError::Forbidden("admin_only");
    NotAuthor = AppError::Forbidden("not_author");
    FormExpected = AppError::Unsupported("form_expected");
    DocumentUnsupported = AppError::Unsupported("document_unsupported");
    DocumentTooLarge = WebError::FileTooLarge("document_too_large");
    NotFound = AppError::NotFound(Thing::Resource);
    SessionNotFound = AppError::NotFound(Thing::ChatSession);
    AnswerComplete = AppError::Conflict("answer_complete");
    AnswerFollowed = AppError::Conflict("answer_followed");
    EmailTaken = AppError::Conflict("email_taken");
    EvidenceTooLarge = AppError::Conflict("evidence_too_large");
    NoModel = AppError::Conflict("no_model");
    NotWaiting = AppError::Conflict("not_waiting");
    OwnAccount = AppError::Conflict("own_account");
    ResearchGone = AppError::Conflict("research_gone");
    RunActive = AppError::Conflict("run_active");
    BudgetSpent = AppError::BudgetSpent { retry_after: 1 };
    StaleVersion = AppError::Conflict("stale_version");
}
