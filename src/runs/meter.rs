//! Counts the tokens of a run as it goes; knows nothing of whose they are.

use std::collections::BTreeMap;

use crate::clients::models::context::TokenEstimate;
use crate::models::message::Usage;
use crate::models::token_usage::DayUsage;

/// Names a call of a model among those of its run.
pub(super) type CallId = u64;
/// The call that writes the answer; all others are asides.
pub(super) const ANSWER: CallId = 0;

/// What a run has spent: as its models tell, and by estimate until they do.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// By earlier attempts and by calls that are over.
    before: Usage,
    /// By the calls under way.
    calls: BTreeMap<CallId, Call>,
    /// The last name that was given to an aside.
    last: CallId,
    /// What of all this is in the database.
    counted: Usage,
    /// Where the run is to stop.
    most: Option<i64>,
}

/// One call of a model.
#[derive(Debug, Default)]
struct Call {
    /// As the model told; by estimate what it has not told.
    told: Usage,
    /// What it has written since.
    since: TokenEstimate,
    /// Whether it was answered at all.
    answered: bool,
}

impl Call {
    fn usage(&self) -> Usage {
        let written = self.told.completion_tokens.saturating_add(i64::from(self.since.tokens()));
        Usage { completion_tokens: written, ..self.told }
    }
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
        self.calls.values().fold(self.before, |sum, call| sum.plus(call.usage()))
    }

    /// A name for another aside.
    pub(super) fn aside(&mut self) -> CallId {
        self.last += 1;
        self.last
    }

    /// Begins a call with about `prompt` tokens; one of the same name is over.
    pub(super) fn begin(&mut self, call: CallId, prompt: u32) {
        self.end(call);
        let told = Usage { prompt_tokens: i64::from(prompt), completion_tokens: 0 };
        self.calls.insert(call, Call { told, ..Call::default() });
    }

    /// A call is over.
    pub(super) fn end(&mut self, call: CallId) {
        if let Some(call) = self.calls.remove(&call) {
            self.before = self.before.plus(call.usage());
        }
    }

    /// Takes a call back, unless it was answered: nothing was read for it.
    pub(super) fn take_back(&mut self, call: CallId) {
        if let Some(call) = self.calls.get_mut(&call).filter(|call| !call.answered) {
            call.told = Usage::default();
        }
    }

    /// A call has written `text`. What was not written by a call costs nothing.
    pub(super) fn write(&mut self, call: CallId, text: &str) {
        if let Some(call) = self.calls.get_mut(&call) {
            call.answered = true;
            call.since.add(text);
        }
    }

    /// The model tells what a call has spent so far. Some tell a half of it only.
    pub(super) fn tell(&mut self, call: CallId, told: Usage) {
        let Some(call) = self.calls.get_mut(&call) else { return };
        call.answered = true;
        if told.prompt_tokens > 0 {
            call.told.prompt_tokens = told.prompt_tokens;
        }
        if told.completion_tokens > 0 {
            call.told.completion_tokens = told.completion_tokens;
            call.since = TokenEstimate::default();
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
    use super::{ANSWER, Meter};
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
        meter.begin(ANSWER, 50);
        meter.write(ANSWER, "abcd");
        meter.write(ANSWER, "efgh");
        assert_eq!(meter.usage(), usage(150, 12));
        meter.tell(ANSWER, usage(40, 7));
        meter.write(ANSWER, "ijkl");
        assert_eq!(meter.usage(), usage(140, 18));
        meter.tell(ANSWER, usage(40, 9));
        assert_eq!(meter.usage(), usage(140, 19));
        meter.begin(ANSWER, 5);
        meter.write(ANSWER, "four");
        meter.tell(ANSWER, usage(6, 0));
        assert_eq!(meter.usage(), usage(146, 20));
        meter.begin(ANSWER, 70);
        meter.take_back(ANSWER);
        assert_eq!(meter.usage(), usage(146, 20));
        meter.begin(ANSWER, 70);
        meter.tell(ANSWER, usage(80, 0));
        meter.take_back(ANSWER);
        assert_eq!(meter.usage(), usage(226, 20));
    }

    #[test]
    fn calls_at_once_are_counted_apart_and_together() {
        let mut meter = Meter::default();
        let (one, other) = (meter.aside(), meter.aside());
        meter.begin(one, 10);
        meter.begin(other, 20);
        meter.tell(other, usage(25, 3));
        meter.write(one, "four");
        meter.take_back(one);
        assert_eq!(meter.usage(), usage(35, 4));
        meter.end(one);
        meter.begin(one, 100);
        meter.take_back(one);
        meter.end(other);
        meter.write(other, "after the end");
        assert_eq!(meter.usage(), usage(35, 4));
    }

    #[test]
    fn small_pieces_cost_what_they_cost_together() {
        let mut meter = Meter::default();
        meter.begin(ANSWER, 0);
        "eight le".chars().for_each(|letter| meter.write(ANSWER, &letter.to_string()));
        assert_eq!(meter.usage(), usage(0, 2));
    }

    #[test]
    fn others_take_from_what_is_left() {
        let mut meter = Meter::new(Usage::default(), &day(0, DailyTokens::Most(10)));
        meter.begin(ANSWER, 4);
        meter.tell(ANSWER, usage(4, 6));
        assert!(!meter.is_over());
        meter.counted(usage(4, 6), &day(13, DailyTokens::Most(20)));
        meter.tell(ANSWER, usage(4, 13));
        assert!(!meter.is_over());
        meter.write(ANSWER, "a");
        assert!(meter.is_over());
        meter.counted(usage(4, 14), &day(900, DailyTokens::Unlimited));
        assert!(!meter.is_over());
    }
}
