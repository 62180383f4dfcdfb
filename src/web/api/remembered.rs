//! Lists that are asked for again and again: remembered as they were answered until something in them changes.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::web::App;
use crate::web::errors::WebResult;

/// Largest answer that is remembered, in bytes.
const LARGEST: usize = 64 * 1024;

/// The answer to a list's request: what `load` reads, or what it read before when nothing of `kind` (a place in
/// [`known::CHANGES`](crate::services::known::CHANGES)) has changed since. `reader` is the id of who asks, empty for
/// nobody: the same request has another answer for somebody else.
///
/// # Errors
/// Those of `load`.
pub async fn remembered<T: Serialize>(
    app: &App,
    request: &HttpRequest,
    kind: usize,
    reader: &str,
    load: impl FnOnce(&mut DbConn) -> AppResult<T> + Send + 'static,
) -> WebResult<HttpResponse> {
    let key = format!("{reader} {}?{}", request.path(), request.query_string());
    // Asked before the rows are read, so that a change in between is not missed.
    let changes = app.db.changes(kind);
    if let Some(body) = changes.and_then(|changes| app.known_lists.find(&key, changes)) {
        return Ok(json(&body));
    }
    let read = move |conn: &mut DbConn| Ok(serde_json::to_string(&load(conn)?));
    let text = app.db.read(read).await?.map_err(|error| AppError::Internal(error.into()))?;
    let body: Arc<str> = text.into();
    if let Some(changes) = changes.filter(|_| body.len() <= LARGEST) {
        app.known_lists.remember(key, body.clone(), changes);
    }
    Ok(json(&body))
}

fn json(body: &str) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body.to_owned())
}
