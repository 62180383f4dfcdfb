//! Runs as their owners see them.

use super::text::parse_id;
use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::run::Run;
use crate::models::user::User;
use crate::repositories::runs;

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
