//! What somebody has spent today, in words and as a bar; knows nothing of who it is.

use crate::db::DailyTokens;
use crate::i18n::Locale;
use crate::models::token_usage::DayUsage;
use crate::web::pages::number::grouped;

/// A day's tokens, ready for display.
#[derive(Clone, Debug)]
pub struct Usage {
    /// How many were spent and how many are left.
    pub line: String,
    /// The same to look at; `None` where there is no limit, or nothing to spend.
    pub bar: Option<Bar>,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// The part.
    pub spent: i64,
    /// The whole.
    pub most: i64,
}

impl Usage {
    /// A day in the reader's language.
    pub fn new(day: &DayUsage, locale: Locale) -> Self {
        let (tokens, left) = (grouped(day.tokens), day.left().map(grouped).unwrap_or_default());
        let budget = budget(day.budget, locale);
        let key = match day.budget {
            DailyTokens::Unlimited => "usage.unlimited",
            DailyTokens::Most(0) => "usage.none",
            DailyTokens::Most(_) if day.is_spent() => "usage.spent",
            DailyTokens::Most(_) => "usage.of",
        };
        let bar = match day.budget {
            DailyTokens::Unlimited | DailyTokens::Most(0) => None,
            DailyTokens::Most(most) => Some(Bar { spent: day.tokens, most }),
        };
        let line = locale.t_with(key, &[("tokens", &tokens), ("budget", &budget), ("left", &left)]);
        Self { line, bar }
    }
}

/// A budget in the reader's language.
pub fn budget(budget: DailyTokens, locale: Locale) -> String {
    match budget {
        DailyTokens::Unlimited => locale.t("budget.unlimited").into_owned(),
        DailyTokens::Most(tokens) => grouped(tokens),
    }
}
