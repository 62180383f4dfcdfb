//! What the service survives, provoked on real processes over loopback: `scripts/faults` runs it and prints one report.
//! Counts stand beside what is required; the exit code says whether all of it was kept.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it prints its report")]

mod audit;
mod clock;
mod disk;
mod kill;
mod load;
mod member;
mod misbehaviour;
mod model;
mod postgres;
mod reading;
mod replicas;
mod report;
mod restart;
#[path = "../service/server.rs"]
#[expect(dead_code, reason = "benches need more of it")]
mod server;
mod slow;
mod tabs;
#[path = "../service/upstream.rs"]
mod upstream;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;

use report::{Count, Section};

/// What can break, in order.
const NAMES: [&str; 8] = ["kill", "replicas", "restart", "clock", "disk", "reader", "model", "tabs"];
/// What random choices are made from, unless `STOA_FAULTS_SEED` names another number.
const SEED: u64 = 4;

fn main() -> anyhow::Result<ExitCode> {
    // `cargo bench` adds flags of its own.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = asked.iter().find(|word| !NAMES.contains(&word.as_str())) {
        bail!("there is no fault {unknown:?}; there are: {}", NAMES.join(", "));
    }
    let seed = match std::env::var("STOA_FAULTS_SEED") {
        Ok(seed) => seed.parse()?,
        Err(_) => SEED,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut sections = Vec::new();
    for name in NAMES.into_iter().filter(|name| asked.is_empty() || asked.iter().any(|word| word == name)) {
        eprintln!("provoking {name} …");
        let begun = Instant::now();
        let counts = runtime.block_on(provoke(name, seed)).unwrap_or_else(|error| {
            vec![Count::new("could not be provoked to the end", format!("{error:#}"), "", false)]
        });
        sections.push(Section { name, took: begun.elapsed(), counts });
    }
    println!("\nseed {seed}");
    match report::print(&sections) {
        0 => Ok(ExitCode::SUCCESS),
        broken => {
            eprintln!("\n{broken} requirements are broken");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn provoke(name: &str, seed: u64) -> anyhow::Result<Vec<Count>> {
    match name {
        "kill" => kill::provoke(seed).await,
        "replicas" => replicas::provoke(seed).await,
        "restart" => restart::provoke(seed).await,
        "clock" => clock::provoke(seed).await,
        "disk" => disk::provoke().await,
        "reader" => slow::provoke().await,
        "model" => model::provoke().await,
        _ => tabs::provoke().await,
    }
}
