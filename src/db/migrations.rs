//! Brings a database's tables up to date; the migrations are part of the binary.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{DbConn, on_each};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Held while migrations run, so that replicas starting together take turns (an arbitrary constant).
const POSTGRES_LOCK: &str = "SELECT pg_advisory_lock(7305801)";
const POSTGRES_UNLOCK: &str = "SELECT pg_advisory_unlock(7305801)";

/// Runs what is missing and returns how many migrations that were.
///
/// # Errors
/// When the database was written by a newer binary, or a migration fails.
pub fn run_pending(conn: &mut DbConn) -> anyhow::Result<usize> {
    refuse_newer(conn)?;
    if pending(conn)? == 0 {
        return Ok(0);
    }
    match conn {
        // Of two processes that start together the second waits here, and then finds nothing missing.
        DbConn::Sqlite(inner) => inner.immediate_transaction(|inner| run(inner, SQLITE)),
        DbConn::Postgres(inner) => {
            use diesel::connection::SimpleConnection;
            inner.batch_execute(POSTGRES_LOCK)?;
            let ran = run(inner, POSTGRES);
            inner.batch_execute(POSTGRES_UNLOCK)?;
            ran
        }
    }
}

/// Undoes every migration: for tests and for starting over.
///
/// # Errors
/// When a migration's `down.sql` fails.
pub fn revert_all(conn: &mut DbConn) -> anyhow::Result<()> {
    let reverted = match conn {
        DbConn::Sqlite(inner) => inner.revert_all_migrations(SQLITE).map(|_| ()),
        DbConn::Postgres(inner) => inner.revert_all_migrations(POSTGRES).map(|_| ()),
    };
    reverted.map_err(|e| anyhow::anyhow!(e)).context("a migration could not be undone")
}

/// How many migrations the binary has that the database has not.
///
/// # Errors
/// When the database cannot be read.
pub fn pending(conn: &mut DbConn) -> anyhow::Result<usize> {
    let pending = match conn {
        DbConn::Sqlite(inner) => inner.pending_migrations(SQLITE).map(|list| list.len()),
        DbConn::Postgres(inner) => inner.pending_migrations(POSTGRES).map(|list| list.len()),
    };
    pending.map_err(|e| anyhow::anyhow!(e)).context("the migrations could not be read")
}

fn run<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    source: impl MigrationSource<DB>,
) -> anyhow::Result<usize> {
    let ran = conn.run_pending_migrations(source).map_err(|e| anyhow::anyhow!(e));
    Ok(ran.context("a migration failed; the database is as it was before it")?.len())
}

fn refuse_newer(conn: &mut DbConn) -> anyhow::Result<()> {
    let applied = on_each!(conn, inner => inner.applied_migrations()).map_err(|e| anyhow::anyhow!(e))?;
    let known: BTreeSet<String> = match conn {
        DbConn::Sqlite(_) => names::<diesel::sqlite::Sqlite>(&SQLITE)?,
        DbConn::Postgres(_) => names::<diesel::pg::Pg>(&POSTGRES)?,
    };
    let unknown: Vec<String> =
        applied.iter().map(ToString::to_string).filter(|version| !known.contains(version)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    bail!(
        "the database is newer than this binary: it has migrations this binary does not know ({}). \
         Start the newer version of stoa again, or restore a backup made before the upgrade.",
        unknown.join(", ")
    )
}

fn names<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> anyhow::Result<BTreeSet<String>> {
    let migrations = MigrationSource::<DB>::migrations(source).map_err(|e| anyhow::anyhow!(e))?;
    Ok(migrations.iter().map(|m| m.name().version().to_string()).collect())
}
