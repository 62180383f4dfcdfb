//! A file, sent as it is or in a form; bounded, and in memory.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;

use super::errors::WebError;
use super::extract::read_bounded;
use crate::error::AppError;
use crate::services::import::LARGEST;

/// So much of a file that is too large is still read, in bytes: a browser shows an answer only when it has sent all.
const DRAINED: usize = 4 * LARGEST;

/// The bytes of a file: the whole body, or the form's field `file`.
pub struct Upload(pub Vec<u8>);

impl FromRequest for Upload {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        match request.content_type() {
            "multipart/form-data" => {
                let form = Multipart::new(request.headers(), payload.take());
                Box::pin(async move { file_of(form).await.map(Self) })
            }
            "application/json" | "" => {
                let body = read_bounded(request, payload, LARGEST);
                Box::pin(async move { body.await.map(Self).map_err(of_file) })
            }
            _ => Box::pin(async { Err(WebError::UnsupportedMediaType) }),
        }
    }
}

fn of_file(error: WebError) -> WebError {
    match error {
        WebError::TooLarge => WebError::FileTooLarge,
        other => other,
    }
}

async fn file_of(mut form: Multipart) -> Result<Vec<u8>, WebError> {
    let unreadable = || WebError::App(AppError::BadRequest("invalid_form"));
    let mut bytes = Vec::new();
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| unreadable())?;
        let wanted = field.name() == Some("file");
        let mut size = 0;
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|_| unreadable())?;
            size += chunk.len();
            match size {
                ..=LARGEST if wanted => bytes.extend_from_slice(&chunk),
                ..=DRAINED => {}
                _ => return Err(WebError::FileTooLarge),
            }
        }
        if size > LARGEST {
            return Err(WebError::FileTooLarge);
        }
        if wanted && size > 0 {
            return Ok(bytes);
        }
    }
    Err(AppError::BadRequest("missing_parameter").into())
}
