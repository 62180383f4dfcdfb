//! Durable execution: a run is a row, its answer is made here and not by the request that asked for it; knows
//! nothing of what an agent does.
//!
//! A run is claimed from the queue ([`worker`] makes its answer), its events are numbered and written down
//! ([`live`], [`event`]), readers replay and follow them ([`follow`]), and exactly one process settles it
//! ([`settle`], or [`recovery`] when its process died).

mod context;
mod event;
mod follow;
mod live;
mod recovery;
mod settle;
mod worker;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::Stream;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use context::{Agent, Answer, RunContext, RunFailure};
pub use event::{Event, Numbered, kind};
pub use follow::Batch;
use live::LiveRun;
use settle::Outcome;

use crate::db::{Db, DbConn, Time};
use crate::error::AppResult;
use crate::models::new_id;
use crate::models::run::{Run, RunStatus};
use crate::repositories::{chat_sessions, run_events, runs};

/// What a run has written so far: its log is ahead of the answer's own row.
///
/// # Errors
/// When the database fails.
pub fn written_so_far(conn: &mut DbConn, run: &Run) -> AppResult<Answer> {
    recovery::from_log(conn, run).map(|(answer, _)| answer)
}

/// Begins the log of a queued run with what an earlier run has made of the answer, so that this log alone holds the
/// whole answer from the first moment on: nothing can be lost between the two.
///
/// # Errors
/// When the database fails.
pub fn carry_over(conn: &mut DbConn, run: &Run, content: &str, reasoning: &str) -> AppResult<()> {
    let pieces = [Event::Reasoning(reasoning.into()), Event::Delta(content.into())];
    let pieces = pieces.into_iter().filter(|piece| !piece.text().is_empty());
    let events: Vec<_> = [event::run_event(run)].into_iter().chain(pieces).collect();
    run_events::append(conn, &event::to_rows(&run.id, 1, &events))
}

/// Seconds for which a claim holds; a process that does not renew it loses its runs.
const LEASE_SECONDS: i64 = 30;
/// How often claims are renewed and abandoned runs looked for.
const RENEWAL: Duration = Duration::from_secs(10);
/// How often the queue is looked at without being woken: another process may have filled it.
const POLL: Duration = Duration::from_secs(5);

/// The runs of this process; cheap to clone.
#[derive(Clone)]
pub struct Runs(Arc<Inner>);

struct Inner {
    db: Db,
    agent: Arc<dyn Agent>,
    /// Names this process in leases.
    owner: String,
    live: Mutex<HashMap<String, Arc<LiveRun>>>,
    /// There may be something to claim.
    queued: Notify,
    /// A run was claimed here.
    claimed: Notify,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Runs {
    /// Settles what a dead process left behind, then begins to work on the queue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start(db: Db, agent: Arc<dyn Agent>) -> AppResult<Self> {
        let runs = Self(Arc::new(Inner {
            db,
            agent,
            owner: new_id(),
            live: Mutex::default(),
            queued: Notify::new(),
            claimed: Notify::new(),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        runs.recover(runs.0.db.is_exclusive()).await?;
        tokio::spawn(runs.clone().work_queue());
        tokio::spawn(runs.clone().renew_leases());
        Ok(runs)
    }

    /// Says that a run was queued.
    pub fn wake(&self) {
        self.0.queued.notify_one();
    }

    /// The events of `run` after number `after`: those logged at once, the others as they come; ends after
    /// `end`. Dropping it stops nothing but the reading.
    pub fn follow(&self, run: Run, after: i64) -> impl Stream<Item = AppResult<Batch>> + use<> {
        follow::follow(self.clone(), run, after)
    }

    /// Asks a run to stop, keeping what it has made. Nothing happens when it is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cancel(&self, id: &str) -> AppResult<()> {
        let run_id = id.to_owned();
        let work = move |conn: &mut DbConn| {
            let Some(run) = runs::find_optional(conn, &run_id)? else { return Ok(()) };
            chat_sessions::lock(conn, &run.session_id)?;
            let Some(run) = runs::request_cancel(conn, &run_id)? else { return Ok(()) };
            if run.status != RunStatus::Running {
                recovery::interrupt(conn, &run, Outcome::Cancelled)?;
            }
            Ok(())
        };
        self.0.db.write(work).await?;
        if let Some(live) = self.live(id) {
            live.cancel.cancel();
        }
        Ok(())
    }

    /// Stops what is at work here for a session that has been deleted.
    pub fn stop_session(&self, session_id: &str) {
        for live in self.lock().values().filter(|live| live.run.session_id == session_id) {
            live.cancel.cancel();
        }
    }

    /// Claims nothing more, gives running answers `grace` to finish, then settles the rest as interrupted.
    pub async fn drain(&self, grace: Duration) {
        self.0.closing.cancel();
        self.0.tasks.close();
        if timeout(grace, self.0.tasks.wait()).await.is_err() {
            self.lock().values().for_each(|live| live.interrupt.cancel());
            // Settling takes a write; a database that does not answer must not keep the process alive.
            let _ = timeout(Duration::from_secs(5), self.0.tasks.wait()).await;
        }
    }

    /// How many runs are at work in this process.
    pub fn live_count(&self) -> usize {
        self.lock().len()
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<LiveRun>>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn live(&self, id: &str) -> Option<Arc<LiveRun>> {
        self.lock().get(id).cloned()
    }

    fn live_ids(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Waits until the run is at work here, at most `patience`.
    async fn appeared(&self, id: &str, patience: Duration) {
        let wait = async {
            loop {
                let claimed = self.0.claimed.notified();
                tokio::pin!(claimed);
                claimed.as_mut().enable();
                if self.live(id).is_some() {
                    return;
                }
                claimed.await;
            }
        };
        let _ = timeout(patience, wait).await;
    }

    async fn work_queue(self) {
        loop {
            tokio::select! {
                () = self.0.closing.cancelled() => return,
                () = self.0.queued.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
            loop {
                match self.claim().await {
                    Ok(Some(live)) => self.begin(live),
                    Ok(None) => break,
                    Err(error) => {
                        tracing::warn!(%error, "the queue cannot be read");
                        break;
                    }
                }
            }
        }
    }

    async fn claim(&self) -> AppResult<Option<LiveRun>> {
        let owner = self.0.owner.clone();
        let claim = move |conn: &mut DbConn| {
            let now = Time::now();
            let Some(run) = runs::claim(conn, &owner, now, now.plus_seconds(LEASE_SECONDS))? else {
                return Ok(None);
            };
            let logged = run_events::last_seq(conn, &run.id)?;
            Ok(Some(LiveRun::new(run, logged)))
        };
        self.0.db.write(claim).await
    }

    fn begin(&self, live: LiveRun) {
        let (live, runs) = (Arc::new(live), self.clone());
        self.lock().insert(live.run.id.clone(), live.clone());
        self.0.claimed.notify_waiters();
        self.0.tasks.spawn(async move {
            let id = live.run.id.clone();
            worker::work(live, runs.0.agent.clone(), runs.0.db.clone()).await;
            runs.lock().remove(&id);
        });
    }

    async fn renew_leases(self) {
        let mut ticks = interval_at(Instant::now() + RENEWAL, RENEWAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.renew().await {
                tracing::warn!(%error, "leases could not be renewed");
            }
            if let Err(error) = self.recover(false).await {
                tracing::warn!(%error, "abandoned runs could not be settled");
            }
        }
    }

    async fn renew(&self) -> AppResult<()> {
        let (owner, live) = (self.0.owner.clone(), self.live_ids());
        if live.is_empty() {
            return Ok(());
        }
        let expires = Time::now().plus_seconds(LEASE_SECONDS);
        let unwanted = self.0.db.write(move |conn| runs::renew(conn, &owner, &live, expires)).await?;
        for live in unwanted.iter().filter_map(|id| self.live(id)) {
            live.cancel.cancel();
        }
        Ok(())
    }

    async fn recover(&self, exclusive: bool) -> AppResult<()> {
        let live = self.live_ids();
        let recovered = self.0.db.write(move |conn| recovery::recover(conn, &live, exclusive)).await?;
        if recovered > 0 {
            tracing::info!(recovered, "answers nobody was making any more were settled as interrupted");
        }
        Ok(())
    }
}
