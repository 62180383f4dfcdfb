//! How good research is, measured on the real binary: thirty questions whose answers stand in a corpus that a member has
//! given, without a model and with a scripted one. `scripts/eval-research` runs it; the exit code says whether the figures are
//! what they must be.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it prints its report")]

mod able;
#[path = "../../tests/it/support/corpus.rs"]
#[expect(clippy::unwrap_used, reason = "the tests' own")]
mod corpus;
mod inventing;
mod judging;
mod member;
#[path = "../faults/report.rs"]
#[expect(dead_code, reason = "faults need more of it")]
mod report;
#[path = "../service/server.rs"]
#[expect(dead_code, reason = "benches need more of it")]
mod server;
mod serving;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::bail;

use corpus::{Question, questions, sources};
use inventing::Errors;
use judging::Tally;
use member::{Member, Researched};
use report::{Count, Section, seconds};
use server::Site;

/// Who does the work, in order.
const NAMES: [&str; 2] = ["deterministic", "model"];
/// Of the questions so many in a hundred must have the right passage cited.
const RIGHT: usize = 80;
/// The scripted model invents in every third case of each kind, and takes every third invention for true.
const ERRORS: Errors = Errors { inventions: 3, verdicts: 3 };
/// No model that follows instructions: the built-in one, which is not asked.
const BUILTIN: &str =
    "[builtin_model]\nenabled = true\nsettings = { pip = false, url = 'http://127.0.0.1:1/' }\n";

fn main() -> anyhow::Result<ExitCode> {
    // `cargo bench` adds flags of its own.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = asked.iter().find(|word| !NAMES.contains(&word.as_str())) {
        bail!("there is no mode {unknown:?}; there are: {}", NAMES.join(", "));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut sections = Vec::new();
    for name in NAMES.into_iter().filter(|name| asked.is_empty() || asked.iter().any(|word| word == name)) {
        eprintln!("researching {name} …");
        let begun = Instant::now();
        let counts = runtime.block_on(evaluate(name))?;
        sections.push(Section { name, took: begun.elapsed(), counts });
    }
    match report::print(&sections) {
        0 => Ok(ExitCode::SUCCESS),
        _ => Ok(ExitCode::FAILURE),
    }
}

/// What came of all questions.
#[derive(Default)]
struct Outcome {
    tally: Tally,
    /// Reports that somebody else made than was meant to.
    otherwise: usize,
    took: Duration,
    slowest: Duration,
}

async fn evaluate(name: &'static str) -> anyhow::Result<Vec<Count>> {
    let config = if name == "model" { able::start(ERRORS)? } else { BUILTIN.to_owned() };
    let site = Site::new(&config)?;
    let token = site.member(server::EMAIL).await?;
    let server = site.start().await?;
    let outcome = ask(&Member { server: &server, token: &token }, name).await?;
    server.stop().await?;
    eprintln!("without the right passage: {}", outcome.tally.missed.join(" "));
    Ok(judge(name, &outcome))
}

/// Gives the corpus and asks the questions one after the other, so that the same reports are in the library whenever a
/// question is asked.
async fn ask(member: &Member<'_>, name: &str) -> anyhow::Result<Outcome> {
    let mut paths = HashMap::new();
    for source in sources() {
        let path = member.give(&source.file.replace('/', "-"), &source.text).await?;
        paths.insert(source.file, path);
    }
    let mut outcome = Outcome::default();
    for question in questions() {
        let made = member.research(&question.question).await?;
        keep(name, &question, &made)?;
        outcome.tally.add(&question, &paths, &made);
        outcome.otherwise += usize::from(made.mode != name);
        outcome.took += made.took;
        outcome.slowest = outcome.slowest.max(made.took);
    }
    Ok(outcome)
}

fn judge(name: &str, outcome: &Outcome) -> Vec<Count> {
    let tally = &outcome.tally;
    let mut counts = cited(tally, if name == "model" { 0 } else { RIGHT });
    if name == "model" {
        counts.push(Count::told("citations called supporting that are", share(tally.truly, tally.supported)));
        counts.push(Count::told("sentences marked as said by no passage", tally.marked));
        // Where all that the model says of a page is invented, rules take over.
        counts.push(Count::told("reports made in part by rules", outcome.otherwise));
    } else {
        let verbatim = share(tally.verbatim, tally.citations);
        counts.push(Count::new("… and is the sentence", verbatim, "all", tally.verbatim == tally.citations));
        counts.push(Count::none("reports in another mode", outcome.otherwise));
    }
    counts.extend([
        Count::none("invented citations that survived", tally.invented),
        Count::told("pages read, for each question", tenths(tally.pages, tally.questions)),
        Count::told("all of them", seconds(outcome.took)),
        Count::told("the slowest", seconds(outcome.slowest)),
    ]);
    counts
}

/// What is cited; `least` in a hundred must be right.
fn cited(tally: &Tally, least: usize) -> Vec<Count> {
    let Tally { questions, right, first, citations, exact, .. } = *tally;
    let required = if least > 0 { format!("≥ {least} %") } else { String::new() };
    let is_enough = right * 100 >= least * questions;
    let is_exact = exact == citations && citations > 0;
    vec![
        Count::new(
            "questions whose report cites the right passage",
            share(right, questions),
            required,
            is_enough,
        ),
        Count::told("… and cites it first", share(first, questions)),
        Count::new(
            "citations whose quote stands in the source to the byte",
            share(exact, citations),
            "all",
            is_exact,
        ),
    ]
}

fn share(some: usize, all: usize) -> String {
    format!("{some} of {all} ({} %)", some * 100 / all.max(1))
}

fn tenths(sum: i64, count: usize) -> String {
    let tenths = sum * 10 / i64::try_from(count).unwrap_or(1).max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Writes a report to the folder that `STOA_EVAL_REPORTS` names, for reading.
fn keep(mode: &str, question: &Question, made: &Researched) -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("STOA_EVAL_REPORTS").map(PathBuf::from) else { return Ok(()) };
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join(format!("{mode}-{}.md", question.id)), &made.text)?)
}
