//! `stoa research verify`: checks an evidence bundle, without a network, a database or a configuration.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use crate::services::research::evidence::{self, check};

/// Most problems that are printed one by one.
const PRINTED: usize = 100;

/// What can be done with researches.
#[derive(Subcommand)]
pub enum ResearchCommand {
    /// Check that an evidence bundle is whole and that every quote in it stands in its source. Exit codes: 0 all is well,
    /// 1 something is wrong, 2 it is no bundle.
    Verify {
        /// The file, as `GET /api/artifacts/{id}/evidence` gives it.
        bundle: PathBuf,
    },
}

/// Runs the command.
pub fn run(command: &ResearchCommand) -> anyhow::Result<ExitCode> {
    let ResearchCommand::Verify { bundle } = command;
    let findings = match read(bundle).map(|bytes| evidence::check(&bytes)) {
        Ok(Ok(findings)) => findings,
        Ok(Err(error)) => return Ok(no_bundle(bundle, &error)),
        Err(error) => return Ok(no_bundle(bundle, &error)),
    };
    for problem in findings.problems.iter().take(PRINTED) {
        println!("FAIL  {problem}");
    }
    let counts =
        format!("{} files, {} sources, {} citations", findings.files, findings.sources, findings.citations);
    match findings.problems.len() {
        0 => println!("ok    {counts}: every hash is right, and every quote stands in its source"),
        count => println!("FAIL  {counts}; problems: {count}"),
    }
    Ok(if findings.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn no_bundle(path: &Path, why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("stoa: {} is no evidence bundle: {why}", path.display());
    ExitCode::from(2)
}

/// The file as far as one byte beyond the largest bundle.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(check::LARGEST).unwrap_or(u64::MAX);
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
