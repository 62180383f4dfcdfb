//! `stoa migrate`: brings the database up to date and stops.

use std::process::ExitCode;

use crate::config::Config;

/// Opening the database is what brings it up to date.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    super::open_db(config).await?;
    println!("The database is up to date.");
    Ok(ExitCode::SUCCESS)
}
