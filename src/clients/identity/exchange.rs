//! Requests to providers: one at a time, bounded in time and size, never following a redirect; and what their failures
//! mean.

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use oauth2::basic::BasicErrorResponse;
use oauth2::http;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError};
use reqwest::Client;

use super::Answer;
use super::failure::IdentityError;

/// The largest answer that is read, in bytes.
const LARGEST: usize = 1024 * 1024;
/// How much of a provider's own words goes to the log, in characters.
const SAID: usize = 300;

/// Why there is no answer to look into.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("{}", reasons(.0))]
    Transport(#[from] reqwest::Error),
    #[error("it answered {0}")]
    Failing(http::StatusCode),
    #[error("its answer is larger than {LARGEST} bytes")]
    TooLarge,
    #[error("{0}")]
    Malformed(#[from] http::Error),
}

/// An error with what caused it: reqwest's own words stop at "error sending request".
fn reasons(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The way to one provider.
#[derive(Clone)]
pub(super) struct Exchange {
    /// Follows no redirects.
    pub client: Client,
    /// How long the provider may take for one answer.
    pub timeout: Duration,
}

impl Exchange {
    /// Sends one request and reads the whole answer.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, SendError> {
        let mut request: reqwest::Request = request.try_into()?;
        *request.timeout_mut() = Some(self.timeout);
        let answer = self.client.execute(request).await?;
        if answer.status().is_server_error() {
            return Err(SendError::Failing(answer.status()));
        }
        let mut whole = http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            whole = whole.header(name, value);
        }
        Ok(whole.body(read(answer).await?)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Exchange {
    type Error = SendError;
    type Future = BoxFuture<'c, Result<HttpResponse, SendError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

async fn read(answer: reqwest::Response) -> Result<Vec<u8>, SendError> {
    let mut body = Vec::new();
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece?);
        if body.len() > LARGEST {
            return Err(SendError::TooLarge);
        }
    }
    Ok(body)
}

impl From<SendError> for IdentityError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::TooLarge | SendError::Malformed(_) => Self::NotUnderstood(error.to_string()),
            SendError::Transport(_) | SendError::Failing(_) => Self::Unreachable(error.to_string()),
        }
    }
}

/// A stranger's words as they may stand in a log: short, and on one line.
pub(super) fn said(words: &str) -> String {
    words.chars().take(SAID).flat_map(char::escape_debug).collect()
}

/// The answer's code, or what the provider's refusal means.
pub(super) fn code(answer: Answer) -> Result<String, IdentityError> {
    answer.code.map_err(|name| IdentityError::from_refusal(&name, said(&name)))
}

/// Why a code was not redeemed.
pub(super) fn token_error(error: RequestTokenError<SendError, BasicErrorResponse>) -> IdentityError {
    match error {
        RequestTokenError::ServerResponse(refusal) => {
            IdentityError::from_refusal(refusal.error().as_ref(), said(&refusal.to_string()))
        }
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::Parse(error, _) => {
            not_parsed(&error.path().to_string(), &error.inner().to_string())
        }
        RequestTokenError::Other(words) => IdentityError::NotUnderstood(said(&words)),
    }
}

/// What an answer that cannot be read means: `words` were found wrong at `place`. Only the place and the name of what is
/// missing are told, because the answer holds tokens.
pub(super) fn not_parsed(place: &str, words: &str) -> IdentityError {
    let missing = words.split_once("missing field `").and_then(|(_, rest)| rest.split('`').next());
    match missing {
        Some(name) => IdentityError::MissingClaim(format!("{name} is missing at {place}")),
        None => IdentityError::NotUnderstood(format!("its answer cannot be read at {place}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_write_no_lines_into_the_log() {
        assert_eq!(said("no\r\nERROR forged\u{1b}[2J"), "no\\r\\nERROR forged\\u{1b}[2J");
        assert_eq!(said(&"x".repeat(5000)).len(), SAID);
    }

    #[test]
    fn what_cannot_be_read_is_told_without_its_value() {
        let missing = not_parsed("id_token", "missing field `sub` at line 1");
        assert_eq!(missing, IdentityError::MissingClaim("sub is missing at id_token".to_owned()));
        let wrong = not_parsed("access_token", "invalid type: string \"secret\", expected u64");
        assert!(!wrong.to_string().contains("secret"));
    }
}
