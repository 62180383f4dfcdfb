//! Settles runs whose process died: what the log holds of the answer is kept.

use super::context::Answer;
use super::event::kind;
use super::settle::{Ending, Outcome, settle};
use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::message::Usage;
use crate::models::run::Run;
use crate::repositories::{run_events, runs};

/// Settles running runs that are not `live` here as interrupted: those whose lease has ended, or all of them when
/// no other process can be alive (`exclusive`). Returns how many. One that this process gave up, because it could
/// not be written, is among them.
pub(super) fn recover(conn: &mut DbConn, live: &[String], exclusive: bool) -> AppResult<usize> {
    let now = if exclusive { None } else { Some(Time::now()) };
    let mut recovered = 0;
    for run in runs::list_abandoned(conn, live, now)? {
        if interrupt(conn, &run, Outcome::Interrupted)? {
            recovered += 1;
        }
    }
    Ok(recovered)
}

/// Ends a run nobody works on, with what its log holds.
pub(super) fn interrupt(conn: &mut DbConn, run: &Run, outcome: Outcome) -> AppResult<bool> {
    let (answer, last_seq) = from_log(conn, run)?;
    let ending = Ending { outcome, answer, unflushed: Vec::new(), last_seq, with_end: true };
    Ok(settle(conn, run, ending)?.is_some())
}

/// What a run has made as far as its log tells, and the number of the last event.
pub(super) fn from_log(conn: &mut DbConn, run: &Run) -> AppResult<(Answer, i64)> {
    let usage = Usage { prompt_tokens: run.prompt_tokens, completion_tokens: run.completion_tokens };
    let mut answer = Answer { usage, ..Answer::default() };
    let mut last_seq = 0;
    for row in run_events::list_after(conn, &run.id, 0)? {
        last_seq = row.last_seq;
        let part = match row.kind.as_str() {
            kind::DELTA => &mut answer.content,
            kind::REASONING => &mut answer.reasoning,
            _ => continue,
        };
        for piece in serde_json::from_str::<Vec<String>>(&row.data).unwrap_or_default() {
            part.push_str(&piece);
        }
    }
    Ok((answer, last_seq))
}
