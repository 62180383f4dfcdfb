//! Takes runs from the queue as long as there is room for them.

use std::sync::Arc;
use std::time::Duration;

use super::live::LiveRun;
use super::recovery::from_log;
use super::{Runs, budget, worker};
use crate::db::{DailyTokens, DbConn, Time};
use crate::error::AppResult;
use crate::models::run::Run;
use crate::repositories::runs;
use crate::repositories::runs::Shares;

/// How often the queue is looked at without being woken: another process may have filled it and died.
const POLL: Duration = Duration::from_secs(5);
/// Runs taken in one transaction at the most.
const MOST: usize = 32;

impl Runs {
    /// Works on the queue until the process is about to end.
    pub(super) async fn work_queue(self) {
        loop {
            tokio::select! {
                () = self.0.closing.cancelled() => return,
                () = self.0.queued.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
            while !self.0.closing.is_cancelled() {
                match self.take().await {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(%error, "the queue cannot be read");
                        break;
                    }
                }
            }
        }
    }

    /// Claims what there is room for and begins to work on it; how many runs that were.
    async fn take(&self) -> AppResult<usize> {
        let _claiming = self.0.claiming.lock().await;
        let claimed = self.claim().await?;
        let count = claimed.len();
        claimed.into_iter().for_each(|live| self.begin(live));
        Ok(count)
    }

    async fn claim(&self) -> AppResult<Vec<LiveRun>> {
        let room = self.0.config.at_once.saturating_sub(self.live_count()).min(MOST);
        if room == 0 {
            return Ok(Vec::new());
        }
        let shares = Shares {
            per_user: i64::from(self.0.config.per_user),
            most: i64::try_from(room).unwrap_or_default(),
        };
        let (owner, end, daily) = (self.0.owner.clone(), self.lease_end(), self.0.config.daily_tokens);
        let claim = move |conn: &mut DbConn| {
            let claimed = runs::claim(conn, &owner, Time::now(), end, shares)?;
            claimed.into_iter().map(|run| resume(conn, run, daily)).collect()
        };
        self.0.db.write(claim).await
    }

    fn begin(&self, live: LiveRun) {
        let (live, runs) = (Arc::new(live), self.clone());
        let id = live.run.id.clone();
        self.lock().insert(id.clone(), live.clone());
        self.0.readers.wake(&id);
        self.0.tasks.spawn(async move {
            worker::work(live, runs.clone()).await;
            runs.lock().remove(&id);
            runs.0.queued.notify_one();
        });
    }
}

/// A claimed run, with what it had made when it was at work before, and what its member has spent by now.
fn resume(conn: &mut DbConn, run: Run, daily: DailyTokens) -> AppResult<LiveRun> {
    let (answer, logged) = from_log(conn, &run)?;
    let day = budget::of_day(conn, &run.user_id, daily, Time::now())?;
    Ok(LiveRun::new(run, logged, answer, day))
}
