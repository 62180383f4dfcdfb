//! Runs: the queue, the claims on it and how they end.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::message::Usage;
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

/// The latest run that made a message; `None` when none did.
///
/// # Errors
/// When the database fails.
pub fn latest_of_message(conn: &mut DbConn, message: &str) -> AppResult<Option<Run>> {
    let newest =
        dsl::runs.filter(dsl::message_id.eq(message)).order((dsl::created_at.desc(), dsl::id.desc()));
    Ok(newest.first(conn).optional()?)
}

/// The runs that made these messages, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list_of_messages(conn: &mut DbConn, messages: &[&str]) -> AppResult<Vec<Run>> {
    let rows = dsl::runs.filter(dsl::message_id.eq_any(messages));
    Ok(rows.order((dsl::created_at, dsl::id)).load(conn)?)
}

/// The run a session started under an idempotency key.
///
/// # Errors
/// When the database fails.
pub fn find_by_key(conn: &mut DbConn, session: &str, key: &str) -> AppResult<Option<Run>> {
    let row = dsl::runs.filter(dsl::session_id.eq(session).and(dsl::idempotency_key.eq(key)));
    Ok(row.first(conn).optional()?)
}

/// Who may work on what at once.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// Runs of one member.
    pub per_user: i64,
    /// Runs to be taken.
    pub most: i64,
}

/// The queue, and what its order is made of: members take turns, so whoever has the fewest runs at work or ahead comes
/// first (`turn` counts them up to this one), and of those whoever was served longest ago.
const LINE: &str = "WITH busy AS (
        SELECT user_id, COUNT(*) AS runs FROM runs WHERE status = 'running' GROUP BY user_id
    ), line AS (
        SELECT queued.id, queued.created_at,
            COALESCE((SELECT MAX(started_at) FROM runs WHERE user_id = queued.user_id), 0) AS served,
            COALESCE(busy.runs, 0)
                + ROW_NUMBER() OVER (PARTITION BY queued.user_id ORDER BY queued.created_at, queued.id) AS turn
        FROM runs AS queued LEFT JOIN busy ON busy.user_id = queued.user_id WHERE queued.status = 'queued'
    )";

/// Held by a process while it takes runs from the queue, so that two together do not pass anybody's share.
const CLAIMING: &str = "SELECT pg_advisory_xact_lock(7361)";

/// Takes queued runs for `owner` until `expires`, those whose turn it is. Of two processes, one gets a run.
///
/// # Errors
/// When the database fails.
pub fn claim(
    conn: &mut DbConn,
    owner: &str,
    now: Time,
    expires: Time,
    shares: Shares,
) -> AppResult<Vec<Run>> {
    let next = format!(
        "{LINE} SELECT id FROM line WHERE turn <= {} ORDER BY turn, served, created_at, id LIMIT {}",
        shares.per_user, shares.most
    );
    let ids: Vec<RunId> = match conn {
        DbConn::Sqlite(conn) => diesel::sql_query(next).load(conn)?,
        DbConn::Postgres(conn) => {
            diesel::sql_query(CLAIMING).execute(conn)?;
            let free = format!("SELECT id FROM runs WHERE id IN ({next}) FOR UPDATE SKIP LOCKED");
            diesel::sql_query(free).load(conn)?
        }
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = ids.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let still_queued = dsl::runs.filter(dsl::id.eq_any(ids).and(dsl::status.eq(RunStatus::Queued)));
    Ok(diesel::update(still_queued)
        .set((
            dsl::status.eq(RunStatus::Running),
            dsl::lease_owner.eq(owner),
            dsl::lease_expires_at.eq(expires),
            dsl::attempts.eq(dsl::attempts + 1),
            dsl::started_at.eq(now),
        ))
        .returning(runs::all_columns)
        .get_results(conn)?)
}

#[derive(QueryableByName)]
struct RunId {
    #[diesel(sql_type = Text)]
    id: String,
}

/// How many queued runs are worked on before that one is, itself included; `None` when it is not in the queue.
///
/// # Errors
/// When the database fails.
pub fn queue_position(conn: &mut DbConn, id: &str) -> AppResult<Option<i64>> {
    let count = |placeholder| {
        format!(
            "{LINE} SELECT COUNT(*) AS place FROM line
             WHERE (turn, served, created_at, id) <= (SELECT turn, served, created_at, id FROM line WHERE id = {placeholder})"
        )
    };
    let place: Place = match conn {
        DbConn::Sqlite(conn) => diesel::sql_query(count("?")).bind::<Text, _>(id).get_result(conn)?,
        DbConn::Postgres(conn) => diesel::sql_query(count("$1")).bind::<Text, _>(id).get_result(conn)?,
    };
    Ok(Some(place.place).filter(|place| *place > 0))
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = BigInt)]
    place: i64,
}

/// What became of a run that this process works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Its person wants it to stop.
    Unwanted(String),
    /// Another process has taken it over.
    Lost(String),
}

/// Renews `owner`'s claims on the runs `live`; returns those that are to be stopped.
///
/// # Errors
/// When the database fails.
pub fn renew(conn: &mut DbConn, owner: &str, live: &[String], expires: Time) -> AppResult<Vec<Held>> {
    let held = dsl::status.eq(RunStatus::Running).and(dsl::lease_owner.eq(owner));
    let mine = dsl::runs.filter(held.and(dsl::id.eq_any(live)));
    diesel::update(mine.clone()).set(dsl::lease_expires_at.eq(expires)).execute(conn)?;
    let unwanted: Vec<String> = mine.filter(dsl::cancel_requested.eq(true)).select(dsl::id).load(conn)?;
    let elsewhere = dsl::lease_owner.is_null().or(dsl::lease_owner.ne(owner));
    let lost = dsl::runs.filter(dsl::id.eq_any(live).and(dsl::status.eq_any(ACTIVE)).and(elsewhere));
    let lost: Vec<String> = lost.select(dsl::id).load(conn)?;
    Ok(unwanted.into_iter().map(Held::Unwanted).chain(lost.into_iter().map(Held::Lost)).collect())
}

/// Running runs that this process does not work on: not one of `live`.
///
/// # Errors
/// When the database fails.
pub fn list_running_elsewhere(conn: &mut DbConn, live: &[String]) -> AppResult<Vec<Run>> {
    let elsewhere = dsl::runs.filter(dsl::status.eq(RunStatus::Running).and(dsl::id.ne_all(live)));
    Ok(elsewhere.order(dsl::id).load(conn)?)
}

/// Takes a running run over for `owner`; `None` when its owner has renewed its claim meanwhile or it has ended.
///
/// # Errors
/// When the database fails.
pub fn take_over(conn: &mut DbConn, run: &Run, owner: &str, expires: Time) -> AppResult<Option<Run>> {
    let held = dsl::lease_owner.eq(&run.lease_owner).and(dsl::lease_expires_at.eq(run.lease_expires_at));
    let unchanged = dsl::runs.filter(dsl::id.eq(&run.id).and(dsl::status.eq(RunStatus::Running)).and(held));
    Ok(diesel::update(unchanged)
        .set((dsl::lease_owner.eq(owner), dsl::lease_expires_at.eq(expires)))
        .returning(runs::all_columns)
        .get_result(conn)
        .optional()?)
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

/// Gives up a running run that `owner` holds, with another active status; `None` when `owner` does not hold it, or it is
/// to be cancelled.
///
/// # Errors
/// When the database fails.
pub fn release(
    conn: &mut DbConn,
    id: &str,
    owner: Option<&str>,
    status: RunStatus,
    usage: Usage,
) -> AppResult<Option<Run>> {
    let held = dsl::status.eq(RunStatus::Running).and(dsl::lease_owner.eq(owner));
    let wanted = dsl::runs.filter(dsl::id.eq(id).and(held).and(dsl::cancel_requested.eq(false)));
    Ok(diesel::update(wanted)
        .set((
            dsl::status.eq(status),
            dsl::lease_owner.eq(None::<String>),
            dsl::lease_expires_at.eq(None::<Time>),
            // It was not this run that ended the work.
            dsl::attempts.eq(0),
            dsl::prompt_tokens.eq(usage.prompt_tokens),
            dsl::completion_tokens.eq(usage.completion_tokens),
        ))
        .returning(runs::all_columns)
        .get_result(conn)
        .optional()?)
}

/// Puts a run that has `status` back into the queue; `None` when it has another.
///
/// # Errors
/// When the database fails.
pub fn requeue(conn: &mut DbConn, id: &str, status: RunStatus) -> AppResult<Option<Run>> {
    let row = dsl::runs.filter(dsl::id.eq(id).and(dsl::status.eq(status)));
    Ok(diesel::update(row)
        .set((
            dsl::status.eq(RunStatus::Queued),
            dsl::lease_owner.eq(None::<String>),
            dsl::lease_expires_at.eq(None::<Time>),
        ))
        .returning(runs::all_columns)
        .get_result(conn)
        .optional()?)
}

/// Notes what a running run has cost so far; `false` when `owner` does not hold it.
///
/// # Errors
/// When the database fails.
pub fn put_usage(conn: &mut DbConn, id: &str, owner: Option<&str>, usage: Usage) -> AppResult<bool> {
    let held = dsl::status.eq(RunStatus::Running).and(dsl::lease_owner.eq(owner));
    let cost =
        (dsl::prompt_tokens.eq(usage.prompt_tokens), dsl::completion_tokens.eq(usage.completion_tokens));
    Ok(diesel::update(dsl::runs.filter(dsl::id.eq(id).and(held))).set(cost).execute(conn)? > 0)
}

/// How a run ended.
pub struct Settlement<'a> {
    /// Its final status.
    pub status: RunStatus,
    /// Why it ended without success.
    pub error_code: Option<&'a str>,
    /// What it cost.
    pub usage: Usage,
}

/// Ends an active run that `owner` holds, nobody when `None`; `None` when somebody else has ended it or taken it over, so
/// that exactly one ends it.
///
/// # Errors
/// When the database fails.
pub fn settle(
    conn: &mut DbConn,
    id: &str,
    owner: Option<&str>,
    end: &Settlement<'_>,
) -> AppResult<Option<Run>> {
    let nobodys = dsl::lease_owner.is_null().and(owner.is_none().into_sql::<Bool>());
    let held = dsl::lease_owner.eq(owner).or(nobodys);
    let active = dsl::runs.filter(dsl::id.eq(id).and(dsl::status.eq_any(ACTIVE)).and(held));
    Ok(diesel::update(active)
        .set((
            dsl::status.eq(end.status),
            dsl::error_code.eq(end.error_code),
            dsl::prompt_tokens.eq(end.usage.prompt_tokens),
            dsl::completion_tokens.eq(end.usage.completion_tokens),
            dsl::finished_at.eq(Time::now()),
            dsl::lease_expires_at.eq(None::<Time>),
        ))
        .returning(runs::all_columns)
        .get_result(conn)
        .optional()?)
}

/// Runs that ended before `before` and whose logs are still whole, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn list_to_compact(conn: &mut DbConn, before: Time, most: i64) -> AppResult<Vec<String>> {
    let whole = dsl::runs.filter(dsl::finished_at.lt(before).and(dsl::compacted.eq(false)));
    Ok(whole.order(dsl::finished_at).limit(most).select(dsl::id).load(conn)?)
}

/// Notes that the logs of these runs hold their endings alone.
///
/// # Errors
/// When the database fails.
pub fn mark_compacted(conn: &mut DbConn, ids: &[String]) -> AppResult<()> {
    diesel::update(dsl::runs.filter(dsl::id.eq_any(ids))).set(dsl::compacted.eq(true)).execute(conn)?;
    Ok(())
}
