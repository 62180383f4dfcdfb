//! From kept pages to notes: passages that answer a question, to the byte where they stand.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::asking::{Question, ask};
use super::desk::Desk;
use super::halt::{Halt, internal};
use super::journal::{Label, Told};
use super::planning::one_line;
use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::new_id;
use crate::models::note::Note;
use crate::models::plan::PlanContent;
use crate::models::run::Run;
use crate::models::source::Source;
use crate::passages::{Finding, Found, diverse, find_quote, rank};
use crate::repositories::{notes, sources};

/// Notes that fixed rules take for a question in one round.
const MOST_SENTENCES: usize = 6;
/// Notes that a model takes from one page.
const MOST_QUOTES: usize = 6;
/// What a model is shown of a page, in bytes.
const SHOWN: usize = 12 * 1024;
/// Sentences that are chosen from.
const LOOKED_AT: usize = 8 * MOST_SENTENCES;
/// Longest claim, in characters.
const LONGEST_CLAIM: usize = 500;

/// Room for the texts that are worked on at once, by all researches of this process: each takes several times its length.
static ROOM: Semaphore = Semaphore::const_new(4);

const NOTE: &str = "Copy out of this page the passages that answer the question: at most 6 quotes, each a whole sentence or \
     two, to the letter, and for each in one sentence what it says. None when nothing answers it. \
     Shape: {\"notes\": [{\"quote\": string, \"claim\": string}]}";

/// How many notes were taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Noted(usize);

impl Told for Noted {
    fn count(&self) -> Option<usize> {
        Some(self.0)
    }
}

/// A passage, before it is a note.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Passage {
    source_id: String,
    number: i64,
    range: Range<usize>,
    claim: String,
}

/// Takes notes for a question from the sources of these numbers; how many.
///
/// # Errors
/// When the database fails.
pub async fn take(
    desk: &Desk<'_>,
    plan: &PlanContent,
    (question, text): (i64, &str),
    round: u32,
    numbers: &[i64],
) -> Result<usize, Halt> {
    if numbers.is_empty() {
        return Ok(0);
    }
    let key = format!("q{question}.notes.{round}");
    let label = Label { key: &key, name: "notes", question: Some(question), detail: "" };
    let work = async {
        let mut found = Vec::new();
        // One page at a time: pages may be large, and researches many.
        for number in numbers {
            let source = load(desk, *number).await?;
            found.extend(by_model(desk, plan, text, &source).await?.unwrap_or_default());
        }
        if found.is_empty() {
            found = by_rules(desk, text, numbers).await?;
        }
        Ok(found)
    };
    let run = desk.run().clone();
    let store = move |conn: &mut DbConn, found: &Vec<Passage>| keep(conn, &run, question, found);
    Ok(desk.journal.step_with(label, work, store).await?.0)
}

async fn load(desk: &Desk<'_>, number: i64) -> Result<Source, Halt> {
    let session = desk.run().session_id.clone();
    desk.db().read(move |conn| sources::find(conn, &session, number)).await.map_err(internal)
}

fn keep(conn: &mut DbConn, run: &Run, question: i64, found: &[Passage]) -> AppResult<Noted> {
    let bytes = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
    let row = |passage: &Passage| Note {
        id: new_id(),
        session_id: run.session_id.clone(),
        run_id: run.id.clone(),
        question,
        source_id: passage.source_id.clone(),
        start_byte: bytes(passage.range.start),
        end_byte: bytes(passage.range.end),
        claim: passage.claim.clone(),
        created_at: Time::now(),
    };
    let mut known = notes::list_of_run(conn, &run.id)?;
    let before = known.len();
    for note in found.iter().map(row) {
        if !known.iter().any(|other| overlap(other, &note)) {
            known.push(note);
        }
    }
    let new = known.split_off(before);
    notes::insert(conn, &new)?;
    Ok(Noted(new.len()))
}

/// Whether two notes of a run are of the same passage, or a part of it, for the same question.
fn overlap(one: &Note, other: &Note) -> bool {
    (one.question, &one.source_id) == (other.question, &other.source_id)
        && one.start_byte < other.end_byte
        && other.start_byte < one.end_byte
}

/// Quotes as a model gives them.
#[derive(Deserialize)]
struct Quotes {
    notes: Vec<Quote>,
}

#[derive(Deserialize)]
struct Quote {
    quote: String,
    #[serde(default)]
    claim: String,
}

/// What a model copies out of a page, as far as it stands there; `None` when there is no model that can.
async fn by_model(
    desk: &Desk<'_>,
    plan: &PlanContent,
    question: &str,
    source: &Source,
) -> Result<Option<Vec<Passage>>, Halt> {
    if !desk.has_model() {
        return Ok(None);
    }
    let (text, asked) = (source.content.clone(), question.to_owned());
    let shown = blocking(move || excerpt(&text, &asked)).await?;
    let material = format!("Question: {question}\n\nPage: {}\n\n{shown}", source.title);
    let accept = |quotes: Quotes| found_in(source, quotes);
    ask(desk, Some(plan), Question { task: NOTE.to_owned(), material }, accept).await
}

/// The quotes that really stand in the source; `None` when there are quotes and none of them does.
fn found_in(source: &Source, quotes: Quotes) -> Option<Vec<Passage>> {
    let offered = quotes.notes.len();
    let passage = |quote: Quote| {
        let range = find_quote(&source.content, &quote.quote)?;
        let claim = one_line(&quote.claim, LONGEST_CLAIM).unwrap_or_default();
        Some(Passage { source_id: source.id.clone(), number: source.number, range, claim })
    };
    let found: Vec<Passage> = quotes.notes.into_iter().filter_map(passage).take(MOST_QUOTES).collect();
    (offered == 0 || !found.is_empty()).then_some(found)
}

/// What of a page has most to do with a question, in the order of the page.
fn excerpt(text: &str, question: &str) -> String {
    if text.len() <= SHOWN {
        return text.to_owned();
    }
    let parts: Vec<&str> = text.split("\n\n").collect();
    let scores = rank(question, parts.iter().copied());
    let mut ranked: Vec<(usize, f64)> = scores.into_iter().enumerate().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut left = SHOWN;
    let mut chosen: Vec<usize> = Vec::new();
    for (at, _) in ranked {
        let length = parts.get(at).map_or(0, |part| part.len());
        if length <= left {
            left -= length;
            chosen.push(at);
        }
    }
    chosen.sort_unstable();
    let chosen: Vec<&str> = chosen.into_iter().filter_map(|at| parts.get(at).copied()).collect();
    match chosen.is_empty() {
        true => text.get(..text.floor_char_boundary(SHOWN)).unwrap_or(text).to_owned(),
        false => chosen.join("\n\n"),
    }
}

/// The sentences that have most to do with a question, each unlike the others, wherever they stand.
async fn by_rules(desk: &Desk<'_>, question: &str, numbers: &[i64]) -> Result<Vec<Passage>, Halt> {
    let mut finding = Finding::new(question);
    for number in numbers {
        let source = load(desk, *number).await?;
        finding = blocking(move || {
            finding.read(&source.title, &source.content);
            finding
        })
        .await?;
    }
    let best = blocking(move || finding.best(LOOKED_AT)).await?;
    let mut passages = load_passages(desk, numbers, best).await?;
    blocking(move || {
        // Where two sources say the same to the letter, the first is enough.
        let mut said = HashSet::new();
        passages.retain(|(_, text, _)| said.insert(text.clone()));
        let scores: Vec<f64> = passages.iter().map(|(_, _, score)| *score).collect();
        let texts: Vec<&str> = passages.iter().map(|(_, text, _)| text.as_str()).collect();
        let chosen = diverse(&scores, &texts, MOST_SENTENCES);
        chosen.into_iter().filter_map(|at| passages.get(at)).map(|(passage, ..)| passage.clone()).collect()
    })
    .await
}

/// What was found in the sources of these numbers, with its text and score, in its order. No two sources are held at once.
async fn load_passages(
    desk: &Desk<'_>,
    numbers: &[i64],
    found: Vec<(Found, f64)>,
) -> Result<Vec<(Passage, String, f64)>, Halt> {
    let mut of_source: BTreeMap<usize, Vec<(usize, Range<usize>, f64)>> = BTreeMap::new();
    for (place, (Found { text, range, .. }, score)) in found.into_iter().enumerate() {
        of_source.entry(text).or_default().push((place, range, score));
    }
    let mut passages = Vec::new();
    for (text, ranges) in of_source {
        let Some(number) = numbers.get(text) else { continue };
        let source = load(desk, *number).await?;
        passages.extend(ranges.into_iter().filter_map(|(place, range, score)| {
            let text = source.content.get(range.clone())?.to_owned();
            let (source_id, claim) = (source.id.clone(), String::new());
            Some((place, (Passage { source_id, number: *number, range, claim }, text, score)))
        }));
    }
    passages.sort_by_key(|(place, _)| *place);
    Ok(passages.into_iter().map(|(_, passage)| passage).collect())
}

/// Of the sources of these numbers those that have most to do with a question, at most `most`.
///
/// # Errors
/// When the database fails.
pub async fn most_fitting(
    desk: &Desk<'_>,
    question: &str,
    numbers: &[i64],
    most: usize,
) -> Result<Vec<i64>, Halt> {
    let mut fitting = Vec::new();
    for passage in by_rules(desk, question, numbers).await? {
        if !fitting.contains(&passage.number) && fitting.len() < most {
            fitting.push(passage.number);
        }
    }
    Ok(fitting)
}

/// Work on texts that takes its time, off the threads that serve, and memory, so that few are worked on at once.
///
/// # Errors
/// When it panics.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Halt> {
    let _room = ROOM.acquire().await.map_err(|error| internal(anyhow::Error::from(error).into()))?;
    spawn_blocking(work).await.map_err(|error| internal(anyhow::Error::from(error).into()))
}
