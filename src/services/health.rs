//! Whether the database can serve: be read and be written to.

use crate::db::{DbConn, migrations};
use crate::error::{AppError, AppResult};
use crate::repositories::settings;

/// What is written to see that something can be.
const WRITTEN: &str = "written";

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

/// Whether the database can be written to: a full disk or a standby can only be read.
///
/// # Errors
/// `Unavailable`, when it cannot.
pub fn write(conn: &mut DbConn) -> AppResult<()> {
    settings::put(conn, WRITTEN, "")
}
