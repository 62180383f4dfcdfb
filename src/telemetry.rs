//! Logs of the process.

use tracing_subscriber::EnvFilter;

/// Writes the log to stderr: `RUST_LOG` chooses what, `STOA_LOG=json` the form for machines.
pub fn init() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,tracing_actix_web=warn,actix_server=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let json = std::env::var("STOA_LOG").is_ok_and(|form| form == "json");
    // An error only says that a test has set one up already.
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}
