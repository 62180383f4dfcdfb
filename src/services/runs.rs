//! Runs as their owners see them.

use super::text::parse_id;
use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::message::Message;
use crate::models::run::Run;
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

/// The run of a member's session that is not over.
///
/// # Errors
/// When the database fails. The session was found through its owner.
pub fn find_active(conn: &mut DbConn, session_id: &str) -> AppResult<Option<Run>> {
    runs::find_active(conn, session_id)
}

/// Brings the answer among `messages` that a run is making up to what it has written by now.
///
/// # Errors
/// When the database fails.
pub fn bring_up_to_date(conn: &mut DbConn, run: &Run, messages: &mut [Message]) -> AppResult<()> {
    if let Some(answer) = messages.iter_mut().find(|message| message.id == run.message_id) {
        let written = written_so_far(conn, run)?;
        answer.content = written.content;
        answer.reasoning = written.reasoning;
    }
    Ok(())
}
