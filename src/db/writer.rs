//! The one thread that writes to SQLite, with group commit; knows nothing of what the jobs do.
//!
//! SQLite has one writer at a time. Instead of queueing on its lock, every write is a job for this thread,
//! which runs those waiting inside one `BEGIN IMMEDIATE … COMMIT`, each in a savepoint of its own: a job that
//! fails is rolled back alone, and the cost of making a commit durable is shared. A job is answered only
//! after the commit that holds it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};
use diesel::result::Error as DieselError;
use diesel::sqlite::SqliteConnection;
use tokio::sync::oneshot;

use super::DbConn;
use super::changes::Changes;
use super::notices::Notices;
use crate::error::{AppError, AppResult};

/// Jobs that may wait before senders are made to wait themselves.
const QUEUE: usize = 1024;
/// Jobs that share one commit at the most.
const GROUP: usize = 128;

/// Tells the caller how its job ended, once the commit that holds it has or has not succeeded.
type Reply = Box<dyn FnOnce(Result<(), &DieselError>) + Send>;
/// A write, given the connection inside an open transaction, or why there is none.
type Job = Box<dyn FnOnce(Result<&mut DbConn, &DieselError>) -> Reply + Send>;

/// A handle to the writer thread; the thread ends when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    queue: SyncSender<Job>,
    changes: Changes,
}

impl Writer {
    /// Starts the thread on its own connection and counts the changes that `watched` names.
    /// Passes on to `notices` what triggers tell.
    pub(super) fn start(
        mut conn: SqliteConnection,
        watched: &[&[&str]],
        notices: Notices,
    ) -> anyhow::Result<Self> {
        let changes = Changes::watch(&mut conn, watched)?;
        let (queue, jobs) = sync_channel(QUEUE);
        let counted = changes.clone();
        let work = move || work(DbConn::Sqlite(conn), &jobs, &counted, &notices);
        thread::Builder::new().name("db-writer".into()).spawn(work)?;
        Ok(Self { queue, changes })
    }

    /// How many commits have changed rows of that kind.
    pub(super) fn changes(&self, kind: usize) -> Option<u64> {
        self.changes.count(kind)
    }

    /// Runs `job` in a transaction and waits for its commit. Blocks the calling thread only while the
    /// queue is full, so callers come from the blocking pool or accept that bound.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut DbConn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let outcome = match conn {
                Ok(conn) => conn.transaction(|conn| guarded(conn, job)),
                Err(error) => Err(unavailable(&format!("the database refuses to write: {error}"))),
            };
            Box::new(move |committed: Result<(), &DieselError>| {
                let outcome = match (outcome, committed) {
                    (Ok(_), Err(error)) => Err(unavailable(&format!("a commit failed: {error}"))),
                    (outcome, _) => outcome,
                };
                // The caller may have gone; the write stands all the same.
                let _ = reply.send(outcome);
            })
        });
        self.send(job).await?;
        answer.await.map_err(|_| unavailable("the database writer has stopped"))?
    }

    async fn send(&self, job: Job) -> AppResult<()> {
        use std::sync::mpsc::TrySendError;
        let stopped = || unavailable("the database writer has stopped");
        match self.queue.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Disconnected(_)) => Err(stopped()),
            Err(TrySendError::Full(job)) => {
                let queue = self.queue.clone();
                let sent = tokio::task::spawn_blocking(move || queue.send(job)).await;
                sent.map_err(|e| AppError::Internal(e.into()))?.map_err(|_| stopped())
            }
        }
    }
}

fn work(mut conn: DbConn, jobs: &Receiver<Job>, changes: &Changes, notices: &Notices) {
    while let Ok(first) = jobs.recv() {
        if let Err(error) = begin(&mut conn) {
            tracing::error!(%error, "the database refuses to begin a write");
            first(Err(&error))(Err(&error));
            continue;
        }
        let mut replies = Vec::with_capacity(GROUP);
        let mut next = Some(first);
        while let Some(job) = next.take() {
            replies.push(job(Ok(&mut conn)));
            if replies.len() < GROUP && is_open(&mut conn) {
                next = jobs.try_recv().ok();
            }
        }
        let committed = finish(&mut conn);
        changes.committed();
        notices.committed();
        for reply in replies {
            reply(committed.as_ref().copied());
        }
    }
}

/// Runs a job so that its panic undoes its savepoint alone and the thread lives on.
fn guarded<T>(conn: &mut DbConn, job: impl FnOnce(&mut DbConn) -> AppResult<T>) -> AppResult<T> {
    catch_unwind(AssertUnwindSafe(|| job(conn)))
        .unwrap_or_else(|_| Err(AppError::Internal(anyhow::anyhow!("a database job panicked"))))
}

fn unavailable(reason: &str) -> AppError {
    AppError::Unavailable(anyhow::anyhow!("{reason}"))
}

fn begin(conn: &mut DbConn) -> Result<(), DieselError> {
    match conn {
        DbConn::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE"),
        DbConn::Postgres(_) => Ok(()),
    }
}

/// Whether the group's transaction still stands. SQLite undoes it as a whole when the disk is full or fails; a job
/// run after that would commit on its own and yet be told that the group's commit failed.
fn is_open(conn: &mut DbConn) -> bool {
    let DbConn::Sqlite(inner) = conn else { return true };
    let status = AnsiTransactionManager::transaction_manager_status_mut(inner);
    status.transaction_depth().is_ok_and(|depth| depth.is_some())
}

fn finish(conn: &mut DbConn) -> Result<(), DieselError> {
    let DbConn::Sqlite(inner) = conn else { return Ok(()) };
    AnsiTransactionManager::commit_transaction(inner).inspect_err(|error| {
        tracing::error!(%error, "a commit failed; its writes are undone");
        // Already rolled back by SQLite in some failures; then this has nothing to do.
        let _ = AnsiTransactionManager::rollback_transaction(inner);
    })
}
