//! Artifacts and their versions.

use diesel::prelude::*;

use super::filters::{ChangePosition, after_change, containing, lower, tagged};
use crate::db::{DbConn, MultiBackend};
use crate::error::{AppError, AppResult, Thing};
use crate::models::artifact::{
    Artifact, ArtifactChanges, ArtifactKind, ArtifactVersion, NewArtifact, VersionSummary,
};
use crate::schema::artifacts::dsl;
use crate::schema::{artifact_versions, artifacts};

/// Which of a member's artifacts are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArtifactFilter {
    /// Only out of that conversation.
    pub session_id: Option<String>,
    /// Only of that kind.
    pub kind: Option<ArtifactKind>,
    /// Only with that text in the title.
    pub q: Option<String>,
    /// Only with all of these tags.
    pub tags: Vec<String>,
}

/// The changes that make an earlier answer of [`list_owned`] untrue, as triggers name them.
pub const LIST_CHANGES: &[&str] = &["INSERT ON artifacts", "UPDATE ON artifacts", "DELETE ON artifacts"];

type Boxed<'a> = artifacts::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(owner: &'a str, filter: &'a ArtifactFilter) -> Boxed<'a> {
    let mut query = dsl::artifacts.filter(dsl::user_id.eq(owner)).into_boxed::<MultiBackend>();
    if let Some(session) = &filter.session_id {
        query = query.filter(dsl::session_id.eq(session));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(dsl::kind.eq(kind));
    }
    if let Some(q) = &filter.q {
        query = query.filter(lower(dsl::title).like(containing(&q.to_lowercase())).escape('\\'));
    }
    for tag in &filter.tags {
        query = query.filter(tagged(tag));
    }
    query
}

/// A member's artifacts after `after` (or from row `offset`), last changed first.
///
/// # Errors
/// When the database fails.
pub fn list_owned(
    conn: &mut DbConn,
    owner: &str,
    filter: &ArtifactFilter,
    after: Option<&ChangePosition>,
    offset: i64,
    limit: i64,
) -> AppResult<Vec<Artifact>> {
    let mut query = filtered(owner, filter);
    if let Some(place) = after {
        query = query.filter(after_change(place));
    }
    Ok(query.order((dsl::updated_at.desc(), dsl::id.desc())).offset(offset).limit(limit).load(conn)?)
}

/// How many artifacts [`list_owned`] would list in all.
///
/// # Errors
/// When the database fails.
pub fn count_owned(conn: &mut DbConn, owner: &str, filter: &ArtifactFilter) -> AppResult<i64> {
    Ok(filtered(owner, filter).count().get_result(conn)?)
}

/// A member's artifact.
///
/// # Errors
/// `NotFound` when the member has no such artifact.
pub fn find_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<Artifact> {
    let row = dsl::artifacts.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner))).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Artifact))
}

/// Keeps a new artifact; its first version is for [`insert_version`].
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, artifact: &NewArtifact) -> AppResult<Artifact> {
    let insert = diesel::insert_into(artifacts::table).values(artifact);
    Ok(insert.returning(artifacts::all_columns).get_result(conn)?)
}

/// Changes a member's artifact if `base` is still its newest version; `None` when it is not, or there is none.
///
/// # Errors
/// When the database fails.
pub fn update_owned(
    conn: &mut DbConn,
    owner: &str,
    id: &str,
    base: i64,
    changes: &ArtifactChanges,
) -> AppResult<Option<Artifact>> {
    let row = dsl::artifacts.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)).and(dsl::version.eq(base)));
    let updated = diesel::update(row).set(changes).returning(artifacts::all_columns).get_result(conn);
    Ok(updated.optional()?)
}

/// Deletes a member's artifact with all its versions.
///
/// # Errors
/// `NotFound` when the member has no such artifact.
pub fn delete_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<()> {
    let row = dsl::artifacts.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    match diesel::delete(row).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::Artifact)),
        _ => Ok(()),
    }
}

/// Keeps a version.
///
/// # Errors
/// When the database fails.
pub fn insert_version(conn: &mut DbConn, version: &ArtifactVersion) -> AppResult<()> {
    diesel::insert_into(artifact_versions::table).values(version).execute(conn)?;
    Ok(())
}

/// A version of an artifact that was found through its owner.
///
/// # Errors
/// `NotFound` when there is no such version.
pub fn find_version(conn: &mut DbConn, artifact: &Artifact, version: i64) -> AppResult<ArtifactVersion> {
    let row = artifact_versions::table.find((&artifact.id, version)).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Artifact))
}

/// The versions of an artifact that was found through its owner, newest first: those before `before`, or from row
/// `offset`.
///
/// # Errors
/// When the database fails.
pub fn list_versions(
    conn: &mut DbConn,
    artifact: &Artifact,
    before: Option<i64>,
    offset: i64,
    limit: i64,
) -> AppResult<Vec<VersionSummary>> {
    use artifact_versions::dsl as versions;
    let rows = versions::artifact_versions
        .filter(versions::artifact_id.eq(&artifact.id))
        .filter(versions::version.lt(before.unwrap_or(i64::MAX)))
        .order(versions::version.desc())
        .select((versions::version, versions::title, versions::size, versions::created_at));
    Ok(rows.offset(offset).limit(limit).load(conn)?)
}
