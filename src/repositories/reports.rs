//! What is known of reports, one row for each version of an artifact that a research has written. Artifacts and sessions
//! are found through their owner before.

use diesel::prelude::*;

use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::report::Report;
use crate::schema::artifacts;
use crate::schema::reports::{self, dsl};

/// Keeps a report.
///
/// # Errors
/// `Conflict` when that version has one.
pub fn insert(conn: &mut DbConn, report: &Report) -> AppResult<()> {
    diesel::insert_into(reports::table).values(report).execute(conn)?;
    Ok(())
}

/// What is known of a version of an artifact.
///
/// # Errors
/// When the database fails.
pub fn find_optional(conn: &mut DbConn, artifact: &str, version: i64) -> AppResult<Option<Report>> {
    Ok(dsl::reports.find((artifact, version)).first(conn).optional()?)
}

/// The report that a run has made.
///
/// # Errors
/// When the database fails.
pub fn find_of_run(conn: &mut DbConn, run: &str) -> AppResult<Option<Report>> {
    Ok(dsl::reports.filter(dsl::run_id.eq(run)).first(conn).optional()?)
}

/// The reports of an artifact up to a version, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list_until(conn: &mut DbConn, artifact: &str, version: i64) -> AppResult<Vec<Report>> {
    let until = dsl::reports.filter(dsl::artifact_id.eq(artifact).and(dsl::version.le(version)));
    Ok(until.order(dsl::version).load(conn)?)
}

/// The newest report of a session.
///
/// # Errors
/// When the database fails.
pub fn newest(conn: &mut DbConn, session: &str) -> AppResult<Option<Report>> {
    let all = dsl::reports.filter(dsl::session_id.eq(session));
    Ok(all.order((dsl::created_at.desc(), dsl::version.desc())).first(conn).optional()?)
}

/// All reports of a session, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut DbConn, session: &str) -> AppResult<Vec<Report>> {
    let all = dsl::reports.filter(dsl::session_id.eq(session));
    Ok(all.order((dsl::created_at, dsl::version)).load(conn)?)
}

/// A member's reports that are the newest version of their artifact, with its title, newest first, at most `most`.
///
/// # Errors
/// When the database fails.
pub fn list_owned(conn: &mut DbConn, owner: &str, most: i64) -> AppResult<Vec<(String, Report)>> {
    let current = artifacts::id.eq(dsl::artifact_id).and(artifacts::version.eq(dsl::version));
    let rows = dsl::reports.inner_join(artifacts::table.on(current));
    let own = rows.filter(artifacts::user_id.eq(owner)).select((artifacts::title, reports::all_columns));
    Ok(own.order((dsl::created_at.desc(), dsl::artifact_id)).limit(most).load(conn)?)
}
