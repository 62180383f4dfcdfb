//! Sessions from a file.

use actix_web::web::{self, Json as Body};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{ImportUnknown, InvalidForm, MissingParameter};
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::archive::Archive;
use crate::models::user::User;
use crate::services::import::{self, Imported};
use crate::state::AppState;
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::client::ApiLocale;
use crate::web::errors::WebResult;
use crate::web::upload::Upload;

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

/// Imports sessions: our own export without loss, OpenAI's `conversations.json`, or Open WebUI's chats. The body is the
/// file itself, or a form with the field `file`; at most 64 MiB, all or nothing.
#[utoipa::path(post, path = "/api/chat/sessions/import",
    request_body(content((Archive = "application/json"), (UploadForm = "multipart/form-data"))),
    responses((status = 200, body = ImportBody), ImportUnknown, InvalidForm, MissingParameter))]
pub async fn import(user: ApiUser, app: App, locale: ApiLocale, file: Upload) -> WebResult<Body<ImportBody>> {
    let done = take_in(&app, user.0, file, locale.0).await?;
    let imported = ImportedCounts { sessions: done.sessions.len(), messages: done.messages };
    let told = done.notes.told(locale.0).into_iter();
    let notes = told.map(|(code, count, message)| ImportNote { code: code.to_owned(), count, message });
    Ok(Body(ImportBody { imported, sessions: done.sessions, notes: notes.collect() }))
}

/// Reads a file beside the threads that serve, then stores it in one transaction.
///
/// # Errors
/// Those of [`import::read`] and [`import::store`].
pub async fn take_in(app: &AppState, user: User, file: Upload, locale: Locale) -> AppResult<Imported> {
    let read = web::block(move || import::read(&file.0)).await;
    let incoming = read.map_err(|error| AppError::Internal(error.into()))??;
    app.db.write(move |conn| import::store(conn, &user, incoming, locale)).await
}
