//! Asking an endpoint; knows nothing of how an answer is read.

use std::time::Duration;

use chrono::Utc;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::failure::{self, Failure};
use super::settings::EndpointSettings;
use super::wire;
use crate::clients::models::{ChatMessage, ModelError};

/// The most bytes of an error body that are read.
const MAX_ERROR_BYTES: usize = 64 * 1024;
/// The most bytes of any other JSON body; the largest aggregators list models for a megabyte.
const MAX_JSON_BYTES: usize = 8 * 1024 * 1024;

/// One endpoint and the client to reach it.
pub struct Endpoint {
    /// Shared with every other endpoint.
    pub client: Client,
    /// Where it is and how to treat it.
    pub settings: EndpointSettings,
}

/// The body of a chat completion request.
#[derive(Clone, Debug, Serialize)]
pub struct ChatBody {
    /// The model's name at the endpoint.
    pub model: String,
    /// The conversation, trimmed.
    pub messages: Vec<ChatMessage>,
    /// Whether the answer shall come in pieces.
    pub stream: bool,
    /// Left out for servers that do not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<StreamOptions>,
    /// The limit of the answer, under the name that most servers know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The same, under the name that replaced it at OpenAI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_completion_tokens: Option<u32>,
}

/// What the stream should hold beside the answer.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct StreamOptions {
    /// Whether a last chunk shall count the tokens.
    pub include_usage: bool,
}

impl ChatBody {
    /// Changes what the endpoint's refusal is about; whether there was anything to change.
    fn yield_to(&mut self, refusal: &str) -> bool {
        if refusal.contains("stream_options") {
            return self.stream_options.take().is_some();
        }
        if refusal.contains("max_completion_tokens") && self.max_tokens.is_some() {
            self.max_completion_tokens = self.max_tokens.take();
            return true;
        }
        false
    }
}

impl Endpoint {
    /// Asks for an answer. A server that refuses an option it does not know is asked again without it.
    pub async fn chat(&self, mut body: ChatBody) -> Result<Response, ModelError> {
        let url = self.settings.base_url.join("chat/completions");
        loop {
            let request = self.client.post(url.clone()).json(&body);
            match self.send(request, self.settings.idle_timeout).await {
                Err(ModelError::Rejected(message)) if body.yield_to(&message) => {
                    tracing::debug!(provider = self.settings.name, message, "asking again in older words");
                }
                other => return other,
            }
        }
    }

    /// The JSON at `path`, within `patience`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, patience: Duration) -> Result<T, ModelError> {
        let fetching = async {
            let response = self.send(self.client.get(self.settings.base_url.join(path)), patience).await?;
            wire::read_body(response, MAX_JSON_BYTES, patience).await
        };
        let body = timeout(patience, fetching).await.map_err(|_| wire::silent(patience))??;
        serde_json::from_slice(&body)
            .map_err(|_| Failure::parse(&String::from_utf8_lossy(&body)).into_error(None, None))
    }

    /// `error` without anything that must not be logged.
    pub fn tidy(&self, error: ModelError) -> ModelError {
        failure::tidy(error, self.settings.api_key.as_ref())
    }

    async fn send(&self, request: RequestBuilder, patience: Duration) -> Result<Response, ModelError> {
        let request = match &self.settings.api_key {
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        };
        let sent = timeout(patience, request.send()).await.map_err(|_| wire::silent(patience))?;
        let response = sent.map_err(wire::not_sent)?;
        if !response.status().is_success() {
            return Err(refusal(response, patience).await);
        }
        if header(&response, CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html")) {
            return Err(ModelError::NotFound("a web page is at this address, no model API".to_owned()));
        }
        Ok(response)
    }
}

async fn refusal(response: Response, patience: Duration) -> ModelError {
    let status = response.status();
    let wait = header(&response, RETRY_AFTER).and_then(|value| failure::retry_after(&value, Utc::now()));
    // The status says enough when its body cannot be read.
    let body = wire::read_body(response, MAX_ERROR_BYTES, patience).await.unwrap_or_default();
    let mut failure = Failure::parse(&String::from_utf8_lossy(&body));
    failure.message = format!("{status}: {}", failure.message);
    failure.into_error(Some(status.as_u16()), wait)
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}
