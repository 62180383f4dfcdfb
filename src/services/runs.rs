//! Runs as their owners see them.

use super::messages::{self, ListMessages};
use super::page_request::Page;
use super::sessions;
use super::text::parse_id;
use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::message::{Message, MessageStatus};
use crate::models::run::{Run, RunStatus};
use crate::models::user::User;
use crate::repositories::runs;
use crate::runs::written_so_far;

/// A member's run.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn find(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<Run> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    runs::find_owned(conn, &owner.id, &id)
}

/// How many runs are worked on before that one is, itself included; `None` when it does not wait in the queue.
///
/// # Errors
/// When the database fails. The run was found through its owner.
pub fn queue_position(conn: &mut DbConn, run: &Run) -> AppResult<Option<i64>> {
    if run.status == RunStatus::Queued { runs::queue_position(conn, &run.id) } else { Ok(None) }
}

/// The run of a member's session that is not over.
///
/// # Errors
/// When the database fails. The session was found through its owner.
pub fn find_active(conn: &mut DbConn, session_id: &str) -> AppResult<Option<Run>> {
    runs::find_active(conn, session_id)
}

/// A part of a branch as [`messages::list`] gives it, with the run that is making an answer in the session. The two
/// belong together: an answer that stands there unfinished has its run, and what the run has written by now.
///
/// # Errors
/// Those of [`messages::list`].
pub fn list_messages(
    conn: &mut DbConn,
    owner: &User,
    session: &str,
    input: &ListMessages,
) -> AppResult<(Page<Message>, Option<Run>)> {
    let session = sessions::find(conn, owner, session)?;
    let unfinished = |message: &Message| message.status == MessageStatus::Streaming;
    let mut tries = 0;
    loop {
        // A run that begins or ends between the two reads is seen at the next try.
        let run = find_active(conn, &session.id)?;
        let mut page = messages::list(conn, owner, &session.id, input)?;
        tries += 1;
        let answer = run.as_ref().map(|run| &run.message_id);
        let agree = page.items.iter().all(|message| unfinished(message) == (Some(&message.id) == answer));
        if agree || tries == 3 {
            if let Some(run) = &run {
                bring_up_to_date(conn, run, &mut page.items)?;
            }
            return Ok((page, run));
        }
    }
}

/// Brings the answer among `messages` that a run is making up to what it has written by now.
fn bring_up_to_date(conn: &mut DbConn, run: &Run, messages: &mut [Message]) -> AppResult<()> {
    if let Some(answer) =
        messages.iter_mut().filter(|m| m.status == MessageStatus::Streaming).find(|m| m.id == run.message_id)
    {
        let written = written_so_far(conn, run)?;
        answer.content = written.content;
        answer.reasoning = written.reasoning;
    }
    Ok(())
}
