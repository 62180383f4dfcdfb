//! Bodies and queries, read strictly: what is malformed, too large or of the wrong type is refused with the
//! contract's error before a handler sees it.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::client::header_text;
use super::errors::WebError;
use crate::error::AppError;

/// Largest body of JSON, and most that a plain form may hold once it is decoded.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// What the names of a form's fields may add to that, so that no text fits into JSON alone.
const FIELD_NAMES: usize = 1024;
/// Largest plain form as it is sent: browsers write three bytes for each byte of Chinese.
const FORM_LIMIT: usize = 3 * (BODY_LIMIT + FIELD_NAMES);

/// A JSON body. Unknown fields are ignored, wrong types are errors.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let allowed = expect_json(request);
        let body = read_bounded(request, payload, BODY_LIMIT);
        Box::pin(async move {
            allowed?;
            parse_json(&body.await?).map(Self)
        })
    }
}

/// A JSON body that may be left out.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest for OptionalJson<T> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let allowed = expect_json(request);
        let body = read_bounded(request, payload, BODY_LIMIT);
        Box::pin(async move {
            let body = body.await?;
            if body.is_empty() {
                return Ok(Self(T::default()));
            }
            allowed?;
            parse_json(&body).map(Self)
        })
    }
}

fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, WebError> {
    serde_json::from_slice(body).map_err(|error| AppError::unreadable(&error, "invalid_field_type").into())
}

/// A form, as browsers post it.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Form<T> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let allowed = expect_type(request, |kind| kind == "application/x-www-form-urlencoded");
        let body = read_bounded(request, payload, FORM_LIMIT);
        Box::pin(async move {
            allowed?;
            let body = body.await?;
            if decoded_len(&body) > BODY_LIMIT + FIELD_NAMES {
                return Err(WebError::TooLarge);
            }
            serde_html_form::from_bytes(&body)
                .map(Self)
                .map_err(|_| AppError::BadRequest("invalid_form").into())
        })
    }
}

/// A query string; a name may repeat where the type holds a list.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = serde_html_form::from_str(request.query_string());
        ready(query.map(Self).map_err(|_| AppError::BadRequest("invalid_query").into()))
    }
}

/// The one part of a path that varies. Always succeeds: what it names is for the service to find.
pub struct Id(pub String);

impl FromRequest for Id {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let first = request.match_info().iter().next().map(|(_, value)| value.to_owned());
        ready(Ok(Self(first.unwrap_or_default())))
    }
}

/// The two parts of a path that vary, outer first.
pub struct Ids(pub String, pub String);

impl FromRequest for Ids {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut parts = request.match_info().iter().map(|(_, value)| value.to_owned());
        ready(Ok(Self(parts.next().unwrap_or_default(), parts.next().unwrap_or_default())))
    }
}

fn expect_json(request: &HttpRequest) -> Result<(), WebError> {
    expect_type(request, |kind| kind == "application/json" || kind.ends_with("+json"))
}

/// Refuses another content type; none at all is taken for the right one.
fn expect_type(request: &HttpRequest, right: impl Fn(&str) -> bool) -> Result<(), WebError> {
    if !request.headers().contains_key(header::CONTENT_TYPE) {
        return Ok(());
    }
    let kind = header_text(request, &header::CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if right(&kind) { Ok(()) } else { Err(WebError::UnsupportedMediaType) }
}

/// How long a form is once each `%41` has become a byte.
fn decoded_len(form: &[u8]) -> usize {
    let escapes =
        |part: &&[u8]| matches!(part, [b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    form.len().saturating_sub(2 * form.windows(3).filter(escapes).count())
}

/// The whole body, refused as soon as it is or says that it is larger than `limit` bytes.
pub(super) fn read_bounded(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> impl Future<Output = Result<Vec<u8>, WebError>> + use<> {
    let announced = header_text(request, &header::CONTENT_LENGTH).and_then(|text| text.parse::<usize>().ok());
    let mut payload = web::Payload::from_request(request, payload).into_inner();
    async move {
        if announced.is_some_and(|length| length > limit) {
            return Err(WebError::TooLarge);
        }
        let mut body = Vec::with_capacity(announced.unwrap_or_default().min(BODY_LIMIT));
        let Ok(payload) = &mut payload else { return Ok(body) };
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| payload_error(&error))?;
            if body.len() + chunk.len() > limit {
                return Err(WebError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn payload_error(error: &PayloadError) -> WebError {
    match error {
        PayloadError::Overflow => WebError::TooLarge,
        _ => AppError::BadRequest("invalid_body").into(),
    }
}
