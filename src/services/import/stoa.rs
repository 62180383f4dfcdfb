//! Our own file, which comes back without loss.

use crate::error::{AppError, AppResult};
use crate::models::archive::{Archive, ArchivedSession, FORMAT, VERSION};

/// The sessions of a file.
///
/// # Errors
/// `BadRequest("import_unknown")` for another format or version than ours.
pub(super) fn read(archive: Archive) -> AppResult<Vec<ArchivedSession>> {
    match archive.format == FORMAT && archive.version == VERSION {
        true => Ok(archive.sessions),
        false => Err(AppError::BadRequest("import_unknown")),
    }
}
