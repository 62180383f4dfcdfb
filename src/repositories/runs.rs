//! Runs: the queue, the claims on it and how they end.

use diesel::prelude::*;

use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::run::{NewRun, Run, RunStatus};
use crate::schema::runs::{self, dsl};

const ACTIVE: [RunStatus; 3] = [RunStatus::Queued, RunStatus::Running, RunStatus::Waiting];

/// Queues a run.
///
/// # Errors
/// `Conflict` when the session has an active run or the idempotency key was used.
pub fn insert(conn: &mut DbConn, run: &NewRun) -> AppResult<Run> {
    Ok(diesel::insert_into(runs::table).values(run).returning(runs::all_columns).get_result(conn)?)
}

/// A member's run.
///
/// # Errors
/// `NotFound` when the member has no such run.
pub fn find_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<Run> {
    let row = dsl::runs.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner))).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Resource))
}

/// A run, for those who work on it.
///
/// # Errors
/// When the database fails.
pub fn find_optional(conn: &mut DbConn, id: &str) -> AppResult<Option<Run>> {
    Ok(dsl::runs.find(id).first(conn).optional()?)
}

/// The run of a session that is not over.
///
/// # Errors
/// When the database fails.
pub fn find_active(conn: &mut DbConn, session: &str) -> AppResult<Option<Run>> {
    let row = dsl::runs.filter(dsl::session_id.eq(session).and(dsl::status.eq_any(ACTIVE)));
    Ok(row.first(conn).optional()?)
}

/// How the latest run of a session stands; `None` when it has none.
///
/// # Errors
/// When the database fails.
pub fn latest_status(conn: &mut DbConn, session: &str) -> AppResult<Option<RunStatus>> {
    let newest =
        dsl::runs.filter(dsl::session_id.eq(session)).order((dsl::created_at.desc(), dsl::id.desc()));
    Ok(newest.select(dsl::status).first(conn).optional()?)
}

/// The run a session started under an idempotency key.
///
/// # Errors
/// When the database fails.
pub fn find_by_key(conn: &mut DbConn, session: &str, key: &str) -> AppResult<Option<Run>> {
    let row = dsl::runs.filter(dsl::session_id.eq(session).and(dsl::idempotency_key.eq(key)));
    Ok(row.first(conn).optional()?)
}

/// Takes the oldest queued run for `owner` until `expires`; `None` when there is none. Of two processes, one
/// gets it.
///
/// # Errors
/// When the database fails.
pub fn claim(conn: &mut DbConn, owner: &str, now: Time, expires: Time) -> AppResult<Option<Run>> {
    loop {
        let oldest: Option<String> = dsl::runs
            .filter(dsl::status.eq(RunStatus::Queued))
            .order((dsl::created_at, dsl::id))
            .select(dsl::id)
            .first(conn)
            .optional()?;
        let Some(id) = oldest else { return Ok(None) };
        let still_queued = dsl::runs.filter(dsl::id.eq(&id).and(dsl::status.eq(RunStatus::Queued)));
        let claimed = diesel::update(still_queued)
            .set((
                dsl::status.eq(RunStatus::Running),
                dsl::lease_owner.eq(owner),
                dsl::lease_expires_at.eq(expires),
                dsl::attempts.eq(dsl::attempts + 1),
                dsl::started_at.eq(now),
            ))
            .returning(runs::all_columns)
            .get_result(conn)
            .optional()?;
        if claimed.is_some() {
            return Ok(claimed);
        }
    }
}

/// Renews `owner`'s claims on the runs `live`; returns the ids of those that were asked to stop.
///
/// # Errors
/// When the database fails.
pub fn renew(conn: &mut DbConn, owner: &str, live: &[String], expires: Time) -> AppResult<Vec<String>> {
    let held = dsl::status.eq(RunStatus::Running).and(dsl::lease_owner.eq(owner));
    let mine = dsl::runs.filter(held.and(dsl::id.eq_any(live)));
    diesel::update(mine.clone()).set(dsl::lease_expires_at.eq(expires)).execute(conn)?;
    Ok(mine.filter(dsl::cancel_requested.eq(true)).select(dsl::id).load(conn)?)
}

/// Running runs that nobody works on: not one of `live`, and the claim has not been renewed; all but `live` when
/// `now` is `None`.
///
/// # Errors
/// When the database fails.
pub fn list_abandoned(conn: &mut DbConn, live: &[String], now: Option<Time>) -> AppResult<Vec<Run>> {
    let mut query =
        dsl::runs.filter(dsl::status.eq(RunStatus::Running)).into_boxed::<crate::db::MultiBackend>();
    query = query.filter(dsl::id.ne_all(live));
    if let Some(now) = now {
        query = query.filter(dsl::lease_expires_at.lt(now));
    }
    Ok(query.order(dsl::id).load(conn)?)
}

/// Asks an active run to stop; returns it as it stands, or `None` when it is already over.
///
/// # Errors
/// When the database fails.
pub fn request_cancel(conn: &mut DbConn, id: &str) -> AppResult<Option<Run>> {
    let active = dsl::runs.filter(dsl::id.eq(id).and(dsl::status.eq_any(ACTIVE)));
    Ok(diesel::update(active)
        .set(dsl::cancel_requested.eq(true))
        .returning(runs::all_columns)
        .get_result(conn)
        .optional()?)
}

/// Puts a run that waits for a person back into the queue; `None` when it does not wait.
///
/// # Errors
/// When the database fails.
pub fn requeue(conn: &mut DbConn, id: &str) -> AppResult<Option<Run>> {
    let waiting = dsl::runs.filter(dsl::id.eq(id).and(dsl::status.eq(RunStatus::Waiting)));
    Ok(diesel::update(waiting)
        .set(dsl::status.eq(RunStatus::Queued))
        .returning(runs::all_columns)
        .get_result(conn)
        .optional()?)
}

/// How a run ended.
pub struct Settlement<'a> {
    /// Its final status.
    pub status: RunStatus,
    /// Why it ended without success.
    pub error_code: Option<&'a str>,
    /// Tokens read.
    pub prompt_tokens: i64,
    /// Tokens written.
    pub completion_tokens: i64,
}

/// Ends a run that is active; `None` when somebody else has ended it, so that exactly one does.
///
/// # Errors
/// When the database fails.
pub fn settle(conn: &mut DbConn, id: &str, end: &Settlement<'_>) -> AppResult<Option<Run>> {
    let active = dsl::runs.filter(dsl::id.eq(id).and(dsl::status.eq_any(ACTIVE)));
    Ok(diesel::update(active)
        .set((
            dsl::status.eq(end.status),
            dsl::error_code.eq(end.error_code),
            dsl::prompt_tokens.eq(end.prompt_tokens),
            dsl::completion_tokens.eq(end.completion_tokens),
            dsl::finished_at.eq(Time::now()),
            dsl::lease_expires_at.eq(None::<Time>),
        ))
        .returning(runs::all_columns)
        .get_result(conn)
        .optional()?)
}
