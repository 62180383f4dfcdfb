//! Whether the database can serve.

use crate::db::{DbConn, migrations};
use crate::error::{AppError, AppResult};

/// Whether the database answers and has every table of this binary.
///
/// # Errors
/// `Unavailable`, when it does not.
pub fn check(conn: &mut DbConn) -> AppResult<()> {
    match migrations::pending(conn).map_err(AppError::Unavailable)? {
        0 => Ok(()),
        missing => Err(AppError::Unavailable(anyhow::anyhow!("{missing} migrations are missing"))),
    }
}
