//! The pages on which conversations are brought in: the form with the file, and how far it is.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::rt::time::timeout;
use askama::Template;

use crate::error::AppError;
use crate::i18n::Locale;
use crate::models::import::ImportStatus;
use crate::services::import::Standing;
use crate::web::auth::PageUser;
use crate::web::errors::{WebError, WebResult};
use crate::web::extract::Id;
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{page, page_with, see_other};
use crate::web::upload::Upload;
use crate::web::{App, importing, paths};

/// For how long a reader waits for an import instead of being shown how far it is.
const PATIENCE: Duration = Duration::from_millis(500);

/// `GET /chat/import`.
#[derive(Template)]
#[template(path = "chat/import.html")]
struct ImportPage {
    frame: Frame,
    /// Why the file was refused.
    problem: Option<String>,
}

/// `GET /chat/import/{id}`.
#[derive(Template)]
#[template(path = "chat/imported.html")]
struct ImportedPage {
    frame: Frame,
    running: bool,
    stored: i64,
    total: i64,
    done: Option<Done>,
    /// Why nothing was imported.
    problem: Option<String>,
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
    page(&ImportPage { frame, problem: None })
}

/// Takes a file in and leads to how that goes; a file that is refused is asked for again.
pub async fn import(
    user: PageUser,
    app: App,
    reader: Reader,
    file: Result<Upload, WebError>,
) -> WebResult<HttpResponse> {
    let locale = reader.locale(Some(&user.0));
    let started = match file {
        Ok(file) => importing::start(&app, user.0.clone(), file, locale).await.map_err(WebError::App),
        Err(error) => Err(error),
    };
    match started {
        Ok(started) => {
            // Most files are small: their readers see the end at once.
            let _ = timeout(PATIENCE, started.task).await;
            Ok(see_other(&paths::import(&started.id)))
        }
        Err(error) => {
            let (status, problem) = refusal(error, locale)?;
            let reader = reader.at(paths::IMPORT);
            let frame = app.db.read(move |conn| reader.frame(conn, &user.0, None)).await?;
            page_with(status, &ImportPage { frame, problem: Some(problem) })
        }
    }
}

/// Tells how far an import is, and what it has done in the end.
pub async fn show(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let standing = importing::find(&app, user.0.clone(), id.0).await?;
    let frame = app.db.read(move |conn| reader.frame(conn, &user.0, None)).await?;
    page(&ImportedPage::new(frame, standing))
}

impl ImportedPage {
    fn so_far(&self) -> String {
        let (stored, total) = (self.stored.to_string(), self.total.to_string());
        self.frame.locale.t_with("import.so_far", &[("stored", &stored), ("total", &total)])
    }

    fn new(frame: Frame, standing: Standing) -> Self {
        let locale = frame.locale;
        let done = standing.imported.map(|done| Done {
            sessions: done.sessions.len(),
            messages: done.messages,
            notes: done.notes.told(locale).into_iter().map(|(_, _, sentence)| sentence).collect(),
        });
        Self {
            running: standing.status == ImportStatus::Running,
            stored: standing.stored,
            total: standing.total,
            done,
            problem: standing.error_code.map(|code| locale.t(&format!("error.{code}")).into_owned()),
            frame,
        }
    }
}

/// What is said about a file that was not taken.
fn refusal(error: WebError, locale: Locale) -> Result<(StatusCode, String), WebError> {
    let sentence = match &error {
        WebError::FileTooLarge(code) => locale.t(&format!("error.{code}")).into_owned(),
        WebError::App(AppError::Unreadable { line, column, .. }) => locale
            .t_with("import.unreadable", &[("line", &line.to_string()), ("column", &column.to_string())]),
        WebError::App(AppError::BadRequest("missing_parameter")) => locale.t("import.missing").into_owned(),
        WebError::App(AppError::BadRequest(code)) => locale.t(&format!("error.{code}")).into_owned(),
        _ => return Err(error),
    };
    Ok((error.status(), sentence))
}
