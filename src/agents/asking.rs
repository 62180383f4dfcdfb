//! Asking a model, as far as the budget of who wants to know allows it, and counting what that costs.

use futures_util::StreamExt;

use crate::clients::models::context::estimate_prompt;
use crate::clients::models::{
    ChatMessage, ChatModel, ChatRequest, ModelError, ModelEvent, ModelStream, TokenUsage,
};
use crate::models::message::Usage;
use crate::runs::{RunContext, RunFailure};

/// Asks; the budget is looked at before.
pub(super) fn begin(
    model: &dyn ChatModel,
    context: &RunContext,
    request: ChatRequest,
) -> Result<ModelStream, RunFailure> {
    context.ask(estimate_prompt(&request, model.info().context_length))?;
    Ok(model.stream(request))
}

/// Bytes that a token of an answer has at the most, on average. Some servers do not know of any limit of tokens.
const BYTES_PER_TOKEN: usize = 16;

/// What the model answers in at most `max_tokens` to a question beside the conversation: its answer is no message. One that
/// does not stop there is left alone.
pub(super) async fn ask_aside(
    model: &dyn ChatModel,
    context: &RunContext,
    messages: Vec<ChatMessage>,
    max_tokens: u32,
) -> Result<String, RunFailure> {
    let request = ChatRequest { messages, begun: None, max_tokens: Some(max_tokens) };
    let aside = context.aside(estimate_prompt(&request, model.info().context_length))?;
    let mut events = model.stream(request);
    let mut text = String::new();
    let longest = usize::try_from(max_tokens).unwrap_or(usize::MAX).saturating_mul(BYTES_PER_TOKEN);
    while text.len() <= longest
        && let Some(event) = events.next().await
    {
        match event.inspect_err(|_| aside.failed()).map_err(|error| model_failure(&error))? {
            ModelEvent::Text(piece) => {
                aside.wrote(&piece);
                text.push_str(&piece);
            }
            ModelEvent::Reasoning(piece) => aside.wrote(&piece),
            ModelEvent::Usage(told) => aside.usage(usage_of(told)),
            ModelEvent::Preparing { .. } | ModelEvent::Finish(_) => {}
        }
    }
    Ok(text)
}

/// Tokens as the database counts them.
pub(super) fn usage_of(TokenUsage { prompt_tokens, completion_tokens }: TokenUsage) -> Usage {
    Usage { prompt_tokens, completion_tokens }
}

pub(super) fn model_failure(error: &ModelError) -> RunFailure {
    RunFailure { code: error.code(), cause: error.to_string() }
}
