//! What a member has spent on a day.

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::DailyTokens;

/// A member's day, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayUsage {
    /// The day.
    #[schema(example = "2026-11-23", format = Date)]
    pub day: String,
    /// Tokens spent on it so far, read and written, those of answers at work as of a moment ago.
    #[schema(example = 1200)]
    pub tokens: i64,
    /// How many may be spent on it.
    pub budget: DailyTokens,
}

impl DayUsage {
    /// How many tokens are left, fewer than none when more were spent; `None` without a limit.
    pub fn left(&self) -> Option<i64> {
        match self.budget {
            DailyTokens::Unlimited => None,
            DailyTokens::Most(tokens) => Some(tokens.saturating_sub(self.tokens)),
        }
    }

    /// Whether nothing is left.
    pub fn is_spent(&self) -> bool {
        self.left().is_some_and(|left| left <= 0)
    }
}
