//! Where the data is, and the manager that opens connections to it; the back end is chosen by the URL's scheme
//! alone, never by trying.

use std::path::{Path, PathBuf};

use super::backend::{DbConn, on_each};
use super::{notices, words};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;

diesel::define_sql_function! {
    /// The words under which a text is indexed, for the triggers of SQLite.
    fn stoa_search_words(owner: Text, kind: Text, content: Text) -> Text;
}

fn index_words(owner: String, kind: String, content: String) -> String {
    words::indexed(&owner, &kind, &content)
}

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DbTarget {
    /// A file.
    Sqlite(PathBuf),
    /// A `postgres://` URL; holds a password, so it is never printed.
    Postgres(PostgresUrl),
}

/// A PostgreSQL URL that does not show its password when printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl std::fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("postgres://…")
    }
}

impl DbTarget {
    /// Reads `DATABASE_URL`: `postgres://…`, `postgresql://…`, `sqlite://PATH`, or a plain path.
    ///
    /// # Errors
    /// A sentence, when the scheme is another one.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(PostgresUrl(url.to_owned())));
        }
        let path = url.strip_prefix("sqlite://").unwrap_or(url);
        if path.is_empty()
            || path.contains("://")
            || path.starts_with(":memory:")
            || path.starts_with("file:")
        {
            return Err(
                "DATABASE_URL must be postgres://…, sqlite://PATH or a plain path to a file.".to_owned()
            );
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

/// How safely SQLite writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    /// A commit is on the disk when it returns.
    #[default]
    Full,
    /// The last commits may be lost when the machine (not the process) dies.
    Normal,
}

/// Opens connections for r2d2 and for the writer thread.
#[derive(Clone, Debug)]
pub struct Manager {
    target: DbTarget,
    synchronous: Synchronous,
}

impl Manager {
    /// A manager for `target`.
    pub fn new(target: DbTarget, synchronous: Synchronous) -> Self {
        Self { target, synchronous }
    }

    fn open_sqlite(&self, path: &Path) -> ConnectionResult<SqliteConnection> {
        let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
        let synchronous = match self.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        // busy_timeout comes first: switching to WAL itself may meet another process's lock.
        conn.batch_execute(&format!(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; \
             PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; \
             PRAGMA journal_size_limit = 67108864;"
        ))
        .and_then(|()| stoa_search_words_utils::register_impl(&mut conn, index_words))
        .and_then(|()| notices::tell_nobody(&mut conn))
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }
}

/// Has the pool drop a connection when it comes back. Diesel notices by itself only what breaks in a transaction; a
/// connection that a restart of PostgreSQL has cut would fail every read it is given.
pub(super) fn give_up(conn: &mut DbConn) {
    on_each!(conn, inner => AnsiTransactionManager::transaction_manager_status_mut(inner).set_in_error());
}

impl r2d2::ManageConnection for Manager {
    type Connection = DbConn;
    type Error = diesel::ConnectionError;

    fn connect(&self) -> ConnectionResult<DbConn> {
        match &self.target {
            DbTarget::Sqlite(path) => self.open_sqlite(path).map(DbConn::Sqlite),
            DbTarget::Postgres(url) => PgConnection::establish(&url.0).map(DbConn::Postgres),
        }
    }

    fn is_valid(&self, conn: &mut DbConn) -> ConnectionResult<()> {
        on_each!(conn, inner => inner.ping()).map_err(diesel::ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, conn: &mut DbConn) -> bool {
        on_each!(conn, inner => inner.is_broken())
    }
}
