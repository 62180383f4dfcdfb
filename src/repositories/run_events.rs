//! The event log of runs: appended to and read in order; long after the end all but the last rows are deleted.

use diesel::prelude::*;

use crate::db::{DbConn, on_each};
use crate::error::AppResult;
use crate::models::run_event::RunEventRow;
use crate::schema::run_events::{self, dsl};

/// Appends rows.
///
/// # Errors
/// `Conflict` when another process has written these numbers.
pub fn append(conn: &mut DbConn, rows: &[RunEventRow]) -> AppResult<()> {
    on_each!(conn, inner => diesel::insert_into(run_events::table).values(rows).execute(inner))?;
    Ok(())
}

/// Whether the log ends with exactly these rows.
///
/// # Errors
/// When the database fails.
pub fn holds(conn: &mut DbConn, rows: &[RunEventRow]) -> AppResult<bool> {
    match rows.first() {
        Some(first) => Ok(list_after(conn, &first.run_id, first.seq - 1)? == rows),
        None => Ok(true),
    }
}

/// Rows that hold events after number `after`, in order.
///
/// # Errors
/// When the database fails.
pub fn list_after(conn: &mut DbConn, run: &str, after: i64) -> AppResult<Vec<RunEventRow>> {
    Ok(dsl::run_events.filter(dsl::run_id.eq(run).and(dsl::last_seq.gt(after))).order(dsl::seq).load(conn)?)
}

/// The first `most` rows that hold events after number `after`, in order.
///
/// # Errors
/// When the database fails.
pub fn list_some_after(conn: &mut DbConn, run: &str, after: i64, most: i64) -> AppResult<Vec<RunEventRow>> {
    let rest = dsl::run_events.filter(dsl::run_id.eq(run).and(dsl::last_seq.gt(after)));
    Ok(rest.order(dsl::seq).limit(most).load(conn)?)
}

/// The rows of one kind of these runs, those of a run in order.
///
/// # Errors
/// When the database fails.
pub fn list_of_kind(conn: &mut DbConn, runs: &[&str], kind: &str) -> AppResult<Vec<RunEventRow>> {
    let rows = dsl::run_events.filter(dsl::run_id.eq_any(runs).and(dsl::kind.eq(kind)));
    Ok(rows.order((dsl::run_id, dsl::seq)).load(conn)?)
}

/// The number of the first event of these kinds; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub fn first_of(conn: &mut DbConn, run: &str, kinds: &[&str]) -> AppResult<Option<i64>> {
    let rows = dsl::run_events.filter(dsl::run_id.eq(run).and(dsl::kind.eq_any(kinds)));
    Ok(rows.select(diesel::dsl::min(dsl::seq)).first(conn)?)
}

/// The number of the last event; 0 when there is none.
///
/// # Errors
/// When the database fails.
pub fn last_seq(conn: &mut DbConn, run: &str) -> AppResult<i64> {
    let last: Option<i64> =
        dsl::run_events.filter(dsl::run_id.eq(run)).select(diesel::dsl::max(dsl::last_seq)).first(conn)?;
    Ok(last.unwrap_or(0))
}

/// Deletes the rows of these runs but those of the kinds `kept`.
///
/// # Errors
/// When the database fails.
pub fn delete_all_but(conn: &mut DbConn, runs: &[String], kept: &[&str]) -> AppResult<()> {
    let rest = dsl::run_events.filter(dsl::run_id.eq_any(runs).and(dsl::kind.ne_all(kept)));
    diesel::delete(rest).execute(conn)?;
    Ok(())
}
