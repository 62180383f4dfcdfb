//! Following an answer from frame to frame; knows nothing of connections.

use super::chunk::{self, Chunk};
use super::failure::Failure;
use super::sse::{Frame, FrameKind};
use super::think::ThinkSplitter;
use crate::clients::models::{FinishReason, ModelError, ModelEvent, TokenUsage};

/// An answer in the making.
#[derive(Debug, Default)]
pub struct Answer {
    events: Vec<ModelEvent>,
    text: ThinkSplitter,
    usage: Option<TokenUsage>,
    finish: Option<FinishReason>,
}

impl Answer {
    /// Takes what the connection brought next; the reason once the answer has ended.
    ///
    /// # Errors
    /// When the provider reports a failure, or the connection ends before the model has finished.
    pub fn step(
        &mut self,
        next: Result<Option<Frame>, ModelError>,
    ) -> Result<Option<FinishReason>, ModelError> {
        match (next, self.finish) {
            (Ok(Some(frame)), _) => self.take(&frame),
            // The usage or `[DONE]` may be missing, but the answer is whole.
            (Ok(None) | Err(_), Some(finish)) => Ok(Some(finish)),
            (Ok(None), None) => Err(ModelError::Truncated("the connection was closed".to_owned())),
            (Err(error), None) => Err(error),
        }
    }

    /// Whether the model has said why it stopped, so that only bookkeeping may follow.
    pub fn is_whole(&self) -> bool {
        self.finish.is_some()
    }

    /// The events since the last call.
    pub fn drain(&mut self) -> Vec<ModelEvent> {
        std::mem::take(&mut self.events)
    }

    /// The last events, once no more frames will be taken.
    pub fn close(&mut self) -> Vec<ModelEvent> {
        self.text.close(&mut self.events);
        self.drain()
    }

    fn take(&mut self, frame: &Frame) -> Result<Option<FinishReason>, ModelError> {
        let data = frame.data.trim();
        if data == "[DONE]" {
            return Ok(Some(self.finish.unwrap_or(FinishReason::Stop)));
        }
        if data.is_empty() {
            return Ok(None);
        }
        if frame.kind == FrameKind::Error {
            return Err(Failure::parse(data).into_error(None, None));
        }
        let chunk: Chunk = serde_json::from_str(data).map_err(unreadable)?;
        if chunk.is_failure() || (frame.kind == FrameKind::Body && !chunk.has_choices()) {
            return Err(Failure::parse(data).into_error(None, None));
        }
        self.add(&chunk)?;
        // A body that is one JSON object is the whole answer, from a server that does not stream.
        Ok((frame.kind == FrameKind::Body).then(|| self.finish.unwrap_or(FinishReason::Stop)))
    }

    fn add(&mut self, chunk: &Chunk) -> Result<(), ModelError> {
        if let Some(reasoning) = chunk.reasoning() {
            self.events.push(ModelEvent::Reasoning(reasoning.to_owned()));
        }
        if let Some(text) = chunk.text() {
            self.text.push(text, &mut self.events);
        }
        // Some servers repeat the count with every chunk.
        if let Some(usage) = chunk.usage().filter(|usage| self.usage != Some(*usage)) {
            self.usage = Some(usage);
            self.events.push(ModelEvent::Usage(usage));
        }
        if let Some(reason) = chunk.finish_reason() {
            let finish = chunk::finish(reason);
            self.finish =
                Some(finish.ok_or_else(|| ModelError::Truncated(format!("the provider said {reason}")))?);
        }
        Ok(())
    }
}

fn unreadable(error: serde_json::Error) -> ModelError {
    if error.is_eof() {
        ModelError::Truncated("the last event is incomplete".to_owned())
    } else {
        ModelError::Upstream(format!("sent something that is no answer: {error}"))
    }
}
