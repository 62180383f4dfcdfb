//! `stoa serve`: pages and API, until told to stop.

use std::process::ExitCode;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::startup::Application;

/// What may be said on the command line instead of in the configuration.
#[derive(Args, Default)]
pub struct Serve {
    /// Where to listen, ADDRESS:PORT; port 0 takes a free one.
    #[arg(long)]
    listen: Option<String>,
}

/// Serves until SIGTERM or Ctrl-C; a second signal ends the process at once.
pub async fn run(mut config: Config, options: Serve) -> anyhow::Result<ExitCode> {
    if let Some(listen) = options.listen {
        config.listen = listen;
    }
    allow_many_connections();
    let application = Application::build(&config).await?;
    if let Some(link) = application.setup_link() {
        println!("There is no account yet. Open this link to create the first one:\n\n    {link}\n");
    }
    println!("Stoa listens on http://{}", application.address());
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let asked = async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tokio::spawn(async move {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            std::process::exit(1);
        });
    };
    application.run_until(asked).await?;
    Ok(ExitCode::SUCCESS)
}

/// Each answer holds two connections open, one to the model and one to a reader, and shells allow 1,024 files: takes as many
/// as the system lets it.
fn allow_many_connections() {
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files stays as it is; ulimit -n tells it");
    }
}
