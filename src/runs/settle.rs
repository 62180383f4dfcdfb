//! How a run ends, in one transaction: its last events, the answer's final text, its status and its session's.

use serde_json::json;

use super::budget;
use super::context::Answer;
use super::event::{Event, from_row, kind, to_rows};
use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::chat_session::ChatSessionChanges;
use crate::models::message::{MessageChanges, MessageJson, MessageStatus};
use crate::models::run::{Run, RunStatus};
use crate::models::run_event::RunEventRow;
use crate::repositories::{chat_sessions, messages, run_events, runs};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The answer is complete.
    Succeeded,
    /// It broke off; the code says why.
    Failed(&'static str),
    /// The person stopped it.
    Cancelled,
    /// Its process died or was told to end.
    Interrupted,
}

impl Outcome {
    fn run_status(&self) -> RunStatus {
        match self {
            Self::Succeeded => RunStatus::Succeeded,
            Self::Failed(_) => RunStatus::Failed,
            Self::Cancelled => RunStatus::Cancelled,
            Self::Interrupted => RunStatus::Interrupted,
        }
    }

    fn message_status(&self) -> MessageStatus {
        match self {
            Self::Succeeded => MessageStatus::Complete,
            Self::Cancelled => MessageStatus::Cancelled,
            Self::Failed(_) | Self::Interrupted => MessageStatus::Failed,
        }
    }

    fn error_code(&self) -> Option<&'static str> {
        match self {
            Self::Failed(code) => Some(code),
            Self::Interrupted => Some("interrupted"),
            Self::Succeeded | Self::Cancelled => None,
        }
    }
}

/// What is left to be written when a run ends.
pub(super) struct Ending {
    /// How it ended.
    pub(super) outcome: Outcome,
    /// The answer as far as it came.
    pub(super) answer: Answer,
    /// Events not yet in the database.
    pub(super) unflushed: Vec<RunEventRow>,
    /// The number of the last event, written or not.
    pub(super) last_seq: i64,
    /// Whether `end` is to follow now; otherwise the caller writes it later.
    pub(super) with_end: bool,
}

/// Ends a run for who holds it as `run` says. Returns the run and its last events; `None` when somebody else has ended it
/// or taken it over.
pub(super) fn settle(conn: &mut DbConn, run: &Run, ending: Ending) -> AppResult<Option<(Run, Vec<Event>)>> {
    chat_sessions::lock(conn, &run.session_id)?;
    let outcome = &ending.outcome;
    let end = runs::Settlement {
        status: outcome.run_status(),
        error_code: outcome.error_code(),
        usage: ending.answer.usage,
    };
    // What of its cost is counted already; only its holder changes that.
    let Some(before) = runs::find_optional(conn, &run.id)? else { return Ok(None) };
    let Some(run) = runs::settle(conn, &run.id, run.lease_owner.as_deref(), &end)? else { return Ok(None) };
    let shortfall = outcome.error_code().or(ending.answer.cut.then_some("answer_cut"));
    let changes = MessageChanges {
        content: Some(ending.answer.content),
        reasoning: Some(ending.answer.reasoning),
        status: Some(outcome.message_status()),
        error_code: Some(shortfall.map(str::to_owned)),
    };
    let message = messages::finish(conn, &run.message_id, &changes, ending.answer.usage)?;
    let session = ChatSessionChanges {
        run_status: Some(Some(run.status)),
        updated_at: Some(Time::now()),
        ..ChatSessionChanges::default()
    };
    chat_sessions::update_by_run(conn, &run.session_id, &session)?;

    let mut events = Vec::new();
    if let Some(code) = outcome.error_code() {
        events.push(Event::new(kind::ERROR, &json!({ "code": code })));
    }
    if let Some(message) = message {
        events.push(Event::new(kind::MESSAGE, &json!({ "message": MessageJson::from(message) })));
    }
    if ending.with_end {
        events.push(end_event(run.status));
    }
    run_events::append(conn, &ending.unflushed)?;
    run_events::append(conn, &to_rows(&run.id, ending.last_seq + 1, &events))?;
    budget::add(conn, &run.user_id, before.usage(), run.usage())?;
    Ok(Some((run, events)))
}

/// What [`settle`] returned when this process tried it before, and was not heard. `last_seq` is the number of the last event
/// before the ending.
pub(super) fn settled_before(
    conn: &mut DbConn,
    run: &Run,
    last_seq: i64,
) -> AppResult<Option<(Run, Vec<Event>)>> {
    let ended = runs::find_optional(conn, &run.id)?;
    let ours = |ended: &Run| !ended.status.is_active() && ended.lease_owner == run.lease_owner;
    let Some(ended) = ended.filter(ours) else { return Ok(None) };
    let ending = run_events::list_after(conn, &run.id, last_seq)?;
    Ok(Some((ended, ending.iter().flat_map(from_row).map(|numbered| numbered.event).collect())))
}

/// The last event of every run.
pub(super) fn end_event(status: RunStatus) -> Event {
    Event::new(kind::END, &json!({ "status": status }))
}
