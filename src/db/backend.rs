//! One connection type over both databases.
#![expect(missing_docs, reason = "diesel derives public items without docs beside the enum")]

use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

/// A connection to either database; repositories are written against this alone.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Runs the same Diesel code once per back end, for what [`DbConn`] itself cannot express
/// (batch inserts, `ON CONFLICT`).
macro_rules! on_each {
    ($conn:expr, $inner:ident => $body:expr) => {
        match $conn {
            $crate::db::DbConn::Postgres($inner) => $body,
            $crate::db::DbConn::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use on_each;
