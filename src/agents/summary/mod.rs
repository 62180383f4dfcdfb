//! A summary of what no longer fits into a model's context. It is kept with the message up to which it goes, so that it is
//! made once, holds for every branch through that message, and the next one begins with it.

mod words;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::asking::ask_aside;
use super::conversation::{MOST_MESSAGES, Passage, cost};
use crate::clients::models::context::{estimate_cost, estimate_tokens, prompt_budget};
use crate::clients::models::{ChatMessage, ChatModel, ChatRole};
use crate::config::chat::ChatConfig;
use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::message::Said;
use crate::models::summary::Summary;
use crate::repositories::{chat_sessions, messages, summaries};
use crate::runs::{RunContext, RunFailure};

/// Tokens of the longest summary; of a small model's context it takes an eighth at the most.
const LONGEST: u32 = 1024;
/// For how long a conversation whose summary failed is answered without one.
const REST: Duration = Duration::from_secs(600);

/// Has what no longer fits summed up.
pub(super) struct Summariser {
    patience: Duration,
    /// Sessions that failed, and when: who asks next must not wait for the same failure.
    failed: Mutex<HashMap<String, Instant>>,
}

impl Summariser {
    /// One that waits as long as configured; `None` when there are to be no summaries.
    pub(super) fn new(config: ChatConfig) -> Option<Self> {
        config.summaries.then(|| Self { patience: config.summary_timeout(), failed: Mutex::default() })
    }

    /// What `model` is shown of the conversation: all of it, or what was said last behind a summary of the rest. Where
    /// there can be none, what does not fit is left out.
    pub(super) async fn condense(
        &self,
        context: &RunContext,
        model: &dyn ChatModel,
    ) -> AppResult<Vec<ChatMessage>> {
        // As much again as it sees: what is to be summed up.
        let mut passage = Passage::load(context, model.longest_prompt().saturating_mul(2)).await?;
        let room = room(model, context, &passage);
        if passage.whole && cost(&passage.talk) <= room {
            return Ok(passage.shown(None));
        }
        let earlier = find(context).await?.filter(|earlier| estimate_cost(&earlier.content) <= room / 2);
        let told = earlier.as_ref().map(|earlier| words::framed(&earlier.content));
        // A model that sees less than the one before may find its summary above all that it reads.
        let goes_on = earlier.is_some_and(|earlier| passage.forget_until(&earlier.message_id));
        let spent = told.as_deref().map_or(0, estimate_cost).saturating_add(cost(&passage.talk));
        if goes_on && spent <= room {
            return Ok(passage.shown(told.as_deref()));
        }
        let kept = passage.newest_half(room);
        let cut = passage.talk.get(..kept).unwrap_or_default();
        let Some(text) = self.make(context, model, told.as_deref(), cut).await else {
            return Ok(passage.shown(told.as_deref()));
        };
        passage.talk.drain(..kept);
        Ok(passage.shown(Some(&words::framed(&text))))
    }

    /// A new summary of what was `told` in few words before and of what is `cut` now; `None` when there is none in time.
    async fn make(
        &self,
        context: &RunContext,
        model: &dyn ChatModel,
        told: Option<&str>,
        cut: &[Said],
    ) -> Option<String> {
        let last = cut.last()?.id.clone();
        let session = &context.run().session_id;
        if self.rests(session) {
            return None;
        }
        context.step("summarise", "running", "");
        let made = self.ask_in_time(context, model, told, cut).await.and_then(|text| {
            words::tidy(&text, longest(model)).ok_or_else(|| "the model wrote nothing".to_owned())
        });
        match made {
            Ok(text) => {
                keep(context, last, &text).await;
                context.step("summarise", "done", "");
                Some(text)
            }
            Err(cause) => {
                tracing::warn!(run = %context.run().id, cause, "what was said before could not be summed up");
                self.rest(session);
                context.step("summarise", "failed", "");
                None
            }
        }
    }

    async fn ask_in_time(
        &self,
        context: &RunContext,
        model: &dyn ChatModel,
        told: Option<&str>,
        cut: &[Said],
    ) -> Result<String, String> {
        match timeout(self.patience, ask(context, model, told, cut)).await {
            Ok(made) => made.map_err(|failure| failure.cause),
            Err(_) => Err(format!("nothing came within {:?}", self.patience)),
        }
    }

    fn rests(&self, session: &str) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get(session).is_some_and(|at| at.elapsed() < REST)
    }

    fn rest(&self, session: &str) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|_, at| at.elapsed() < REST);
        failed.insert(session.to_owned(), Instant::now());
    }
}

/// Tokens there are for a summary and the talk, beside the instructions and an answer that was begun.
fn room(model: &dyn ChatModel, context: &RunContext, passage: &Passage) -> u32 {
    let budget = prompt_budget(model.info().context_length, None);
    let begun = estimate_tokens(&context.answer().content).min(budget / 2);
    budget.saturating_sub(cost(&passage.instructions)).saturating_sub(begun)
}

fn longest(model: &dyn ChatModel) -> u32 {
    LONGEST.min(model.info().context_length / 8)
}

/// The nearest summary above the answer.
async fn find(context: &RunContext) -> AppResult<Option<Summary>> {
    let answer = context.run().message_id.clone();
    context.db().read(move |conn| summaries::nearest(conn, &answer, MOST_MESSAGES)).await
}

/// Keeps a summary; an answer does not fail because it could not be kept.
async fn keep(context: &RunContext, message_id: String, text: &str) {
    let session = context.run().session_id.clone();
    let summary = Summary { message_id, content: text.to_owned(), created_at: Time::now() };
    let put = move |conn: &mut DbConn| {
        chat_sessions::lock(conn, &session)?;
        match messages::find_optional(conn, &summary.message_id)? {
            Some(_) => summaries::put(conn, &summary),
            None => Ok(()),
        }
    };
    if let Err(error) = context.db().write(put).await {
        tracing::warn!(run = %context.run().id, %error, "a summary could not be kept");
    }
}

async fn ask(
    context: &RunContext,
    model: &dyn ChatModel,
    told: Option<&str>,
    cut: &[Said],
) -> Result<String, RunFailure> {
    // Twice as much as is kept of it, for models that think first or count otherwise.
    let most = longest(model) * 2;
    let budget = prompt_budget(model.info().context_length, Some(most));
    let content = words::question(told, cut, budget);
    ask_aside(model, context, vec![ChatMessage { role: ChatRole::User, content }], most).await
}
