//! How many answers are made at once, what they may cost, and how long their logs are kept: `[runs]`.

use std::time::Duration;

use anyhow::ensure;
use serde::Deserialize;

use crate::db::DailyTokens;

/// Answers being made.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunsConfig {
    /// How many this process makes at once; others wait in the queue. 0: it only serves, other processes on the same PostgreSQL
    /// make the answers.
    pub at_once: usize,
    /// How many are made at once for one member.
    pub per_user: u32,
    /// Seconds after which a run whose process has died is taken over by another.
    pub lease_seconds: u32,
    /// Hours after which the events of a finished answer are forgotten; the answer itself stays.
    pub keep_events_hours: u32,
    /// Tokens that each member may spend a day, who has no budget of their own.
    pub daily_tokens: DailyTokens,
}

impl Default for RunsConfig {
    fn default() -> Self {
        Self {
            at_once: 256,
            per_user: 8,
            lease_seconds: 30,
            keep_events_hours: 24,
            daily_tokens: DailyTokens::Unlimited,
        }
    }
}

impl RunsConfig {
    /// How long a claim holds without being renewed.
    pub fn lease(self) -> Duration {
        Duration::from_secs(u64::from(self.lease_seconds))
    }

    /// Refuses limits under which nothing would ever be answered.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub(super) fn check(self) -> anyhow::Result<()> {
        ensure!(self.per_user > 0, "runs.per_user must be 1 or more: with 0 nothing would be answered");
        ensure!(
            self.lease_seconds >= 3,
            "runs.lease_seconds must be 3 or more: a busy moment is not a death"
        );
        // 0 reads like "no limit" here, and would shut everybody out.
        ensure!(
            self.daily_tokens.sensible().is_some_and(|daily| daily != DailyTokens::Most(0)),
            "runs.daily_tokens must be a number of tokens from 1 to 10^12, or \"unlimited\""
        );
        Ok(())
    }
}
