//! Durable execution: a run is a row, its answer is made here and not by the request that asked for it; knows
//! nothing of what an agent does.
//!
//! A run is claimed from the queue ([`queue`]; [`worker`] makes its answer), its events are numbered and written down
//! ([`live`], [`event`]), readers replay and follow them ([`follow`]), and exactly one process settles it
//! ([`settle`], or [`recovery`] when its process died and its lease with it, [`lease`]). Processes on one database tell
//! each other what happens ([`notice`]). Logs of runs long ended are compacted ([`compaction`]).

pub mod budget;
mod compaction;
mod context;
mod event;
mod follow;
mod lease;
mod live;
mod meter;
mod notice;
mod parking;
mod queue;
mod recovery;
mod settle;
mod wakers;
mod worker;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::Stream;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use context::{Agent, Answer, Progress, RunContext, RunFailure};
pub use event::{Event, Numbered, kind};
pub use follow::Batch;
use live::LiveRun;
use notice::Notice;
use settle::Outcome;
pub use wakers::Waiter;
use wakers::Wakers;

use crate::config::runs::RunsConfig;
use crate::db::{Db, DbConn};
use crate::error::AppResult;
use crate::models::new_id;
use crate::models::run::{Run, RunStatus};
use crate::repositories::{chat_sessions, checkpoints, run_events, runs};

/// What a run has written so far: its log is ahead of the answer's own row.
///
/// # Errors
/// When the database fails.
pub fn written_so_far(conn: &mut DbConn, run: &Run) -> AppResult<Answer> {
    recovery::from_log(conn, run).map(|(answer, _)| answer)
}

/// Begins the log of a queued run with what an earlier run has made of the answer, so that this log alone holds the
/// whole answer from the first moment on: nothing can be lost between the two. What `before`, the earlier run, told of
/// its steps stands there, too, and its checkpoints become those of `run`.
///
/// # Errors
/// When the database fails.
pub fn carry_over(
    conn: &mut DbConn,
    run: &Run,
    content: &str,
    reasoning: &str,
    before: Option<&Run>,
) -> AppResult<()> {
    let mut events = vec![event::run_event(run)];
    if let Some(before) = before {
        let log = run_events::list_after(conn, &before.id, 0)?;
        let steps = log.iter().filter(|row| kind::STEPS.contains(&row.kind.as_str()));
        events.extend(steps.flat_map(event::from_row).map(|numbered| numbered.event));
        checkpoints::hand_over(conn, &before.id, &run.id)?;
    }
    let pieces = [Event::Reasoning(reasoning.into()), Event::Delta(content.into())];
    events.extend(pieces.into_iter().filter(|piece| !piece.text().is_empty()));
    run_events::append(conn, &event::to_rows(&run.id, 1, &events))
}

/// Ends a run that nobody works on, as its member wants it; nothing happens when it is over.
///
/// # Errors
/// When the database fails.
pub fn cancel_idle(conn: &mut DbConn, run: &Run) -> AppResult<()> {
    recovery::interrupt(conn, run, Outcome::Cancelled)?;
    Ok(())
}

/// The runs of this process; cheap to clone.
#[derive(Clone)]
pub struct Runs(Arc<Inner>);

struct Inner {
    db: Db,
    agent: Arc<dyn Agent>,
    config: RunsConfig,
    /// Names this process in leases.
    owner: String,
    live: Mutex<HashMap<String, Arc<LiveRun>>>,
    /// Held from a claim in the database until what was claimed stands in `live`: in between it looks abandoned.
    claiming: tokio::sync::Mutex<()>,
    /// There may be something to claim, and room for it.
    queued: Notify,
    /// Readers of runs that were not at work here when they looked, by the run's id.
    readers: Wakers,
    /// Those who show a member's sessions, by the member's id.
    sidebars: Wakers,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Runs {
    /// Settles what a dead process left behind, then begins to work on the queue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start(db: Db, agent: Arc<dyn Agent>, config: RunsConfig) -> AppResult<Self> {
        let runs = Self(Arc::new(Inner {
            db,
            agent,
            config,
            owner: new_id(),
            live: Mutex::default(),
            claiming: tokio::sync::Mutex::default(),
            queued: Notify::new(),
            readers: Wakers::default(),
            sidebars: Wakers::default(),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        if runs.0.db.is_exclusive() {
            runs.recover_all().await?;
        }
        tokio::spawn(runs.clone().work_queue());
        tokio::spawn(runs.clone().keep_leases());
        tokio::spawn(runs.clone().compact_logs());
        tokio::spawn(runs.clone().hear(runs.0.db.listen()));
        Ok(runs)
    }

    /// Says that a run was queued.
    pub fn wake(&self) {
        self.0.queued.notify_one();
        self.say(&Notice::Queued);
    }

    /// The events of `run` after number `after`: those logged at once, the others as they come; ends after
    /// `end`. Dropping it stops nothing but the reading.
    pub fn follow(&self, run: Run, after: i64) -> impl Stream<Item = AppResult<Batch>> + use<> {
        follow::follow(self.clone(), run, after)
    }

    /// Waits for changes of a member's sessions from now on.
    pub fn watch_sessions(&self, user: &str) -> Waiter {
        self.0.sidebars.listen(user)
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
                cancel_idle(conn, &run)?;
            }
            Ok(())
        };
        self.0.db.write(work).await?;
        match self.live(id) {
            Some(live) => live.cancel.cancel(),
            None => self.say(&Notice::Unwanted(id.to_owned())),
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
}
