//! `stoa model pull`: brings the built-in model's weights.

use std::process::ExitCode;

use clap::Subcommand;

use crate::clients::models::builtin::{self, Readiness};
use crate::config::Config;

/// What can be done with the built-in model.
#[derive(Subcommand)]
pub enum ModelCommand {
    /// Bring its weights into the data directory and check them.
    Pull,
}

/// Runs the command, with its progress on stderr.
pub async fn run(config: &Config, command: ModelCommand) -> anyhow::Result<ExitCode> {
    let ModelCommand::Pull = command;
    let report = |state: &Readiness| match state {
        Readiness::Fetching { percent } => eprint!("\rfetching the model: {percent} %  "),
        Readiness::Preparing => eprint!("\rpreparing the model …      "),
        Readiness::Missing | Readiness::Ready | Readiness::Failed { .. } => {}
    };
    builtin::pull(&config.data_dir, &config.builtin_model.settings, report).await?;
    eprintln!("\rThe model is ready.             ");
    Ok(ExitCode::SUCCESS)
}
