//! Takes over runs whose process died: one that has checkpoints goes on from the last, any other is settled with what its log
//! holds.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::context::Answer;
use super::event::kind;
use super::settle::{Ending, Outcome, settle};
use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::run::{Run, RunStatus};
use crate::repositories::{checkpoints, run_events, runs};

/// How often a run is begun at the most: one that takes its process down with it must not go on for ever.
const MOST_ATTEMPTS: i64 = 5;

/// The runs of others, and since when each has not been renewed. Clocks of machines differ and jump, so nobody's word for a
/// time is taken: a claim that stays the same for long enough, by our own count, has no living owner.
#[derive(Default)]
pub(super) struct Watch(HashMap<String, (Option<Time>, Instant)>);

impl Watch {
    /// Those of `running`, runs that are not at work here, whose claim has not changed for `silence` or is this process's
    /// own: one it gave up, because it could not be written.
    pub(super) fn abandoned(&mut self, running: Vec<Run>, own: &str, silence: Duration) -> Vec<Run> {
        let now = Instant::now();
        self.0.retain(|id, _| running.iter().any(|run| run.id == *id));
        let mut is_abandoned = |run: &Run| {
            let seen = self.0.entry(run.id.clone()).or_insert((run.lease_expires_at, now));
            if seen.0 != run.lease_expires_at {
                *seen = (run.lease_expires_at, now);
            }
            run.lease_owner.as_deref() == Some(own) || now.duration_since(seen.1) >= silence
        };
        running.into_iter().filter(|run| is_abandoned(run)).collect()
    }
}

/// Takes an abandoned run over as `owner`, to go on with it later or to settle it as interrupted. `false` when its owner is
/// alive after all, or somebody else was faster.
pub(super) fn recover(conn: &mut DbConn, run: &Run, owner: &str, expires: Time) -> AppResult<bool> {
    let Some(run) = runs::take_over(conn, run, owner, expires)? else { return Ok(false) };
    let goes_on = run.attempts < MOST_ATTEMPTS && !run.cancel_requested && checkpoints::any(conn, &run.id)?;
    match (goes_on, run.cancel_requested) {
        (true, _) => Ok(runs::requeue(conn, &run.id, RunStatus::Running)?.is_some()),
        (false, true) => interrupt(conn, &run, Outcome::Cancelled),
        (false, false) => interrupt(conn, &run, Outcome::Interrupted),
    }
}

/// Ends a run nobody works on, with what its log holds.
pub(super) fn interrupt(conn: &mut DbConn, run: &Run, outcome: Outcome) -> AppResult<bool> {
    let (answer, last_seq) = from_log(conn, run)?;
    let ending = Ending { outcome, answer, unflushed: Vec::new(), last_seq, with_end: true };
    Ok(settle(conn, run, ending)?.is_some())
}

/// What a run has made as far as its log tells, and the number of the last event.
pub(super) fn from_log(conn: &mut DbConn, run: &Run) -> AppResult<(Answer, i64)> {
    let mut answer = Answer { usage: run.usage(), ..Answer::default() };
    let mut last_seq = 0;
    for row in run_events::list_after(conn, &run.id, 0)? {
        last_seq = row.last_seq;
        let part = match row.kind.as_str() {
            kind::DELTA => &mut answer.content,
            kind::REASONING => &mut answer.reasoning,
            _ => continue,
        };
        for piece in serde_json::from_str::<Vec<String>>(&row.data).unwrap_or_default() {
            part.push_str(&piece);
        }
    }
    Ok((answer, last_seq))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::run::RunKind;

    const HOUR: Duration = Duration::from_secs(3600);
    const MOMENT: Duration = Duration::from_nanos(1);

    fn running(owner: &str, expires: Time) -> Run {
        Run {
            id: "run".into(),
            session_id: "session".into(),
            user_id: "user".into(),
            message_id: "message".into(),
            kind: RunKind::Chat,
            status: RunStatus::Running,
            model: "model".into(),
            lease_owner: Some(owner.into()),
            lease_expires_at: Some(expires),
            cancel_requested: false,
            attempts: 1,
            idempotency_key: None,
            error_code: None,
            prompt_tokens: 0,
            completion_tokens: 0,
            created_at: expires,
            started_at: None,
            finished_at: None,
            compacted: false,
        }
    }

    #[test]
    fn a_run_this_process_gave_up_is_abandoned_at_once() {
        let mut watch = Watch::default();
        assert_eq!(watch.abandoned(vec![running("me", Time::now())], "me", HOUR).len(), 1);
    }

    #[test]
    fn the_run_of_another_is_abandoned_after_silence_whatever_time_its_claim_names() {
        for claim in [Time::now().plus_seconds(-100_000_000), Time::now().plus_seconds(100_000_000)] {
            let mut watch = Watch::default();
            let mut look =
                |claim, silence| watch.abandoned(vec![running("other", claim)], "me", silence).len();
            assert_eq!(look(claim, MOMENT), 0, "seen for the first time");
            assert_eq!(look(claim, HOUR), 0, "not long enough");
            assert_eq!(look(claim.plus_seconds(-5), MOMENT), 0, "renewed, by whatever clock");
            assert_eq!(look(claim.plus_seconds(-5), MOMENT), 1);
        }
    }
}
