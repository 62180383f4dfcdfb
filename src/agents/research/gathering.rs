//! From a question to pages that are kept: searching and fetching. What was searched or fetched once is not
//! searched or fetched again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex as Turn;

use super::desk::{Allowance, Desk};
use super::halt::{Halt, internal};
use super::journal::{Label, Told};
use super::places::{Candidate, LONGEST_TITLE, Page};
use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::library_text::LibraryText;
use crate::models::new_id;
use crate::models::plan::PlanContent;
use crate::models::run::Run;
use crate::models::search_entry::SearchKind;
use crate::models::source::Source;
use crate::models::step::StepStatus;
use crate::repositories::{reports, sources};
use crate::runs::kind;

/// Pages that one question fetches at once.
const AT_ONCE: usize = 2;

/// What one round of searching found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Searched {
    /// Everything that was found, each address once.
    pub found: Vec<Candidate>,
    /// Places that gave nothing because they failed, and why.
    pub failed: Vec<(String, String)>,
}

impl Told for Searched {
    fn count(&self) -> Option<usize> {
        Some(self.found.len())
    }

    fn status(&self) -> StepStatus {
        if self.found.is_empty() && !self.failed.is_empty() { StepStatus::Failed } else { StepStatus::Done }
    }

    fn code(&self) -> Option<&str> {
        self.failed.first().map(|(_, code)| code.as_str())
    }
}

/// What became of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Gathered {
    /// The number under which its text is kept.
    Kept(i64),
    /// Why it was not read: a stable code.
    Failed(String),
}

impl Told for Gathered {
    fn status(&self) -> StepStatus {
        match self {
            Self::Kept(_) => StepStatus::Done,
            Self::Failed(_) => StepStatus::Failed,
        }
    }

    fn code(&self) -> Option<&str> {
        match self {
            Self::Kept(_) => None,
            Self::Failed(code) => Some(code),
        }
    }
}

/// A page as it came, or why it did not.
type Read = Result<Arc<(String, Page)>, &'static str>;

/// The pages of one research. Two questions that find the same page share it.
#[derive(Default)]
pub struct Pages(Mutex<HashMap<String, Arc<Turn<()>>>>);

impl Pages {
    fn turn(&self, url: &str) -> Arc<Turn<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(url.to_owned()).or_default())
    }
}

/// Searches all places of the plan for `words`.
///
/// # Errors
/// When the database fails.
pub async fn search(
    desk: &Desk<'_>,
    plan: &PlanContent,
    question: i64,
    round: u32,
    words: &str,
) -> Result<Searched, Halt> {
    let key = format!("q{question}.search.{round}");
    let label = Label { key: &key, name: "search", question: Some(question), detail: words };
    let work = async {
        let (owner, most) = (&desk.run().user_id, usize::try_from(desk.config.results).unwrap_or(8));
        let one = async |place: &String| {
            (place.clone(), desk.places.search(desk.db(), owner, place, words, most).await)
        };
        let answers: Vec<_> = stream::iter(&plan.sources).map(one).buffered(4).collect().await;
        desk.journal.spend(|spent| spent.searches += i64::try_from(answers.len()).unwrap_or_default());
        let own = own_reports(desk).await?;
        let mut searched = merge(answers);
        searched.found.retain(|found| !own.contains(&found.url));
        Ok(searched)
    };
    desk.journal.step(label, work).await
}

/// Where the reports of this session are read: none is evidence for the next.
async fn own_reports(desk: &Desk<'_>) -> Result<HashSet<String>, Halt> {
    let session = desk.run().session_id.clone();
    let own = desk.db().read(move |conn| reports::list(conn, &session)).await.map_err(internal)?;
    Ok(own.iter().map(|report| LibraryText::path(SearchKind::Artifact, &report.artifact_id)).collect())
}

fn merge(answers: Vec<(String, Result<Vec<Candidate>, &'static str>)>) -> Searched {
    let (mut merged, mut seen) = (Searched::default(), HashSet::new());
    for (place, answer) in answers {
        match answer {
            Ok(found) => {
                merged.found.extend(found.into_iter().filter(|found| seen.insert(found.url.clone())));
            }
            Err(code) => merged.failed.push((place, code.to_owned())),
        }
    }
    merged
}

/// Fetches and keeps what was chosen, as far as the budget goes; the numbers of what is kept.
///
/// # Errors
/// `Asks` when the budget is nearly spent, and when the database fails.
pub async fn fetch(
    desk: &Desk<'_>,
    plan: &PlanContent,
    pages: &Pages,
    question: i64,
    chosen: Vec<Candidate>,
) -> Result<Vec<i64>, Halt> {
    let one = async |candidate: Candidate| fetch_one(desk, plan, pages, question, &candidate).await;
    let gathered: Vec<_> = stream::iter(chosen).map(one).buffered(AT_ONCE).collect().await;
    let mut kept = Vec::new();
    for one in gathered {
        if let Some(Gathered::Kept(number)) = one? {
            kept.push(number);
        }
    }
    Ok(kept)
}

/// `None` when it was left out, because the budget is spent.
async fn fetch_one(
    desk: &Desk<'_>,
    plan: &PlanContent,
    pages: &Pages,
    question: i64,
    candidate: &Candidate,
) -> Result<Option<Gathered>, Halt> {
    let turn = pages.turn(&candidate.url);
    let _turn = turn.lock().await;
    let key = format!("page.{}", hex(&candidate.url));
    let detail = if candidate.title.is_empty() { &candidate.url } else { &candidate.title };
    let label = Label { key: &key, name: "fetch", question: Some(question), detail };
    let is_new = desk.journal.find::<Gathered>(&key).is_none();
    if is_new {
        match desk.allowance(plan) {
            Allowance::Gather => {}
            Allowance::Ask => return Err(Halt::Asks),
            Allowance::Finish => return Ok(None),
        }
    }
    let work = async {
        desk.journal.spend(|spent| spent.pages += 1);
        let page = desk.places.read(desk.db(), &desk.run().user_id, candidate).await;
        Ok(page.map(|page| Arc::new((candidate.origin.clone(), page))))
    };
    let run = desk.run().clone();
    let store = move |conn: &mut DbConn, read: &Read| keep(conn, &run, read);
    let gathered = desk.journal.step_with(label, work, store).await?;
    if let (Gathered::Kept(number), true) = (&gathered, is_new) {
        let (url, title) = (&candidate.url, &candidate.title);
        desk.context.tell(kind::SOURCE, &json!({ "id": number, "url": url, "title": title }));
    }
    Ok(Some(gathered))
}

fn keep(conn: &mut DbConn, run: &Run, read: &Read) -> AppResult<Gathered> {
    let page = match read {
        Ok(page) => page,
        Err(code) => return Ok(Gathered::Failed((*code).to_owned())),
    };
    let (origin, Page { url, title, text }) = page.as_ref();
    let sha256 = hex(text);
    if let Some(same) = sources::find_same(conn, &run.session_id, url, &sha256)? {
        return Ok(Gathered::Kept(same.number));
    }
    let source = Source {
        id: new_id(),
        session_id: run.session_id.clone(),
        number: sources::next_number(conn, &run.session_id)?,
        origin: origin.clone(),
        url: url.clone(),
        title: title.chars().take(LONGEST_TITLE).collect(),
        content: text.clone(),
        sha256,
        fetched_at: Time::now(),
    };
    sources::insert(conn, &source)?;
    Ok(Gathered::Kept(source.number))
}

/// The SHA-256 of a text, in hexadecimal.
pub fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
