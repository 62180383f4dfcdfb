//! The command line: one file a subcommand. Errors go to stderr; exit codes are 0, 1 (failed), 2 (misused).

mod doctor;
mod migrate;
#[cfg(feature = "local-model")]
mod model;
mod openapi;
mod read;
mod research;
mod serve;
mod token;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::db::{Db, DbOptions};
use crate::telemetry;

/// A self-hosted workspace for AI conversation and deep research.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Configuration: stoa.toml (or STOA_CONFIG) and the environment; see README.md."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and API (the default).
    Serve(serve::Serve),
    /// Bring the database up to date and stop.
    Migrate,
    /// Members.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Personal access tokens.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// The built-in model.
    #[cfg(feature = "local-model")]
    #[command(subcommand)]
    Model(model::ModelCommand),
    /// Researches.
    #[command(subcommand)]
    Research(research::ResearchCommand),
    /// Check everything and say what to do.
    Doctor,
    /// Print the API's description (OpenAPI 3.1).
    Openapi,
    /// Read a page or a file for a server, from stdin to stdout.
    #[command(hide = true)]
    Read,
}

/// Reads the command line, runs it and says how it went.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // Needs no configuration, and what it needs of memory counts.
    if matches!(cli.command, Some(Command::Read)) {
        return read::run();
    }
    telemetry::init();
    // A file is checked wherever it is, whatever is configured there.
    if let Some(Command::Research(command)) = &cli.command {
        return ended(research::run(command));
    }
    let done = Config::load().and_then(|config| {
        #[cfg(feature = "local-model")]
        crate::clients::models::builtin::limit_threads(&config.builtin_model.settings);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(dispatch(
            cli.command.unwrap_or_else(|| Command::Serve(serve::Serve::default())),
            config,
        ))
    });
    ended(done)
}

fn ended(done: anyhow::Result<ExitCode>) -> ExitCode {
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("stoa: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(options) => serve::run(config, options).await,
        Command::Migrate => migrate::run(&config).await,
        Command::User(command) => user::run(&config, command).await,
        Command::Token(command) => token::run(&config, command).await,
        #[cfg(feature = "local-model")]
        Command::Model(command) => model::run(&config, command).await,
        Command::Research(command) => research::run(&command),
        Command::Doctor => doctor::run(&config).await,
        Command::Openapi => openapi::run(),
        Command::Read => Ok(read::run()),
    }
}

/// The database of the configuration, brought up to date.
async fn open_db(config: &Config) -> anyhow::Result<Db> {
    let target = config.db_target()?;
    let options = DbOptions { connections: 1, synchronous: config.synchronous, ..DbOptions::default() };
    tokio::task::spawn_blocking(move || Db::open(&target, options)).await?
}
