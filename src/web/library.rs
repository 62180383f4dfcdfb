//! Takes a document in: read in a process of its own, then kept. Knows neither JSON nor pages.

use super::App;
use super::beside::beside;
use super::upload::DocumentForm;
use crate::error::AppResult;
use crate::models::document::Document;
use crate::models::user::User;
use crate::services::documents;

/// Reads a file and keeps it; tells beside the document whether it is new.
///
/// # Errors
/// Those of [`documents::look`], [`documents::UnreadFile::with`] and [`documents::keep`].
pub async fn take(app: &App, user: User, form: DocumentForm) -> AppResult<(Document, bool)> {
    let file = documents::look(form.0)?;
    let read = app.reader.read(&file.described(), file.bytes()).await;
    let file = beside(move || file.with(read)).await??;
    app.write_as(user, move |conn, user| documents::keep(conn, user, file)).await
}
