//! What runs do; knows nothing of how they are queued, stored or read.

mod asking;
pub mod chat;
mod conversation;
pub mod research;
mod summary;
mod title;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::models::run::RunKind;
use crate::runs::{Agent, Progress, RunContext, RunFailure};
use chat::ChatAgent;
use research::ResearchAgent;

/// Gives each run to who knows how to answer it.
pub struct Agents {
    /// For conversations.
    pub chat: ChatAgent,
    /// For researches.
    pub research: ResearchAgent,
}

impl Agent for Agents {
    fn answer<'a>(&'a self, context: &'a RunContext) -> BoxFuture<'a, Result<Progress, RunFailure>> {
        match context.run().kind {
            RunKind::Chat => self.chat.answer(context).boxed(),
            RunKind::Research | RunKind::Followup | RunKind::Section => self.research.answer(context).boxed(),
        }
    }

    fn title<'a>(&'a self, context: &'a RunContext) -> BoxFuture<'a, Option<String>> {
        self.chat.title(context).boxed()
    }
}
