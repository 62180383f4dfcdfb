//! Lists that are asked for again and again: remembered as they were answered until something in them changes.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::services::known::Answer;
use crate::web::App;
use crate::web::errors::WebResult;

/// Largest answer that is remembered, in bytes.
const LARGEST: usize = 64 * 1024;

/// The answer to a list's request: what `load` reads, or what it read before when nothing of `kind` (a place in
/// [`known::CHANGES`](crate::services::known::CHANGES)) has changed since. `reader` tells who asks, empty for nobody:
/// the same request has another answer for somebody else.
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
    let load = move |conn: &mut DbConn| Ok((load(conn)?, Vec::new()));
    remembered_with_headers(app, request, kind, reader, load).await
}

/// [`remembered`], where `load` tells names and values of headers, too.
///
/// # Errors
/// Those of `load`.
pub async fn remembered_with_headers<T: Serialize>(
    app: &App,
    request: &HttpRequest,
    kind: usize,
    reader: &str,
    load: impl FnOnce(&mut DbConn) -> AppResult<(T, Vec<(&'static str, String)>)> + Send + 'static,
) -> WebResult<HttpResponse> {
    let read = move |conn: &mut DbConn| {
        let (list, headers) = load(conn)?;
        Ok(Answer { body: json(&list)?, headers })
    };
    remembered_answer(app, request, kind, reader, app.db.read(read)).await
}

/// [`remembered`], where `make` has more to do than to read rows; it is not begun when the answer is known.
///
/// # Errors
/// Those of `make`.
pub async fn remembered_answer(
    app: &App,
    request: &HttpRequest,
    kind: usize,
    reader: &str,
    make: impl Future<Output = AppResult<Answer>>,
) -> WebResult<HttpResponse> {
    let key = format!("{reader} {}?{}", request.path(), request.query_string());
    // Asked before the rows are read, so that a change in between is not missed.
    let changes = app.db.changes(kind);
    if let Some(answer) = changes.and_then(|changes| app.known_lists.find(&key, changes)) {
        return Ok(response(&answer));
    }
    let answer = Arc::new(make.await?);
    if let Some(changes) = changes.filter(|_| answer.body.len() <= LARGEST) {
        app.known_lists.remember(key, answer.clone(), changes);
    }
    Ok(response(&answer))
}

/// A list as it is answered.
///
/// # Errors
/// `Internal`, when it is no JSON.
pub fn json(list: &impl Serialize) -> AppResult<String> {
    serde_json::to_string(list).map_err(|error| AppError::Internal(error.into()))
}

fn response(answer: &Answer) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    for (name, value) in &answer.headers {
        response.insert_header((*name, value.as_str()));
    }
    response.content_type("application/json").body(answer.body.clone())
}
