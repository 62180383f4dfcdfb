//! What an agent works with: the run it answers, and the way to say what happens.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde_json::json;

use super::Runs;
use super::event::{Event, kind};
use super::live::LiveRun;
use crate::db::Db;
use crate::models::message::Usage;
use crate::models::run::Run;

/// Longest answer, in bytes: a model that never stops must not fill memory and disk.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// What a run does. The worker knows nothing else of it.
pub trait Agent: Send + Sync {
    /// Makes the answer, telling `context` each piece. Dropping the future stops all work.
    fn answer<'a>(&'a self, context: &'a RunContext) -> BoxFuture<'a, Result<(), RunFailure>>;

    /// A name for the session after its first exchange, once the answer is safe; `None` to leave it as it is.
    fn title<'a>(&'a self, context: &'a RunContext) -> BoxFuture<'a, Option<String>>;
}

/// Why a run ended without success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFailure {
    /// A stable name; `error.<code>` is the sentence for people.
    pub code: &'static str,
    /// For the log only.
    pub cause: String,
}

/// What an answer consists of so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Markdown.
    pub content: String,
    /// What the model thought aloud.
    pub reasoning: String,
    /// Tokens spent.
    pub usage: Usage,
    /// The model stopped at its limit of tokens, not because it had said everything.
    pub cut: bool,
}

/// A run being worked on.
pub struct RunContext {
    live: Arc<LiveRun>,
    runs: Runs,
    answer: Mutex<Answer>,
}

impl RunContext {
    pub(super) fn new(live: Arc<LiveRun>, runs: Runs) -> Self {
        let answer = Mutex::new(live.before.clone());
        Self { live, runs, answer }
    }

    /// The run.
    pub fn run(&self) -> &Run {
        &self.live.run
    }

    /// The database.
    pub fn db(&self) -> &Db {
        self.runs.db()
    }

    /// Tells readers elsewhere that the log has grown.
    pub(super) fn written(&self) {
        self.runs.written(&self.live.run.id);
    }

    /// The answer so far.
    pub fn answer(&self) -> Answer {
        self.with_answer(|answer| answer.clone())
    }

    /// Adds a piece of text. NUL, which PostgreSQL cannot keep, becomes U+FFFD.
    ///
    /// # Errors
    /// `answer_too_long` beyond 4 MiB.
    pub fn text(&self, piece: &str) -> Result<(), RunFailure> {
        self.add(piece, |answer| &mut answer.content, Event::Delta)
    }

    /// Adds a piece of the model's thoughts, like [`Self::text`].
    ///
    /// # Errors
    /// `answer_too_long` beyond 4 MiB.
    pub fn reasoning(&self, piece: &str) -> Result<(), RunFailure> {
        self.add(piece, |answer| &mut answer.reasoning, Event::Reasoning)
    }

    /// Notes the tokens spent so far.
    pub fn usage(&self, usage: Usage) {
        self.with_answer(|answer| answer.usage = usage);
    }

    /// Notes that the model stopped at its limit of tokens.
    pub fn cut(&self) {
        self.with_answer(|answer| answer.cut = true);
    }

    /// Says what the run is busy with. `name` and `status` are stable words; the title people read is
    /// `step.<name>` in the catalogue.
    pub fn step(&self, name: &str, status: &str, detail: &str) {
        let data = json!({ "name": name, "status": status, "detail": detail });
        self.live.log.push(Event::new(kind::STEP, &data));
    }

    fn add(
        &self,
        piece: &str,
        part: fn(&mut Answer) -> &mut String,
        event: fn(Arc<str>) -> Event,
    ) -> Result<(), RunFailure> {
        if piece.is_empty() {
            return Ok(());
        }
        let piece = if piece.contains('\0') { piece.replace('\0', "\u{FFFD}") } else { piece.to_owned() };
        let fits = self.with_answer(|answer| {
            let text = part(answer);
            text.push_str(&piece);
            text.len() <= LONGEST_ANSWER
        });
        self.live.log.push(event(piece.into()));
        match fits {
            true => Ok(()),
            false => Err(RunFailure { code: "answer_too_long", cause: "the answer passed 4 MiB".into() }),
        }
    }

    fn with_answer<T>(&self, act: impl FnOnce(&mut Answer) -> T) -> T {
        act(&mut self.answer.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
