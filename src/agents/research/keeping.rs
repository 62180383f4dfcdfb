//! A report becomes a version of an artifact, with what is known of it, and its citations those of the answer.

use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::halt::{Halt, internal};
use super::journal::Told;
use super::report::Whole;
use crate::db::{DbConn, Json, Time};
use crate::error::{AppError, AppResult};
use crate::models::artifact::{Artifact, ArtifactChanges, ArtifactKind, ArtifactVersion, NewArtifact};
use crate::models::new_id;
use crate::models::report::{Citation, Report, ReportMode};
use crate::models::run::Run;
use crate::models::tags::Tags;
use crate::repositories::{artifacts, messages, reports};

/// Longest title of an artifact, in characters.
const LONGEST_TITLE: usize = 200;

/// A version of a report that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The artifact.
    pub artifact_id: String,
    /// Its version.
    pub version: i64,
}

impl Told for Version {}

/// Keeps a report as an artifact of the run's session.
///
/// # Errors
/// When the session is gone, or the database fails.
pub fn first_version(conn: &mut DbConn, run: &Run, mode: ReportMode, whole: &Whole) -> AppResult<Version> {
    let now = Time::now();
    let row = NewArtifact {
        id: new_id(),
        user_id: run.user_id.clone(),
        session_id: Some(run.session_id.clone()),
        title: title_of(whole),
        kind: ArtifactKind::Markdown,
        language: None,
        tags: Tags::new(&[]),
        version: 1,
        size: size_of(whole),
        created_at: now,
        updated_at: now,
    };
    let artifact = artifacts::insert(conn, &row)?;
    keep(conn, run, mode, &artifact, whole)?;
    cite(conn, run, &whole.content.citations)?;
    Ok(Version { artifact_id: artifact.id, version: 1 })
}

/// Keeps a report as the version after `base`; `None` when that is not the newest any more.
///
/// # Errors
/// When the database fails.
pub fn next_version(
    conn: &mut DbConn,
    run: &Run,
    mode: ReportMode,
    base: &Version,
    whole: &Whole,
) -> AppResult<Option<Version>> {
    let changes = ArtifactChanges {
        title: None,
        tags: None,
        version: base.version + 1,
        size: size_of(whole),
        updated_at: Time::now(),
    };
    let updated = artifacts::update_owned(conn, &run.user_id, &base.artifact_id, base.version, &changes)?;
    let Some(artifact) = updated else { return Ok(None) };
    keep(conn, run, mode, &artifact, whole)?;
    Ok(Some(Version { artifact_id: artifact.id, version: artifact.version }))
}

/// Notes what the run's answer cites.
///
/// # Errors
/// When the database fails.
pub fn cite(conn: &mut DbConn, run: &Run, citations: &[Citation]) -> AppResult<()> {
    messages::put_citations(conn, &run.message_id, &serde_json::json!(citations).to_string())
}

/// An artifact and the text of one of its versions.
///
/// # Errors
/// When it has been deleted, or the database fails.
pub async fn load(desk: &Desk<'_>, version: &Version) -> Result<(Artifact, String), Halt> {
    let (owner, wanted) = (desk.run().user_id.clone(), version.clone());
    let read = move |conn: &mut DbConn| {
        let artifact = artifacts::find_owned(conn, &owner, &wanted.artifact_id)?;
        let text = artifacts::find_version(conn, &artifact, wanted.version)?.content;
        Ok::<_, AppError>((artifact, text))
    };
    desk.db().read(read).await.map_err(internal)
}

fn keep(conn: &mut DbConn, run: &Run, mode: ReportMode, artifact: &Artifact, whole: &Whole) -> AppResult<()> {
    let version = ArtifactVersion {
        artifact_id: artifact.id.clone(),
        version: artifact.version,
        title: artifact.title.clone(),
        content: whole.text.clone(),
        size: artifact.size,
        created_at: artifact.updated_at,
    };
    artifacts::insert_version(conn, &version)?;
    let report = Report {
        artifact_id: artifact.id.clone(),
        version: artifact.version,
        session_id: Some(run.session_id.clone()),
        run_id: run.id.clone(),
        message_id: run.message_id.clone(),
        mode,
        content: Json::write(&whole.content)?,
        created_at: artifact.updated_at,
    };
    reports::insert(conn, &report)
}

fn title_of(whole: &Whole) -> String {
    whole.content.title.chars().take(LONGEST_TITLE).collect()
}

fn size_of(whole: &Whole) -> i64 {
    i64::try_from(whole.text.len()).unwrap_or(i64::MAX)
}
