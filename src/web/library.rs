//! Takes a document in: read beside the threads that serve, then kept. Knows neither JSON nor pages.

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
/// Those of [`documents::read`] and [`documents::keep`].
pub async fn take(app: &App, user: User, form: DocumentForm) -> AppResult<(Document, bool)> {
    let file = beside(move || documents::read(form.0)).await??;
    app.write_as(user, move |conn, user| documents::keep(conn, user, file)).await
}
