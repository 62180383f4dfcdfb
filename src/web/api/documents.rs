//! Documents: files that a member gives to be read.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{
    DocumentTooLarge, DocumentUnsupported, FormExpected, InvalidForm, MissingParameter, WrongFile, WrongTitle,
};
use super::remembered::remembered;
use super::{SUCCESS, Success};
use crate::db::DbConn;
use crate::models::document::Document;
use crate::services::documents::{self, FullDocument, ListDocuments};
use crate::services::known;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Query};
use crate::web::upload::DocumentForm;
use crate::web::{App, library, raw_file};

/// A part of the caller's documents, without their texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentList {
    /// Last given first.
    pub documents: Vec<Document>,
    /// How many there are in all.
    #[schema(example = 1)]
    pub total: i64,
    /// To be given as `cursor` for the next part; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A document as it was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewDocumentBody {
    /// The document.
    pub document: Document,
}

/// One document with its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentBody {
    /// The document.
    pub document: FullDocument,
}

/// A form with a file, as it is described; [`DocumentForm`] reads it.
#[derive(ToSchema)]
pub struct DocumentUpload {
    /// Text, Markdown, HTML, PDF or JSON; at most 20 MiB.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// What it is to be called; else its own title, else the file's name. 1 to 200 characters.
    #[schema(example = "罗马法概论")]
    pub title: Option<String>,
}

/// Lists the caller's documents.
#[utoipa::path(get, path = "/api/documents", params(ListDocuments),
    responses((status = 200, body = DocumentList)))]
pub async fn list(
    user: ApiUser,
    app: App,
    request: HttpRequest,
    query: Query<ListDocuments>,
) -> WebResult<HttpResponse> {
    let reader = user.0.id.clone();
    let load = move |conn: &mut DbConn| {
        let page = documents::list(conn, &user.0, &query.0)?;
        Ok(DocumentList { documents: page.items, total: page.total, next_cursor: page.next_cursor })
    };
    remembered(&app, &request, known::DOCUMENTS, &reader, load).await
}

/// Takes a file in and reads it: text in any common encoding, Markdown, HTML, PDF or JSON. Of a text longer than 2 MiB
/// the beginning is read. The same file is kept once: given again, it answers with what is there.
#[utoipa::path(post, path = "/api/documents",
    request_body(content((DocumentUpload = "multipart/form-data"))),
    responses((status = 200, body = NewDocumentBody), InvalidForm, MissingParameter, WrongFile, WrongTitle,
        DocumentTooLarge, FormExpected, DocumentUnsupported))]
pub async fn create(user: ApiUser, app: App, form: DocumentForm) -> WebResult<HttpResponse> {
    let (document, _) = library::take(&app, user.0, form).await?;
    let location = format!("/api/documents/{}", document.id);
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(NewDocumentBody { document }))
}

/// Shows a document with the text that was read in it.
#[utoipa::path(get, path = "/api/documents/{id}", responses((status = 200, body = DocumentBody)))]
pub async fn show(user: ApiUser, app: App, id: Id) -> WebResult<Body<DocumentBody>> {
    let document = app.db.read(move |conn| documents::find(conn, &user.0, &id.0)).await?;
    Ok(Body(DocumentBody { document }))
}

/// The file as it was given, always to be saved.
#[utoipa::path(get, path = "/api/documents/{id}/raw",
    responses((status = 200, body = String, content_type = "application/octet-stream")))]
pub async fn raw(user: ApiUser, app: App, id: Id) -> WebResult<HttpResponse> {
    let (document, bytes) = app.db.read(move |conn| documents::find_file(conn, &user.0, &id.0)).await?;
    Ok(raw_file::saved(&document, bytes))
}

/// Deletes a document with its file.
#[utoipa::path(delete, path = "/api/documents/{id}", responses((status = 200, body = Success)))]
pub async fn delete(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| documents::delete(conn, user, &id.0)).await?;
    Ok(Body(SUCCESS))
}
