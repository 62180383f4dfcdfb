//! The page on which conversations are brought in from a file.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::error::AppError;
use crate::services::import::Imported;
use crate::web::App;
use crate::web::api::import::take_in;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{page, page_with};
use crate::web::paths;
use crate::web::upload::Upload;

/// `GET /chat/import`, and the answer to a file.
#[derive(Template)]
#[template(path = "chat/import.html")]
struct ImportPage {
    frame: Frame,
    /// Why the file was refused.
    problem: Option<String>,
    done: Option<Done>,
}

/// What was imported.
struct Done {
    sessions: usize,
    messages: usize,
    /// What was not kept as it was, a sentence each.
    notes: Vec<String>,
}

/// Asks for a file.
pub async fn form(user: PageUser, app: App, reader: Reader) -> WebResult<HttpResponse> {
    let frame = app.db.read(move |conn| reader.frame(conn, &user.0, None)).await?;
    page(&ImportPage { frame, problem: None, done: None })
}

/// Takes a file in and says what became of it.
pub async fn import(user: PageUser, app: App, reader: Reader, file: Upload) -> WebResult<HttpResponse> {
    let locale = reader.locale(Some(&user.0));
    let (status, problem, done) = match take_in(&app, user.0.clone(), file, locale).await {
        Ok(Imported { sessions, messages, notes }) => {
            let notes = notes.told(locale).into_iter().map(|(_, _, sentence)| sentence).collect();
            (StatusCode::OK, None, Some(Done { sessions: sessions.len(), messages, notes }))
        }
        Err(AppError::BadRequest(code)) => {
            let status = app_status(&AppError::BadRequest(code));
            (status, Some(locale.t(&format!("error.{code}")).into_owned()), None)
        }
        Err(other) => return Err(other.into()),
    };
    let reader = reader.at(paths::IMPORT);
    let frame = app.db.read(move |conn| reader.frame(conn, &user.0, None)).await?;
    page_with(status, &ImportPage { frame, problem, done })
}
