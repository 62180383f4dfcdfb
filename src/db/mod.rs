//! The database behind two doors, [`Db::read`] and [`Db::write`]; knows nothing of tables or rules.
//!
//! Both take a plain function over a connection and run it off the caller's thread. A write is one
//! transaction, committed when `write` returns. On SQLite all writes go through one thread
//! (see [`writer`](self)); on PostgreSQL each takes a connection from the pool.

mod backend;
mod changes;
mod connection;
mod daily_tokens;
mod json;
pub mod migrations;
mod notices;
mod threads;
mod types;
pub(crate) mod words;
mod writer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::Connection;
use r2d2::Pool;
use tokio::sync::broadcast;

pub(crate) use backend::on_each;
pub use backend::{DbConn, MultiBackend};
pub use connection::{DbTarget, Manager, PostgresUrl, Synchronous};
pub use daily_tokens::DailyTokens;
pub use json::Json;
use notices::Notices;
use threads::Threads;
pub use types::Time;
pub(crate) use types::text_enum;
use writer::Writer;

use crate::error::{AppError, AppResult};

/// How long a request waits for a pooled connection before it answers 503.
const POOL_TIMEOUT: Duration = Duration::from_secs(5);

/// How many connections there are.
#[derive(Clone, Copy, Debug)]
pub struct DbOptions {
    /// Connections in the pool: readers on SQLite, all on PostgreSQL.
    pub connections: u32,
    /// How safely SQLite writes.
    pub synchronous: Synchronous,
    /// Changes that [`Db::changes`] counts, by kind, each as triggers name it: `DELETE ON users`.
    pub watched: &'static [&'static [&'static str]],
}

impl Default for DbOptions {
    fn default() -> Self {
        Self { connections: 8, synchronous: Synchronous::default(), watched: &[] }
    }
}

/// The database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    threads: Threads,
    /// On SQLite only.
    writer: Option<Writer>,
    notices: Notices,
    /// When the last write was committed; nothing since one could not be.
    written: Arc<Mutex<Option<Instant>>>,
}

/// A connection to a database whose tables are up to date. Processes that make a new SQLite file together may meet in ways
/// in which SQLite refuses at once instead of waiting.
fn up_to_date(manager: &Manager) -> anyhow::Result<DbConn> {
    let begun = Instant::now();
    loop {
        let opened = r2d2::ManageConnection::connect(manager).map_err(anyhow::Error::from);
        let opened = opened.and_then(|mut conn| migrations::run_pending(&mut conn).map(|_| conn));
        match opened {
            Err(error) if begun.elapsed() < POOL_TIMEOUT && format!("{error:#}").contains("is locked") => {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

impl Db {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or is newer than this binary.
    pub fn open(target: &DbTarget, options: DbOptions) -> anyhow::Result<Self> {
        if let DbTarget::Sqlite(path) = target
            && let Some(folder) = path.parent()
        {
            std::fs::create_dir_all(folder)?;
        }
        let manager = Manager::new(target.clone(), options.synchronous);
        let conn = up_to_date(&manager)?;
        let (writer, notices) = match conn {
            DbConn::Sqlite(mut conn) => {
                let notices = Notices::local(&mut conn)?;
                (Some(Writer::start(conn, options.watched, notices.clone())?), notices)
            }
            DbConn::Postgres(_) => (None, Notices::shared(manager.clone())?),
        };
        let pool = Pool::builder()
            .max_size(options.connections)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(POOL_TIMEOUT)
            .error_handler(Box::new(LogPoolErrors))
            .build_unchecked(manager);
        Ok(Self {
            pool,
            threads: Threads::new(options.connections)?,
            writer,
            notices,
            written: Arc::default(),
        })
    }

    /// Whether no other process writes to this database while we run: true on SQLite.
    pub fn is_exclusive(&self) -> bool {
        self.writer.is_some()
    }

    /// How many writes have changed what that place of [`DbOptions::watched`] names; `None` where other processes may write,
    /// too. What is read after asking holds until the count is another.
    pub fn changes(&self, kind: usize) -> Option<u64> {
        self.writer.as_ref()?.changes(kind)
    }

    /// Says a word, without commas, to the other processes on this database; soon, and perhaps in vain.
    pub fn say(&self, word: impl FnOnce() -> String) {
        self.notices.say(word);
    }

    /// What the other processes say, and what triggers tell with `stoa_tell`, from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<str>> {
        self.notices.listen()
    }

    /// Runs `job` on a connection of the pool. On SQLite it must not write.
    ///
    /// # Errors
    /// What `job` returns, or [`AppError::Unavailable`] when no connection could be had.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut DbConn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let pool = self.pool.clone();
        let job = move || {
            let mut conn = pool.get().map_err(|e| AppError::Unavailable(e.into()))?;
            let done = job(&mut conn);
            if matches!(done, Err(AppError::Unavailable(_))) {
                connection::give_up(&mut conn);
            }
            done
        };
        self.threads.run(POOL_TIMEOUT, job).await
    }

    /// Runs `job` in one transaction and returns once it is committed.
    ///
    /// # Errors
    /// What `job` returns (its writes are undone), or [`AppError::Unavailable`].
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut DbConn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let done = match &self.writer {
            Some(writer) => writer.run(job).await,
            None => self.read(|conn| conn.transaction(job)).await,
        };
        match done {
            Ok(_) => *self.written() = Some(Instant::now()),
            Err(AppError::Unavailable(_)) => *self.written() = None,
            Err(_) => {}
        }
        done
    }

    /// Whether a write was committed less than `time` ago and none has been refused by the database since.
    pub fn has_written_within(&self, time: Duration) -> bool {
        self.written().is_some_and(|last| last.elapsed() < time)
    }

    fn written(&self) -> MutexGuard<'_, Option<Instant>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// r2d2 reports connection failures here; its own default prints to stderr.
#[derive(Debug)]
struct LogPoolErrors;

impl r2d2::HandleError<diesel::ConnectionError> for LogPoolErrors {
    fn handle_error(&self, error: diesel::ConnectionError) {
        tracing::warn!(%error, "a database connection could not be opened");
    }
}
