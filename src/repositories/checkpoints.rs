//! What a run remembers between its steps.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::{DbConn, Time, on_each};
use crate::error::AppResult;
use crate::schema::checkpoints::{self, dsl};

/// Keeps the state of a run's step, a JSON object; what was kept for it before is replaced.
///
/// # Errors
/// `NotFound` when the run is gone.
pub fn put(conn: &mut DbConn, run: &str, step: &str, state: &str) -> AppResult<()> {
    let row =
        (dsl::run_id.eq(run), dsl::step.eq(step), dsl::state.eq(state), dsl::created_at.eq(Time::now()));
    on_each!(conn, inner => diesel::insert_into(checkpoints::table)
        .values(row)
        .on_conflict((dsl::run_id, dsl::step))
        .do_update()
        .set((dsl::state.eq(excluded(dsl::state)), dsl::created_at.eq(excluded(dsl::created_at))))
        .execute(inner))?;
    Ok(())
}

/// The state of a run's step; `None` when none was kept.
///
/// # Errors
/// When the database fails.
pub fn find_optional(conn: &mut DbConn, run: &str, step: &str) -> AppResult<Option<String>> {
    Ok(dsl::checkpoints.find((run, step)).select(dsl::state).first(conn).optional()?)
}

/// All that was kept for a run: step and state.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut DbConn, run: &str) -> AppResult<Vec<(String, String)>> {
    Ok(dsl::checkpoints.filter(dsl::run_id.eq(run)).select((dsl::step, dsl::state)).load(conn)?)
}

/// Gives what was kept for a run to the one that goes on with its work; what that has of a step already goes first.
///
/// # Errors
/// When the database fails.
pub fn hand_over(conn: &mut DbConn, from: &str, to: &str) -> AppResult<()> {
    let theirs: Vec<String> = dsl::checkpoints.filter(dsl::run_id.eq(to)).select(dsl::step).load(conn)?;
    let kept = dsl::checkpoints.filter(dsl::run_id.eq(from).and(dsl::step.ne_all(theirs)));
    diesel::update(kept).set(dsl::run_id.eq(to)).execute(conn)?;
    Ok(())
}

/// Whether anything was kept for a run.
///
/// # Errors
/// When the database fails.
pub fn any(conn: &mut DbConn, run: &str) -> AppResult<bool> {
    let kept: Option<String> =
        dsl::checkpoints.filter(dsl::run_id.eq(run)).select(dsl::step).first(conn).optional()?;
    Ok(kept.is_some())
}

/// Forgets what was kept for these runs.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut DbConn, runs: &[String]) -> AppResult<()> {
    diesel::delete(dsl::checkpoints.filter(dsl::run_id.eq_any(runs))).execute(conn)?;
    Ok(())
}
