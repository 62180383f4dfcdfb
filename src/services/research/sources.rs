//! What the researches of a session have read, for its owner.

use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::source::{Source, SourceSummary};
use crate::models::user::User;
use crate::repositories::sources;
use crate::services::sessions;

/// All that a member's session has read, in the order of the numbers.
///
/// # Errors
/// `NotFound` for an unknown session and for somebody else's.
pub fn list(conn: &mut DbConn, owner: &User, session: &str) -> AppResult<Vec<SourceSummary>> {
    let session = sessions::find(conn, owner, session)?;
    sources::list(conn, &session.id)
}

/// One of them with the text that was kept, by its number as it stands in an address.
///
/// # Errors
/// `NotFound` for an unknown session, for somebody else's, and for a number that nothing has.
pub fn find(conn: &mut DbConn, owner: &User, session: &str, number: &str) -> AppResult<Source> {
    let session = sessions::find(conn, owner, session)?;
    let number = number.parse().map_err(|_| AppError::NotFound(Thing::Resource))?;
    sources::find(conn, &session.id, number)
}
