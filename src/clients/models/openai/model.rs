//! One model of an endpoint; knows nothing of how it was found.

use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use tokio::time::timeout;

use super::answer::Answer;
use super::endpoint::{ChatBody, Endpoint, StreamOptions};
use super::settings::ModelSettings;
use super::wire::FrameReader;
use crate::clients::models::context::{MESSAGE_OVERHEAD, end_of_begun, estimate_tokens, prompt_budget, trim};
use crate::clients::models::{
    ChatMessage, ChatModel, ChatRequest, ChatRole, FinishReason, ModelError, ModelEvent, ModelInfo,
    ModelStream,
};

/// How long the usage and `[DONE]` may take once the model has finished.
const EPILOGUE_PATIENCE: Duration = Duration::from_secs(5);

/// What a model is asked with to go on with an answer; the answer goes on in the conversation's own language.
const GO_ON: &str = "Your last message was cut off. Go on exactly where it stops, in the same language and format: your \
     text is put right behind it, so begin with a space or a line break if one is due there. Repeat nothing of it, do \
     not start over, and add no introduction.";

/// A model behind an OpenAI-compatible endpoint.
pub struct OpenAiModel {
    /// Where it is.
    pub(super) endpoint: Arc<Endpoint>,
    /// What is known of it.
    pub(super) settings: ModelSettings,
}

impl ChatModel for OpenAiModel {
    fn info(&self) -> ModelInfo {
        let provider = self.endpoint.settings.name.clone();
        ModelInfo {
            id: format!("{provider}/{}", self.settings.name),
            name: self.settings.name.clone(),
            provider,
            context_length: self.settings.context_length,
            capabilities: self.settings.capabilities.clone(),
        }
    }

    fn stream(&self, request: ChatRequest) -> ModelStream {
        let budget = prompt_budget(self.settings.context_length, request.max_tokens);
        let body = ChatBody {
            model: self.settings.name.clone(),
            messages: fit(request.messages, request.begun, budget),
            stream: true,
            stream_options: Some(StreamOptions { include_usage: true }),
            max_tokens: request.max_tokens,
            max_completion_tokens: None,
        };
        answer(Arc::clone(&self.endpoint), body)
    }
}

/// What of a conversation fits into `budget` tokens. Endpoints know no open turn of the model: what it has begun is
/// its turn, and that it shall go on is asked for.
fn fit(messages: Vec<ChatMessage>, begun: Option<String>, budget: u32) -> Vec<ChatMessage> {
    let Some(begun) = begun else { return trim(messages, budget, estimate_tokens) };
    let begun = end_of_begun(begun, budget, estimate_tokens);
    let turns = [(ChatRole::Assistant, begun), (ChatRole::User, GO_ON.to_owned())];
    let turns = turns.map(|(role, content)| ChatMessage { role, content });
    let spent: u32 = turns.iter().map(|turn| estimate_tokens(&turn.content) + MESSAGE_OVERHEAD).sum();
    let mut fitting = trim(messages, budget.saturating_sub(spent), estimate_tokens);
    fitting.extend(turns);
    fitting
}

fn answer(endpoint: Arc<Endpoint>, body: ChatBody) -> ModelStream {
    Box::pin(stream! {
        let mut frames = match endpoint.chat(body).await {
            Ok(response) => FrameReader::new(response, endpoint.settings.idle_timeout),
            Err(error) => {
                yield Err(endpoint.tidy(error));
                return;
            }
        };
        let mut answer = Answer::default();
        let epilogue = EPILOGUE_PATIENCE.min(endpoint.settings.idle_timeout);
        let outcome = loop {
            let step = advance(&mut answer, &mut frames, epilogue).await;
            for event in answer.drain() {
                yield Ok(event);
            }
            match step {
                Ok(None) => {}
                Ok(Some(reason)) => break Ok(ModelEvent::Finish(reason)),
                Err(error) => break Err(endpoint.tidy(error)),
            }
        };
        for event in answer.close() {
            yield Ok(event);
        }
        yield outcome;
    })
}

/// Takes one frame more; a server that leaves the connection open after the answer is not waited for long.
async fn advance(
    answer: &mut Answer,
    frames: &mut FrameReader,
    epilogue: Duration,
) -> Result<Option<FinishReason>, ModelError> {
    let next = if answer.is_whole() {
        timeout(epilogue, frames.next()).await.unwrap_or(Ok(None))
    } else {
        frames.next().await
    };
    answer.step(next)
}
