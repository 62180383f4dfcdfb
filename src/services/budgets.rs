//! Daily budgets of tokens: what a member has spent today, and the refusal when nothing is left.

use crate::db::{DailyTokens, DbConn, Time};
use crate::error::{AppError, AppResult};
use crate::models::token_usage::DayUsage;
use crate::runs::budget;

/// Under which terms answers are made here.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The model to ask when neither the caller nor the session names one.
    pub model: Option<String>,
    /// What members may spend a day who have no budget of their own.
    pub daily_tokens: DailyTokens,
}

/// What a member has spent today. Who may see it is the caller's to decide.
///
/// # Errors
/// When the database fails.
pub fn today(conn: &mut DbConn, user: &str, default: DailyTokens) -> AppResult<DayUsage> {
    budget::of_day(conn, user, default, Time::now())
}

/// Refuses another answer to a member who has nothing left today.
///
/// # Errors
/// `BudgetSpent`.
pub(super) fn require(conn: &mut DbConn, user: &str, default: DailyTokens) -> AppResult<()> {
    let now = Time::now();
    match budget::of_day(conn, user, default, now)?.is_spent() {
        true => Err(AppError::BudgetSpent { retry_after: seconds_left(now) }),
        false => Ok(()),
    }
}

/// Seconds from `now` until the next day begins in UTC, 1 to 86,400.
fn seconds_left(now: Time) -> u64 {
    const DAY: i64 = 86_400_000;
    let millis = DAY - now.millis().rem_euclid(DAY);
    u64::try_from(millis).unwrap_or_default().div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::seconds_left;
    use crate::db::Time;

    #[test]
    fn the_next_day_is_never_over_and_never_further_than_a_day() {
        for (millis, seconds) in [(0, 86_400), (1, 86_400), (86_399_999, 1), (86_400_000, 86_400), (-1, 1)] {
            assert_eq!(seconds_left(Time::from_millis(millis)), seconds, "{millis}");
        }
    }
}
