//! A page that leads on to a provider.
//!
//! A form that is answered with a redirect to another site is stopped by our content security policy (`form-action`), and
//! a provider may lead on to sites nobody here knows of; so such forms are answered with this page, which goes on by
//! itself.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;

use super::frame::Frame;
use super::reader::Reader;
use super::respond::page;
use crate::web::errors::WebResult;
use crate::web::paths;

/// The way out.
#[derive(Template)]
#[template(path = "leave.html")]
struct LeavePage {
    frame: Frame,
    /// The key of what is happening.
    heading: &'static str,
    /// Where it goes on.
    url: String,
}

/// Leads on to `url`; `heading` is the key of what the reader is told meanwhile.
///
/// # Errors
/// `Internal`, when the page cannot be rendered.
pub fn leave(reader: Reader, heading: &'static str, url: String) -> WebResult<HttpResponse> {
    let mut answer = page(&LeavePage { frame: reader.alone(), heading, url })?;
    // The address holds what is meant for one use.
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(answer)
}
