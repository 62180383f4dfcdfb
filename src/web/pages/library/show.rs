//! One document, and its end.

use std::sync::Arc;

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;

use crate::db::DbConn;
use crate::markdown::Cache;
use crate::services::documents::{self, FullDocument};
use crate::web::auth::PageUser;
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::Id;
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::frame::Frame;
use crate::web::pages::moment::Moment;
use crate::web::pages::number::size;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page};
use crate::web::{App, paths};

/// `GET /library/{id}`.
#[derive(Template)]
#[template(path = "library/show.html")]
struct DocumentPage {
    frame: Frame,
    id: String,
    title: String,
    file_name: String,
    kind: &'static str,
    size: String,
    sha256: String,
    given: Moment,
    text: Shown,
}

/// The text that was read.
enum Shown {
    /// Markdown, as safe HTML.
    Writing(Arc<str>),
    /// Anything else: its lines stay lines.
    Paragraphs(Vec<String>),
}

impl Shown {
    fn of(content_type: &str, content: &str, markdown: &Cache) -> Self {
        match content_type {
            "text/markdown" => Self::Writing(markdown.render(content)),
            _ => Self::Paragraphs(content.split("\n\n").map(str::to_owned).collect()),
        }
    }
}

/// The key of what the bytes are called.
pub fn kind_label(content_type: &str) -> &'static str {
    match content_type {
        "application/pdf" => "library.kind_pdf",
        "application/json" => "artifacts.kind_json",
        "text/html" => "artifacts.kind_html",
        "text/markdown" => "library.kind_markdown",
        _ => "artifacts.kind_text",
    }
}

/// Shows the text that was read in a document.
pub async fn show(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let markdown = Arc::clone(&app.markdown);
    let load = move |conn: &mut DbConn| {
        let FullDocument { document: row, content } = documents::find(conn, &user.0, &id.0)?;
        let given = reader.clock().ago(row.created_at.millis(), reader.locale(Some(&user.0)));
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(move || DocumentPage {
            frame,
            text: Shown::of(&row.content_type, &content, &markdown),
            kind: kind_label(&row.content_type),
            size: size(row.size),
            given,
            id: row.id,
            title: row.title,
            file_name: row.file_name,
            sha256: row.sha256,
        })
    };
    page(&beside(app.db.read(load).await?).await?)
}

/// Asks whether a document may be deleted.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let row = documents::find(conn, &user.0, &id.0)?.document;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(Confirm {
            title: "library.delete",
            question: frame.t_with("delete.question", "name", row.title),
            consequence: Some(frame.t("library.delete_consequence").into_owned()),
            yes: Yes::DELETE,
            action: paths::delete_document(&row.id),
            back: paths::document(&row.id),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a document with its file.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    app.write_as(user.0, move |conn, user| documents::delete(conn, user, &id.0)).await?;
    done(&session, "flash.document_deleted", paths::LIBRARY)
}
