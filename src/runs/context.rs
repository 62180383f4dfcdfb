//! What an agent works with: the run it answers, and the way to say what happens.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::Runs;
use super::event::{Event, kind};
use super::live::LiveRun;
use super::meter::{ANSWER, CallId, Meter};
use crate::db::{DailyTokens, Db};
use crate::models::message::Usage;
use crate::models::run::Run;
use crate::models::token_usage::DayUsage;

/// Longest answer, in bytes: a model that never stops must not fill memory and disk.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// What a run does. The worker knows nothing else of it.
pub trait Agent: Send + Sync {
    /// Makes the answer, telling `context` each piece. Dropping the future stops all work.
    fn answer<'a>(&'a self, context: &'a RunContext) -> BoxFuture<'a, Result<Progress, RunFailure>>;

    /// A name for the session after its first exchange, once the answer is safe; `None` to leave it as it is.
    fn title<'a>(&'a self, context: &'a RunContext) -> BoxFuture<'a, Option<String>>;
}

/// How far a run has come when its agent stops working on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The answer is there.
    Done,
    /// It waits for a person. Whoever goes on with it begins from its checkpoints.
    Waiting,
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
    state: Mutex<State>,
}

struct State {
    answer: Answer,
    meter: Meter,
}

impl RunContext {
    pub(super) fn new(live: Arc<LiveRun>, runs: Runs) -> Self {
        let meter = Meter::new(live.before.usage, &live.day);
        let state = Mutex::new(State { answer: live.before.clone(), meter });
        Self { live, runs, state }
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
        self.with(|state| Answer { usage: state.meter.usage(), ..state.answer.clone() })
    }

    /// What members may spend a day who have no budget of their own.
    pub(super) fn daily_tokens(&self) -> DailyTokens {
        self.runs.0.config.daily_tokens
    }

    /// What the run has spent, when it is time to note that beside the answer's text, or has just begun to read a prompt.
    pub(super) fn to_count(&self, refresh: bool) -> Option<Usage> {
        self.with(|state| (refresh || state.meter.owes_prompt()).then(|| state.meter.usage()))
    }

    /// Notes that `usage` is in the database, and in what is spent of the `day`.
    pub(super) fn counted(&self, usage: Usage, day: &DayUsage) {
        self.with(|state| state.meter.counted(usage, day));
    }

    /// What the run has spent by the database's account, and by now.
    pub(super) fn owed(&self) -> (Usage, Usage) {
        self.with(|state| (state.meter.in_database(), state.meter.usage()))
    }

    /// Says that a model is about to be asked for the answer with some `prompt_tokens`, by estimate.
    ///
    /// # Errors
    /// `budget_spent` when the member has not that many left today.
    pub fn ask(&self, prompt_tokens: u32) -> Result<(), RunFailure> {
        self.begin(ANSWER, prompt_tokens)
    }

    /// Says that the model has failed. If it has said nothing, it counts as not asked.
    pub fn ask_failed(&self) {
        self.with(|state| state.meter.take_back(ANSWER));
    }

    /// Says that a model is about to be asked for something beside the answer. There may be several such calls at once.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn aside(&self, prompt_tokens: u32) -> Result<Aside<'_>, RunFailure> {
        let call = self.with(|state| state.meter.aside());
        self.begin(call, prompt_tokens)?;
        Ok(Aside { context: self, call })
    }

    fn begin(&self, call: CallId, prompt_tokens: u32) -> Result<(), RunFailure> {
        self.with(|state| {
            state.meter.begin(call, prompt_tokens);
            within_budget(&state.meter).inspect_err(|_| state.meter.take_back(call))
        })
    }

    /// Adds a piece of text. NUL, which PostgreSQL cannot keep, becomes U+FFFD.
    ///
    /// # Errors
    /// `answer_too_long` beyond 4 MiB, `budget_spent` when the member has nothing left today. The piece is kept.
    pub fn text(&self, piece: &str) -> Result<(), RunFailure> {
        self.add(piece, |answer| &mut answer.content, Event::Delta)
    }

    /// Adds a piece of the model's thoughts, like [`Self::text`].
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn reasoning(&self, piece: &str) -> Result<(), RunFailure> {
        self.add(piece, |answer| &mut answer.reasoning, Event::Reasoning)
    }

    /// Notes what the model tells of the tokens it has read and written since it was asked.
    pub fn usage(&self, usage: Usage) {
        self.with(|state| state.meter.tell(ANSWER, usage));
    }

    /// Notes that the model stopped at its limit of tokens.
    pub fn cut(&self) {
        self.with(|state| state.answer.cut = true);
    }

    /// Says what the run is busy with. `name` and `status` are stable words; the title people read is
    /// `step.<name>` in the catalogue.
    pub fn step(&self, name: &str, status: &str, detail: &str) {
        self.tell(kind::STEP, &json!({ "name": name, "status": status, "detail": detail }));
    }

    /// Tells readers of something else that has happened; `data` is an object.
    pub fn tell(&self, kind: &str, data: &Value) {
        self.live.log.push(Event::new(kind, data));
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
        let goes_on = self.with(|state| {
            let text = part(&mut state.answer);
            text.push_str(&piece);
            state.meter.write(ANSWER, &piece);
            match text.len() <= LONGEST_ANSWER {
                true => within_budget(&state.meter),
                false => Err(RunFailure { code: "answer_too_long", cause: "the answer passed 4 MiB".into() }),
            }
        });
        self.live.log.push(event(piece.into()));
        goes_on
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A call of a model beside the answer; it is over when this is dropped.
pub struct Aside<'a> {
    context: &'a RunContext,
    call: CallId,
}

impl Aside<'_> {
    /// Counts what the model has written.
    pub fn wrote(&self, piece: &str) {
        self.context.with(|state| state.meter.write(self.call, piece));
    }

    /// Notes what the model tells of the tokens it has read and written.
    pub fn usage(&self, usage: Usage) {
        self.context.with(|state| state.meter.tell(self.call, usage));
    }

    /// Says that the model has failed. If it has said nothing, it counts as not asked.
    pub fn failed(&self) {
        self.context.with(|state| state.meter.take_back(self.call));
    }
}

impl Drop for Aside<'_> {
    fn drop(&mut self) {
        self.context.with(|state| state.meter.end(self.call));
    }
}

/// Others' runs of the same member are as of the last time this one was counted, [`super::worker`]'s `REFRESH` ago at the
/// most. So a day's budget is passed by no more than what all their runs but one make in that time, what they are asked with
/// in the same moment, and a piece.
fn within_budget(meter: &Meter) -> Result<(), RunFailure> {
    match meter.is_over() {
        true => {
            Err(RunFailure { code: "budget_spent", cause: "the member's tokens of today are spent".into() })
        }
        false => Ok(()),
    }
}
