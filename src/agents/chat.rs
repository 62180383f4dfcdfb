//! One model call: the conversation so far in, the answer out.

use futures_util::StreamExt;

use super::asking::{begin, model_failure, usage_of};
use super::conversation::Passage;
use super::summary::Summariser;
use super::title;
use crate::clients::models::registry::Models;
use crate::clients::models::{ChatMessage, ChatModel, ChatRequest, FinishReason, ModelEvent};
use crate::config::chat::ChatConfig;
use crate::error::AppError;
use crate::runs::{Progress, RunContext, RunFailure};

/// Answers with one call of the run's model.
pub struct ChatAgent {
    models: Models,
    /// `None`: what does not fit is left out.
    summariser: Option<Summariser>,
}

impl ChatAgent {
    /// An agent that asks one of `models`.
    pub fn new(models: Models, config: ChatConfig) -> Self {
        Self { models, summariser: Summariser::new(config) }
    }

    /// Answers what was said last.
    ///
    /// # Errors
    /// When the model gives no whole answer; what it has said is kept.
    pub async fn answer(&self, context: &RunContext) -> Result<Progress, RunFailure> {
        self.ask(context).await.map(|()| Progress::Done)
    }

    /// A name for the session after its first exchange; `None` to leave it as it is.
    pub async fn title(&self, context: &RunContext) -> Option<String> {
        title::title(context, &self.models).await
    }

    async fn ask(&self, context: &RunContext) -> Result<(), RunFailure> {
        let model = self.models.find(&context.run().model).await.map_err(|e| model_failure(&e))?;
        let shown = self.conversation(context, model.as_ref()).await;
        let messages = shown.map_err(|error| app_failure(&error))?;
        let earlier = context.answer();
        let begun = Some(earlier.content).filter(|text| !text.is_empty());
        let mut pause = !earlier.reasoning.is_empty();
        let mut events = begin(model.as_ref(), context, ChatRequest { messages, begun, max_tokens: None })?;
        let mut finish = None;
        let mut preparing = false;
        while let Some(event) = events.next().await {
            match event.inspect_err(|_| context.ask_failed()).map_err(|error| model_failure(&error))? {
                ModelEvent::Preparing { percent } => {
                    preparing = true;
                    context.step("prepare_model", "running", &format!("{percent} %"));
                }
                ModelEvent::Text(piece) => {
                    if std::mem::take(&mut preparing) {
                        context.step("prepare_model", "done", "");
                    }
                    context.text(&piece)?;
                }
                ModelEvent::Reasoning(piece) => {
                    if std::mem::take(&mut pause) {
                        context.reasoning("\n\n")?;
                    }
                    context.reasoning(&piece)?;
                }
                ModelEvent::Usage(told) => context.usage(usage_of(told)),
                ModelEvent::Finish(reason) => finish = Some(reason),
            }
        }
        judge(finish, context)
    }

    /// What `model` is shown of the conversation.
    async fn conversation(
        &self,
        context: &RunContext,
        model: &dyn ChatModel,
    ) -> Result<Vec<ChatMessage>, AppError> {
        match self.summariser.as_ref().filter(|_| model.follows_instructions()) {
            Some(summariser) => summariser.condense(context, model).await,
            None => Ok(Passage::load(context, model.longest_prompt()).await?.shown(None)),
        }
    }
}

/// An answer that ended early or empty is not a success.
fn judge(finish: Option<FinishReason>, context: &RunContext) -> Result<(), RunFailure> {
    let answer = context.answer();
    let empty = answer.content.trim().is_empty();
    let code = match finish {
        Some(FinishReason::Length) if !empty => {
            context.cut();
            return Ok(());
        }
        Some(FinishReason::ContentFilter) => "answer_withheld",
        None => "model_truncated",
        Some(_) if empty => "answer_empty",
        Some(_) => return Ok(()),
    };
    Err(RunFailure { code, cause: format!("the model ended with {finish:?}") })
}

fn app_failure(error: &AppError) -> RunFailure {
    RunFailure { code: "internal", cause: error.to_string() }
}
