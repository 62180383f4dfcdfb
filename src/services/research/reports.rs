//! Reports: versions of artifacts of which it is known which passage stands behind which sentence.

use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::report::{Report, ReportContent};
use crate::models::user::User;
use crate::repositories::reports;
use crate::services::artifacts::{self, FullArtifact};

/// A report with its text.
#[derive(Clone, Debug)]
pub struct FullReport {
    /// The artifact, as it was in that version, and the text.
    pub artifact: FullArtifact,
    /// The row of that version.
    pub row: Report,
    /// What the row says.
    pub content: ReportContent,
}

/// A member's report: that of the newest version of an artifact, or of `version`.
///
/// # Errors
/// `NotFound` for an unknown artifact or version, for somebody else's, and for what is no report; `Invalid` for a
/// version that is no number.
pub fn find(conn: &mut DbConn, owner: &User, artifact: &str, version: Option<&str>) -> AppResult<FullReport> {
    let artifact = artifacts::find(conn, owner, artifact, version)?;
    let row = reports::find_optional(conn, &artifact.artifact.id, artifact.artifact.version)?;
    let row = row.ok_or(AppError::NotFound(Thing::Artifact))?;
    Ok(FullReport { content: row.content.read()?, artifact, row })
}
