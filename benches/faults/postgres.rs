//! Databases of their own on the server that `scripts/postgres` has started, and the lever that stops and starts it.

use std::process::Stdio;

use anyhow::{Context, ensure};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use tokio::process::Command;

/// Makes an empty database; returns its URL.
pub fn create(name: &str) -> anyhow::Result<String> {
    let server =
        std::env::var("STOA_TEST_DATABASE").context("no PostgreSQL: run this with scripts/faults")?;
    PgConnection::establish(&server)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
    let (address, _) = server.rsplit_once('/').context("a URL without a database")?;
    Ok(format!("{address}/{name}"))
}

/// Has `pg_ctl` stop or start the server, and waits until it has.
pub async fn control(arguments: &[&str]) -> anyhow::Result<()> {
    let lever = std::env::var("STOA_TEST_POSTGRES_CONTROL").context("no PostgreSQL to be stopped")?;
    let status = Command::new(lever).args(arguments).stdout(Stdio::null()).status().await?;
    ensure!(status.success(), "pg_ctl {} failed: {status}", arguments.join(" "));
    Ok(())
}
