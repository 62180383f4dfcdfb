//! What the service costs, measured on the real binary over loopback: `scripts/bench` runs it and prints one table.
//! Nothing is asserted; each figure stands beside what it must reach.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints its figures")]

#[path = "../research/able.rs"]
mod able;
mod cores;
mod figures;
mod follow;
mod import;
#[path = "../research/inventing.rs"]
mod inventing;
mod lists;
mod long;
#[path = "../research/member.rs"]
#[expect(dead_code, reason = "the evaluation needs more of it")]
mod member;
mod page;
mod replica;
mod research;
mod runs;
mod search;
mod server;
#[path = "../research/serving.rs"]
mod serving;
mod startup;
mod streams;
mod throughput;
mod upstream;

use anyhow::bail;

use figures::Figure;

/// What can be measured, in order.
const NAMES: [&str; 11] = [
    "startup",
    "throughput",
    "lists",
    "page",
    "long",
    "streams",
    "runs",
    "replica",
    "research",
    "import",
    "search",
];

fn main() -> anyhow::Result<()> {
    // `cargo bench` adds flags of its own.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = asked.iter().find(|word| !NAMES.contains(&word.as_str())) {
        bail!("there is no bench {unknown:?}; there are: {}", NAMES.join(", "));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut figures: Vec<Figure> = Vec::new();
    for name in NAMES.into_iter().filter(|name| asked.is_empty() || asked.iter().any(|word| word == name)) {
        eprintln!("measuring {name} …");
        figures.extend(match name {
            "startup" => runtime.block_on(startup::measure())?,
            "throughput" => runtime.block_on(throughput::measure())?,
            "lists" => runtime.block_on(lists::measure())?,
            "page" => runtime.block_on(page::measure())?,
            "long" => runtime.block_on(long::measure())?,
            "streams" => runtime.block_on(streams::measure())?,
            "runs" => runtime.block_on(runs::measure())?,
            "replica" => runtime.block_on(replica::measure())?,
            "research" => runtime.block_on(research::measure())?,
            "import" => runtime.block_on(import::measure())?,
            _ => runtime.block_on(search::measure())?,
        });
    }
    figures::print(&figures);
    Ok(())
}
