//! The conversation that something came out of, by its name; knows nothing of what came out.

use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::user::User;
use crate::services::sessions;

/// A conversation to be linked to.
pub struct Origin {
    /// The conversation's id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

impl Origin {
    /// The reader's conversation of that id; none when there is none (any more).
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut DbConn, user: &User, id: Option<&str>) -> AppResult<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        match sessions::find(conn, user, id) {
            Ok(session) => Ok(Some(Self { id: session.id, name: session.name })),
            Err(AppError::NotFound(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }
}
