//! Sessions from a file.

use actix_web::http::header::{self, HeaderName};
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{ImportTooMany, ImportUnknown, InvalidForm, MissingParameter, NotFound};
use crate::db::Time;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::archive::Archive;
use crate::models::import::ImportStatus;
use crate::services::import::{Imported, Standing};
use crate::web::auth::ApiUser;
use crate::web::client::{ApiLocale, header_text};
use crate::web::errors::WebResult;
use crate::web::extract::Id;
use crate::web::upload::Upload;
use crate::web::{App, importing};

/// What a caller would rather have (RFC 7240); `respond-async`: not wait.
const PREFER: HeaderName = HeaderName::from_static("prefer");
/// Which of it was done.
const APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const ASYNC: &str = "respond-async";

/// What an import has done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportBody {
    /// How much there was.
    pub imported: ImportedCounts,
    /// The ids of the sessions, in the order of the file.
    #[schema(example = json!(["01a20750-065f-7622-966a-1aef5b302e93"]))]
    pub sessions: Vec<String>,
    /// What could not be kept as it was; empty when all was.
    #[schema(example = json!([]))]
    pub notes: Vec<ImportNote>,
}

/// How much was imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedCounts {
    /// Sessions.
    #[schema(example = 1)]
    pub sessions: usize,
    /// Messages of all of them.
    #[schema(example = 1)]
    pub messages: usize,
}

/// Something that was not kept as it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportNote {
    /// A stable name for programs.
    pub code: String,
    /// How often.
    pub count: usize,
    /// A sentence for people.
    pub message: String,
}

/// A form with a file, as it is described; [`Upload`] reads it.
#[derive(ToSchema)]
pub struct UploadForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// An import that may be under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportStateBody {
    /// The import.
    pub import: ImportState,
}

/// How an import stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportState {
    /// UUIDv7.
    pub id: String,
    /// `running`, `succeeded`, or `failed`, which leaves nothing behind.
    pub status: ImportStatus,
    /// Messages stored so far; they are seen when all are.
    #[schema(example = 1)]
    pub stored: i64,
    /// Messages in the file.
    #[schema(example = 1)]
    pub total: i64,
    /// What it has done, once it has succeeded.
    #[schema(required)]
    pub result: Option<ImportBody>,
    /// Why it failed.
    #[schema(required)]
    pub error: Option<ImportFailure>,
    /// When the file was read.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was stored, or failed.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Time>,
}

/// Why an import failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportFailure {
    /// A sentence for people.
    pub error: String,
    /// A stable name for programs.
    pub code: String,
}

impl ImportBody {
    fn new(done: Imported, locale: Locale) -> Self {
        let told = done.notes.told(locale).into_iter();
        let notes = told.map(|(code, count, message)| ImportNote { code: code.to_owned(), count, message });
        let imported = ImportedCounts { sessions: done.sessions.len(), messages: done.messages };
        Self { imported, notes: notes.collect(), sessions: done.sessions }
    }
}

impl ImportState {
    fn new(standing: Standing, locale: Locale) -> Self {
        let failure =
            |code: String| ImportFailure { error: locale.t(&format!("error.{code}")).into_owned(), code };
        Self {
            id: standing.id,
            status: standing.status,
            stored: standing.stored,
            total: standing.total,
            result: standing.imported.map(|done| ImportBody::new(done, locale)),
            error: standing.error_code.map(failure),
            created_at: standing.created_at,
            finished_at: standing.finished_at,
        }
    }
}

/// Imports sessions: our own export without loss, OpenAI's `conversations.json`, or Open WebUI's chats. The body is the
/// file itself, or a form with the field `file`; at most 64 MiB with 200,000 sessions and messages, all or nothing. Answers when all is stored; with
/// `Prefer: respond-async` as soon as the file is understood. An import goes on when the connection is closed.
#[utoipa::path(post, path = "/api/chat/sessions/import",
    params(("Prefer" = Option<String>, Header, description = "`respond-async`: do not wait until all is stored")),
    request_body(content((Archive = "application/json"), (UploadForm = "multipart/form-data"))),
    responses((status = 200, body = ImportBody),
        (status = 202, body = ImportStateBody, description = "Under way; `Location` tells how it stands"),
        ImportTooMany, ImportUnknown, InvalidForm, MissingParameter))]
pub async fn import(
    user: ApiUser,
    app: App,
    locale: ApiLocale,
    request: HttpRequest,
    file: Upload,
) -> WebResult<HttpResponse> {
    let started = importing::start(&app, user.0.clone(), file, locale.0).await?;
    let preferred = header_text(&request, &PREFER).unwrap_or_default();
    if preferred.split([',', ';']).any(|word| word.trim().eq_ignore_ascii_case(ASYNC)) {
        let state = state(&app, user, started.id, locale.0).await?;
        let location = format!("/api/chat/sessions/imports/{}", state.import.id);
        let mut answer = HttpResponse::Accepted();
        return Ok(answer
            .insert_header((header::LOCATION, location))
            .insert_header((APPLIED, ASYNC))
            .json(state));
    }
    let done = started.task.await.map_err(|error| AppError::Internal(error.into()))??;
    Ok(HttpResponse::Ok().json(ImportBody::new(done, locale.0)))
}

/// Tells how an import stands, for a day.
#[utoipa::path(get, path = "/api/chat/sessions/imports/{id}",
    responses((status = 200, body = ImportStateBody), NotFound))]
pub async fn show(user: ApiUser, app: App, locale: ApiLocale, id: Id) -> WebResult<Body<ImportStateBody>> {
    Ok(Body(state(&app, user, id.0, locale.0).await?))
}

async fn state(app: &App, user: ApiUser, id: String, locale: Locale) -> AppResult<ImportStateBody> {
    let standing = importing::find(app, user.0, id).await?;
    Ok(ImportStateBody { import: ImportState::new(standing, locale) })
}
