//! Counts the tokens of a run as it goes; knows nothing of whose they are.

use crate::clients::models::context::TokenEstimate;
use crate::models::message::Usage;
use crate::models::token_usage::DayUsage;

/// What a run has spent: as the model tells, and by estimate until it does.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// By earlier attempts and calls of models.
    before: Usage,
    /// By the last call, as the model told; by estimate what it has not told.
    told: Usage,
    /// What that call has written since.
    since: TokenEstimate,
    /// Whether that call was answered at all.
    answered: bool,
    /// What of all this is in the database.
    counted: Usage,
    /// Where the run is to stop.
    most: Option<i64>,
}

impl Meter {
    /// For a run that has spent `before` by now, all of which is in the database and in `day`.
    pub(super) fn new(before: Usage, day: &DayUsage) -> Self {
        let mut meter = Self { before, ..Self::default() };
        meter.counted(before, day);
        meter
    }

    /// What the run has spent.
    pub(super) fn usage(&self) -> Usage {
        let mut call = self.told;
        call.completion_tokens = call.completion_tokens.saturating_add(i64::from(self.since.tokens()));
        self.before.plus(call)
    }

    /// Begins another call with about `prompt` tokens.
    pub(super) fn begin(&mut self, prompt: u32) {
        self.before = self.usage();
        self.told = Usage { prompt_tokens: i64::from(prompt), completion_tokens: 0 };
        self.since = TokenEstimate::default();
        self.answered = false;
    }

    /// Takes the last call back, unless it was answered: nothing was read for it.
    pub(super) fn take_back(&mut self) {
        if !self.answered {
            self.told = Usage::default();
        }
    }

    /// The last call has written `text`.
    pub(super) fn write(&mut self, text: &str) {
        self.answered = true;
        self.since.add(text);
    }

    /// The model tells what the last call has spent so far. Some tell a half of it only.
    pub(super) fn tell(&mut self, told: Usage) {
        self.answered = true;
        if told.prompt_tokens > 0 {
            self.told.prompt_tokens = told.prompt_tokens;
        }
        if told.completion_tokens > 0 {
            self.told.completion_tokens = told.completion_tokens;
            self.since = TokenEstimate::default();
        }
    }

    /// Notes that `usage` is in the database, and in what is spent of the `day`.
    pub(super) fn counted(&mut self, usage: Usage, day: &DayUsage) {
        self.counted = usage;
        self.most = day.left().map(|left| usage.total().saturating_add(left));
    }

    /// What was in the database last.
    pub(super) fn in_database(&self) -> Usage {
        self.counted
    }

    /// Whether a prompt is not in the database yet, which may be large.
    pub(super) fn owes_prompt(&self) -> bool {
        self.usage().prompt_tokens != self.counted.prompt_tokens
    }

    /// Whether more was spent than the day's budget allows.
    pub(super) fn is_over(&self) -> bool {
        self.most.is_some_and(|most| self.usage().total() > most)
    }
}

#[cfg(test)]
mod tests {
    use super::Meter;
    use crate::db::DailyTokens;
    use crate::models::message::Usage;
    use crate::models::token_usage::DayUsage;

    fn day(tokens: i64, budget: DailyTokens) -> DayUsage {
        DayUsage { day: "2026-11-23".to_owned(), tokens, budget }
    }

    fn usage(prompt_tokens: i64, completion_tokens: i64) -> Usage {
        Usage { prompt_tokens, completion_tokens }
    }

    #[test]
    fn what_the_model_tells_takes_the_place_of_the_estimate() {
        let mut meter = Meter::new(usage(100, 10), &day(110, DailyTokens::Unlimited));
        meter.begin(50);
        meter.write("abcd");
        meter.write("efgh");
        assert_eq!(meter.usage(), usage(150, 12));
        meter.tell(usage(40, 7));
        meter.write("ijkl");
        assert_eq!(meter.usage(), usage(140, 18));
        meter.tell(usage(40, 9));
        assert_eq!(meter.usage(), usage(140, 19));
        meter.begin(5);
        meter.write("four");
        meter.tell(usage(6, 0));
        assert_eq!(meter.usage(), usage(146, 20));
        meter.begin(70);
        meter.take_back();
        assert_eq!(meter.usage(), usage(146, 20));
        meter.begin(70);
        meter.tell(usage(80, 0));
        meter.take_back();
        assert_eq!(meter.usage(), usage(226, 20));
    }

    #[test]
    fn small_pieces_cost_what_they_cost_together() {
        let mut meter = Meter::default();
        meter.begin(0);
        "eight le".chars().for_each(|letter| meter.write(&letter.to_string()));
        assert_eq!(meter.usage(), usage(0, 2));
    }

    #[test]
    fn others_take_from_what_is_left() {
        let mut meter = Meter::new(Usage::default(), &day(0, DailyTokens::Most(10)));
        meter.begin(4);
        meter.tell(usage(4, 6));
        assert!(!meter.is_over());
        meter.counted(usage(4, 6), &day(13, DailyTokens::Most(20)));
        meter.tell(usage(4, 13));
        assert!(!meter.is_over());
        meter.write("a");
        assert!(meter.is_over());
        meter.counted(usage(4, 14), &day(900, DailyTokens::Unlimited));
        assert!(!meter.is_over());
    }
}
