//! What PostgreSQL alone can do or get wrong: several processes, locks of rows, connections that break. Run with
//! `scripts/postgres`; `scripts/test` leaves these out where the suite runs on SQLite.

mod clocks;
mod connections;
mod deletions;
mod replicas;
mod researches;
mod unheard;

use crate::support::database::test_database;

/// The URL of a new, empty database.
fn server() -> String {
    test_database().expect("a PostgreSQL server: run this with scripts/postgres")
}
