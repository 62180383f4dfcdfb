//! The three answers of page handlers: a page, the way to another page, and the same with a word about what was done.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;

use super::reader::Flash;
use crate::error::AppError;
use crate::web::errors::WebResult;

/// A page.
///
/// # Errors
/// `Internal`, when it cannot be rendered.
pub fn page(page: &impl Template) -> WebResult<HttpResponse> {
    page_with(StatusCode::OK, page)
}

/// A page that says what went wrong. It is never kept by a cache in between; a browser may go back to it.
///
/// # Errors
/// `Internal`, when it cannot be rendered.
pub fn page_with(status: StatusCode, page: &impl Template) -> WebResult<HttpResponse> {
    let html = page.render().map_err(|error| AppError::Internal(error.into()))?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Cookie, Accept-Language"))
        .body(html))
}

/// The way to another page, by GET.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// The same, with a sentence that is shown there once: `key` names it.
///
/// # Errors
/// `Internal`, when the browser's session cannot hold it.
pub fn done(session: &Session, key: &str, path: &str) -> WebResult<HttpResponse> {
    Flash::keep(session, key, None)?;
    Ok(see_other(path))
}

/// The same, with a link to what was made.
///
/// # Errors
/// `Internal`, when the browser's session cannot hold it.
pub fn done_with_link(session: &Session, key: &str, link: &str, path: &str) -> WebResult<HttpResponse> {
    Flash::keep(session, key, Some(link))?;
    Ok(see_other(path))
}
