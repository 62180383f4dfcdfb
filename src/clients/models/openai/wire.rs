//! Reading a response within bounds of size and silence; knows nothing of what it holds.

use std::error::Error;
use std::time::Duration;

use reqwest::Response;
use tokio::time::{Instant, timeout, timeout_at};

use super::sse::{Decoder, Frame, MAX_EVENT_BYTES};
use crate::clients::models::ModelError;

/// The frames of a response. Dropping it closes the connection.
pub struct FrameReader {
    response: Response,
    decoder: Decoder,
    idle: Duration,
    /// When the last line was complete. Bytes that never make one are no sign of life.
    lively: Instant,
    end: Option<Result<(), ModelError>>,
}

impl FrameReader {
    /// Reads `response`, of which a line must be complete at least every `idle`.
    pub fn new(response: Response, idle: Duration) -> Self {
        Self { response, decoder: Decoder::default(), idle, lively: Instant::now(), end: None }
    }

    /// The next frame; `None` at the end of the body.
    pub async fn next(&mut self) -> Result<Option<Frame>, ModelError> {
        loop {
            if let Some(frame) = self.decoder.pop() {
                return Ok(Some(frame));
            }
            if let Some(end) = &self.end {
                return end.clone().map(|()| None);
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> Result<(), ModelError> {
        let end = match timeout_at(self.lively + self.idle, self.response.chunk()).await {
            Ok(Ok(Some(bytes))) => {
                if self.decoder.push(&bytes).map_err(|_| too_large(MAX_EVENT_BYTES))? {
                    self.lively = Instant::now();
                }
                return Ok(());
            }
            Ok(Ok(None)) => Ok(()),
            Ok(Err(error)) => Err(ModelError::Truncated(describe(error))),
            Err(_) => return Err(silent(self.idle)),
        };
        // A connection that breaks may have brought the last event all the same.
        self.decoder.close();
        self.end = Some(end);
        Ok(())
    }
}

/// The whole body, if it comes within `patience` and has at most `limit` bytes.
pub async fn read_body(
    mut response: Response,
    limit: usize,
    patience: Duration,
) -> Result<Vec<u8>, ModelError> {
    let mut body = Vec::new();
    let reading = async {
        while let Some(bytes) = response.chunk().await.map_err(|e| ModelError::Truncated(describe(e)))? {
            body.extend_from_slice(&bytes);
            if body.len() > limit {
                return Err(too_large(limit));
            }
        }
        Ok(())
    };
    timeout(patience, reading).await.map_err(|_| silent(patience))??;
    Ok(body)
}

/// The error for a request that got no response.
pub fn not_sent(error: reqwest::Error) -> ModelError {
    let (connect, timeout, builder) = (error.is_connect(), error.is_timeout(), error.is_builder());
    let message = describe(error);
    match () {
        () if connect => ModelError::Unreachable(message),
        () if timeout => ModelError::TimedOut(message),
        () if builder => ModelError::Rejected(message),
        () => ModelError::Upstream(message),
    }
}

/// The error for silence longer than `patience`.
pub fn silent(patience: Duration) -> ModelError {
    ModelError::TimedOut(format!("nothing whole came for {patience:?}"))
}

fn too_large(limit: usize) -> ModelError {
    ModelError::Upstream(format!("sent a line, event or body of more than {limit} bytes"))
}

/// All that an error knows, but not the address, which may hold credentials.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
