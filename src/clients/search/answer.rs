//! Sending a request to a source and reading its answer, bounded; what a status means for all of them.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::header::RETRY_AFTER;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::SearchError;
use super::plain::one_line;

/// The most a source may answer, in bytes.
const LONGEST: usize = 2 * 1024 * 1024;
/// How much of an error's text the log shows, in characters.
const SHOWN: usize = 200;

/// The answer as the JSON that it has to be.
///
/// # Errors
/// [`SearchError`], by the status or for what cannot be read.
pub async fn json<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, SearchError> {
    let body = body(request).await?;
    serde_json::from_slice(&body).map_err(|error| SearchError::Malformed(error.to_string()))
}

/// The body of an answer that is a success.
///
/// # Errors
/// [`SearchError`], by the status.
pub async fn body(request: RequestBuilder) -> Result<Vec<u8>, SearchError> {
    let answer = request.send().await.map_err(|error| broken(&error))?;
    let (status, retry_after) = (answer.status(), retry_after(&answer));
    let body = read(answer).await?;
    match status.is_success() {
        true => Ok(body),
        false => Err(refusal(status, retry_after, &body)),
    }
}

async fn read(answer: Response) -> Result<Vec<u8>, SearchError> {
    let mut pieces = answer.bytes_stream();
    let mut body = Vec::new();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece.map_err(|error| broken(&error))?);
        if body.len() > LONGEST {
            return Err(SearchError::Malformed("more than 2 MiB".to_owned()));
        }
    }
    Ok(body)
}

fn broken(error: &reqwest::Error) -> SearchError {
    // Addresses may hold keys.
    let error = error.to_string();
    SearchError::Unreachable(error.split(" for url").next().unwrap_or_default().to_owned())
}

fn retry_after(answer: &Response) -> Option<Duration> {
    answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

fn refusal(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> SearchError {
    let text = String::from_utf8_lossy(body);
    let message = format!("{status}: {}", one_line(&text).chars().take(SHOWN).collect::<String>());
    match status.as_u16() {
        401 | 403 => SearchError::Unauthorized(message),
        429 | 503 => SearchError::RateLimited { retry_after, message },
        402 | 432 | 433 => SearchError::QuotaSpent(message),
        400..500 => SearchError::Rejected(message),
        _ => SearchError::Upstream(message),
    }
}
