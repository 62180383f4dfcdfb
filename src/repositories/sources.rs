//! What researches have read, kept as it was. Sessions are found through their owner before.

use diesel::prelude::*;

use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::source::{Source, SourceSummary};
use crate::schema::sources::{self, dsl};

/// Keeps a source.
///
/// # Errors
/// `Conflict` when the session has it already, or its number is taken.
pub fn insert(conn: &mut DbConn, source: &Source) -> AppResult<()> {
    diesel::insert_into(sources::table).values(source).execute(conn)?;
    Ok(())
}

/// The number that the next source of a session gets; the session must be locked.
///
/// # Errors
/// When the database fails.
pub fn next_number(conn: &mut DbConn, session: &str) -> AppResult<i64> {
    let last: Option<i64> =
        dsl::sources.filter(dsl::session_id.eq(session)).select(diesel::dsl::max(dsl::number)).first(conn)?;
    Ok(last.unwrap_or(0) + 1)
}

/// What a session has read at an address with exactly this content.
///
/// # Errors
/// When the database fails.
pub fn find_same(conn: &mut DbConn, session: &str, url: &str, sha256: &str) -> AppResult<Option<Source>> {
    let same = dsl::session_id.eq(session).and(dsl::url.eq(url)).and(dsl::sha256.eq(sha256));
    Ok(dsl::sources.filter(same).first(conn).optional()?)
}

/// A source by its number in its session.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut DbConn, session: &str, number: i64) -> AppResult<Source> {
    let row = dsl::sources.filter(dsl::session_id.eq(session).and(dsl::number.eq(number))).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Resource))
}

/// Sources of a session by their numbers, with their content.
///
/// # Errors
/// When the database fails.
pub fn list_numbered(conn: &mut DbConn, session: &str, numbers: &[i64]) -> AppResult<Vec<Source>> {
    let wanted = dsl::sources.filter(dsl::session_id.eq(session).and(dsl::number.eq_any(numbers)));
    Ok(wanted.order(dsl::number).load(conn)?)
}

/// All that a session has read, without content.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut DbConn, session: &str) -> AppResult<Vec<SourceSummary>> {
    let all = dsl::sources.filter(dsl::session_id.eq(session)).order(dsl::number);
    Ok(all.select(SourceSummary::as_select()).load(conn)?)
}
