//! Lets a run go that is not over: it waits for a person, or for a process that goes on from its last checkpoint.

use super::budget;
use super::event::{Event, from_row, run_event, to_rows};
use super::settle::Ending;
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::chat_session::ChatSessionChanges;
use crate::models::message::MessageChanges;
use crate::models::run::{Run, RunStatus};
use crate::repositories::{chat_sessions, checkpoints, messages, run_events, runs};

/// Whether a process may go on with a run where this one leaves it.
pub(super) fn can_go_on(conn: &mut DbConn, run: &Run) -> AppResult<bool> {
    checkpoints::any(conn, &run.id)
}

/// Writes down what a run has made and gives it up with `status`, which is active, and tells readers so. Returns that event;
/// `None` when the run is not held as `run` says, or is to be cancelled: then it stays as it is.
pub(super) fn park(
    conn: &mut DbConn,
    run: &Run,
    status: RunStatus,
    so_far: &Ending,
) -> AppResult<Option<Event>> {
    chat_sessions::lock(conn, &run.session_id)?;
    let Some(before) = runs::find_optional(conn, &run.id)? else { return Ok(None) };
    let spent = so_far.answer.usage;
    let Some(parked) = runs::release(conn, &run.id, run.lease_owner.as_deref(), status, spent)? else {
        return Ok(None);
    };
    let changes = MessageChanges {
        content: Some(so_far.answer.content.clone()),
        reasoning: Some(so_far.answer.reasoning.clone()),
        ..MessageChanges::default()
    };
    messages::update(conn, &run.message_id, &changes)?;
    let session = ChatSessionChanges { run_status: Some(Some(status)), ..ChatSessionChanges::default() };
    chat_sessions::update_by_run(conn, &run.session_id, &session)?;
    run_events::append(conn, &so_far.unflushed)?;
    let told = run_event(&parked);
    run_events::append(conn, &to_rows(&run.id, so_far.last_seq + 1, std::slice::from_ref(&told)))?;
    budget::add(conn, &run.user_id, before.usage(), parked.usage())?;
    Ok(Some(told))
}

/// What [`park`] returned when this process tried it before, and was not heard.
pub(super) fn parked_before(conn: &mut DbConn, run: &Run, so_far: &Ending) -> AppResult<Option<Event>> {
    let now = runs::find_optional(conn, &run.id)?;
    let is_nobodys = now.is_some_and(|now| now.status.is_active() && now.lease_owner != run.lease_owner);
    let told = run_events::list_after(conn, &run.id, so_far.last_seq)?;
    Ok(told.first().filter(|_| is_nobodys).and_then(|row| from_row(row).pop()).map(|numbered| numbered.event))
}
