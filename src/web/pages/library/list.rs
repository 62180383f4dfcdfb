//! The documents, with a form for another on top.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::show::kind_label;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::document::Document;
use crate::models::user::User;
use crate::services::documents::{self, ListDocuments};
use crate::web::auth::PageUser;
use crate::web::errors::{WebError, WebResult};
use crate::web::extract::Query;
use crate::web::pages::form::Problems;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::Listing;
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::number::size;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, page_with};
use crate::web::upload::DocumentForm;
use crate::web::{App, library, paths};

/// Documents on one page.
const LINES: &str = "30";

/// `GET /library`.
#[derive(Template)]
#[template(path = "library/index.html")]
struct LibraryPage {
    frame: Frame,
    listing: Listing,
    lines: Vec<Line>,
    /// The title that was typed; a file has to be chosen anew.
    title: String,
    problems: Problems,
}

/// One document.
struct Line {
    id: String,
    title: String,
    kind: &'static str,
    size: String,
    file_name: String,
    given: Moment,
}

impl LibraryPage {
    fn load(
        conn: &mut DbConn,
        user: &User,
        reader: Reader,
        asked: ListDocuments,
        title: String,
        problems: Problems,
    ) -> AppResult<Self> {
        let wanted = ListDocuments { limit: Some(LINES.to_owned()), ..asked };
        let found = documents::list(conn, user, &wanted)?;
        let (clock, locale) = (reader.clock(), reader.locale(Some(user)));
        let listing = Listing::new(paths::LIBRARY, wanted.q.as_deref(), &[])
            .paged(wanted.cursor.as_deref(), found.next_cursor.as_deref());
        let lines = found.items.into_iter().map(|row| Line::new(row, clock, locale)).collect();
        Ok(Self { frame: reader.frame(conn, user, None)?, listing, lines, title, problems })
    }
}

impl Line {
    fn new(row: Document, clock: Clock, locale: Locale) -> Self {
        Self {
            kind: kind_label(&row.content_type),
            size: size(row.size),
            given: clock.ago(row.created_at.millis(), locale),
            id: row.id,
            title: row.title,
            file_name: row.file_name,
        }
    }
}

/// Lists the reader's documents.
pub async fn index(
    user: PageUser,
    app: App,
    reader: Reader,
    asked: Query<ListDocuments>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        LibraryPage::load(conn, &user.0, reader, asked.0, String::new(), Problems::default())
    };
    page(&app.db.read(load).await?)
}

/// Takes a file in; one that is refused is asked for again.
pub async fn create(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    form: Result<DocumentForm, WebError>,
) -> WebResult<HttpResponse> {
    let title = form.as_ref().ok().and_then(|form| form.0.title.clone()).unwrap_or_default();
    let taken = match form {
        Ok(form) => library::take(&app, user.0.clone(), form).await.map_err(WebError::App),
        Err(error) => Err(error),
    };
    match taken {
        Ok((kept, true)) => done(&session, "flash.document_kept", &paths::document(&kept.id)),
        Ok((kept, false)) => done(&session, "flash.document_known", &paths::document(&kept.id)),
        Err(error) => refused(&app, user.0, reader, title, error).await,
    }
}

async fn refused(
    app: &App,
    user: User,
    reader: Reader,
    title: String,
    error: WebError,
) -> WebResult<HttpResponse> {
    let (status, problems) = problems(error, reader.locale(Some(&user)))?;
    let (reader, asked) = (reader.at(paths::LIBRARY), ListDocuments::default());
    let load = move |conn: &mut DbConn| LibraryPage::load(conn, &user, reader, asked, title, problems);
    page_with(status, &app.db.read(load).await?)
}

/// What is said beside the form about a file that was not taken.
fn problems(error: WebError, locale: Locale) -> Result<(StatusCode, Problems), WebError> {
    let status = error.status();
    let of_file = |key: &str| Ok((status, Problems::of_field("file", locale.t(key).into_owned())));
    match error {
        WebError::FileTooLarge(code)
        | WebError::App(AppError::Unsupported(code @ "document_unsupported")) => {
            of_file(&format!("error.{code}"))
        }
        WebError::App(AppError::BadRequest("missing_parameter")) => of_file("import.missing"),
        WebError::App(error) => Ok((status, Problems::from_error(error, locale)?)),
        other => Err(other),
    }
}
