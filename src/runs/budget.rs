//! What a member has spent of a day's budget, and what their runs add to it; knows nothing of what is done about it. Days
//! are UTC's.

use crate::db::{DailyTokens, DbConn, Time};
use crate::error::AppResult;
use crate::models::message::Usage;
use crate::models::run::Run;
use crate::models::token_usage::DayUsage;
use crate::repositories::{runs, token_usage, users};

/// More than any answer takes; a provider that tells nonsense must not break the sum.
const MOST: i64 = 1 << 40;

/// What a member has spent by `now` of that day, of a budget of their own or else of `default`.
///
/// # Errors
/// When the database fails.
pub fn of_day(conn: &mut DbConn, user: &str, default: DailyTokens, now: Time) -> AppResult<DayUsage> {
    let day = day(now);
    let tokens = token_usage::find(conn, user, &day)?;
    let budget = users::daily_tokens(conn, user)?.unwrap_or(default);
    Ok(DayUsage { day, tokens, budget })
}

/// Adds what a run has spent since `before` to its member's day.
///
/// # Errors
/// When the database fails.
pub(super) fn add(conn: &mut DbConn, user: &str, before: Usage, spent: Usage) -> AppResult<()> {
    match spent.total().saturating_sub(before.total()).clamp(-MOST, MOST) {
        0 => Ok(()),
        more => token_usage::add(conn, user, &day(Time::now()), more),
    }
}

/// Notes what a run at work has spent, for who holds it as `run` says, so that all of its member's runs, and whoever takes it
/// over, know. `None` when somebody else holds it by now.
///
/// # Errors
/// When the database fails.
pub(super) fn count(
    conn: &mut DbConn,
    run: &Run,
    spent: Usage,
    default: DailyTokens,
) -> AppResult<Option<DayUsage>> {
    let Some(before) = runs::find_optional(conn, &run.id)? else { return Ok(None) };
    if !runs::put_usage(conn, &run.id, run.lease_owner.as_deref(), spent)? {
        return Ok(None);
    }
    add(conn, &run.user_id, before.usage(), spent)?;
    of_day(conn, &run.user_id, default, Time::now()).map(Some)
}

fn day(now: Time) -> String {
    now.to_utc().date_naive().to_string()
}
