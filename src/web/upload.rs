//! A file, sent as it is or in a form; bounded, and in memory.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;

use super::errors::WebError;
use super::extract::read_bounded;
use crate::error::AppError;
use crate::services::documents::{self, GivenFile};
use crate::services::import;

/// Largest text field that stands beside a file, in bytes.
const TEXT: usize = 4096;

/// How large a file may be.
#[derive(Clone, Copy)]
struct Limit {
    /// In bytes.
    largest: usize,
    /// The code of the refusal of a larger one.
    code: &'static str,
}

/// Of sessions that are imported.
const OF_IMPORT: Limit = Limit { largest: import::LARGEST, code: "file_too_large" };
/// Of a document.
const OF_DOCUMENT: Limit = Limit { largest: documents::LARGEST, code: "document_too_large" };

impl Limit {
    /// So much of a file that is too large is still read, in bytes: a browser shows an answer only when it has sent all.
    fn drained(self) -> usize {
        4 * self.largest
    }

    fn exceeded(self) -> WebError {
        WebError::FileTooLarge(self.code)
    }
}

/// The bytes of a file: the whole body, or the form's field `file`.
pub struct Upload(pub Vec<u8>);

impl FromRequest for Upload {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        match request.content_type() {
            "multipart/form-data" => {
                let form = Multipart::new(request.headers(), payload.take());
                Box::pin(async move {
                    let file = read_form(form, OF_IMPORT).await?;
                    if file.bytes.is_empty() { Err(missing()) } else { Ok(Self(file.bytes)) }
                })
            }
            "application/json" | "" => {
                let body = read_bounded(request, payload, OF_IMPORT.largest);
                Box::pin(async move { body.await.map(Self).map_err(of_file) })
            }
            _ => Box::pin(async { Err(WebError::UnsupportedMediaType) }),
        }
    }
}

/// A document, in a form's field `file`, with the field `title` if there is one.
pub struct DocumentForm(pub GivenFile);

impl FromRequest for DocumentForm {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.content_type() != "multipart/form-data" {
            return Box::pin(async { Err(AppError::Unsupported("form_expected").into()) });
        }
        let form = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            let file = read_form(form, OF_DOCUMENT).await?;
            // Browsers send the field without a name when nothing was chosen.
            if file.bytes.is_empty() && file.name.is_empty() { Err(missing()) } else { Ok(Self(file)) }
        })
    }
}

fn missing() -> WebError {
    AppError::BadRequest("missing_parameter").into()
}

fn unreadable() -> WebError {
    AppError::BadRequest("invalid_form").into()
}

fn of_file(error: WebError) -> WebError {
    match error {
        WebError::TooLarge => OF_IMPORT.exceeded(),
        other => other,
    }
}

/// The fields of a form; without a file its bytes are empty. Fields of other names are read and left.
async fn read_form(mut form: Multipart, limit: Limit) -> Result<GivenFile, WebError> {
    let mut given = GivenFile::default();
    while let Some(field) = form.next().await {
        let field = field.map_err(|_| unreadable())?;
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => {
                let disposition = field.content_disposition();
                given.name = disposition.and_then(|it| it.get_filename()).unwrap_or_default().to_owned();
                given.content_type = field.content_type().map(ToString::to_string).unwrap_or_default();
                given.bytes = read_field(field, limit.largest, limit).await?;
            }
            "title" => {
                let text = read_field(field, TEXT, limit).await?;
                given.title = Some(String::from_utf8(text).map_err(|_| unreadable())?);
            }
            _ => drop(read_field(field, limit.largest, limit).await?),
        }
    }
    Ok(given)
}

/// The bytes of a field, refused once it has ended when there are more than `largest`.
async fn read_field(mut field: Field, largest: usize, limit: Limit) -> Result<Vec<u8>, WebError> {
    let (mut bytes, mut size) = (Vec::new(), 0);
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|_| unreadable())?;
        size += chunk.len();
        match size {
            _ if size <= largest => bytes.extend_from_slice(&chunk),
            _ if size <= limit.drained() => bytes.clear(),
            _ => return Err(limit.exceeded()),
        }
    }
    if size > largest { Err(limit.exceeded()) } else { Ok(bytes) }
}
