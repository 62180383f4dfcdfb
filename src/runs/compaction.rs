//! Forgets, long after a run has ended, what its log holds beyond the ending: the answer itself is in its message.

use std::time::Duration;

use tokio::time::sleep;

use super::Runs;
use super::event::kind;
use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::repositories::{checkpoints, run_events, runs};

/// How often there is a look at what has become old.
const PAUSE: Duration = Duration::from_secs(60);
/// How long others have the database for themselves between two batches.
const BREATH: Duration = Duration::from_millis(50);
/// Runs of one batch.
const BATCH: i64 = 50;

impl Runs {
    /// Compacts logs as they grow old, for ever.
    pub(super) async fn compact_logs(self) {
        loop {
            let pause = match self.compact_batch().await {
                Ok(true) => BREATH,
                Ok(false) => PAUSE,
                Err(error) => {
                    tracing::warn!(%error, "old logs could not be compacted");
                    PAUSE
                }
            };
            sleep(pause).await;
        }
    }

    /// Compacts some of the oldest; whether there may be more.
    async fn compact_batch(&self) -> AppResult<bool> {
        let hours = i64::from(self.0.config.keep_events_hours);
        let work = move |conn: &mut DbConn| {
            let old = runs::list_to_compact(conn, Time::now().plus_seconds(-hours * 3600), BATCH)?;
            let kept = [kind::STEPS.as_slice(), &[kind::ERROR, kind::END]].concat();
            run_events::delete_all_but(conn, &old, &kept)?;
            checkpoints::delete(conn, &old)?;
            runs::mark_compacted(conn, &old)?;
            Ok(i64::try_from(old.len()).unwrap_or_default() == BATCH)
        };
        self.0.db.write(work).await
    }
}
