//! What pages show of researches: of answers what was planned, done and cited, of reports their passages where they stand.
//! Sessions and artifacts are found through their owner before.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;

use super::steps;
use super::surroundings::{around, beginning, ending};
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::artifact::Artifact;
use crate::models::message::{Message, MessageRole};
use crate::models::plan::Plan;
use crate::models::report::{Citation, Report, ReportContent, Verdict};
use crate::models::run::{Run, RunKind, RunStatus};
use crate::models::run_event::RunEventRow;
use crate::models::source::{Source, SourceSummary};
use crate::models::step::Step;
use crate::models::user::User;
use crate::repositories::{checkpoints, plans, reports, run_events, runs, sources};
use crate::runs::kind;
use crate::services::sessions;

/// Most reports that are offered to compare with.
const REPORTS: i64 = 100;
/// The step under which an agent keeps what it has spent.
const SPENT: &str = "spent";

/// What stands behind the messages of a session.
#[derive(Default)]
pub struct Researches {
    /// By the id of the answer.
    pub answers: HashMap<String, Behind>,
    /// All that the session has read, by number.
    pub sources: Vec<SourceSummary>,
    /// Whether there is a report in the session.
    pub reported: bool,
}

/// What stands behind an answer.
pub struct Behind {
    /// The run that made it, or is making it.
    pub run: Run,
    /// What it was or is going to do.
    pub plan: Option<Plan>,
    /// What it did.
    pub steps: Vec<Step>,
    /// The number of the last event of the run that these steps are as of.
    pub seen: i64,
    /// What it has spent beside tokens, while it waits.
    pub spent: Spent,
    /// What the answer cites.
    pub cited: Option<Cited>,
    /// What is known of the report that it is, or is a part of.
    pub report: Option<Known>,
}

/// What a research has spent beside tokens, as its agent keeps it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Spent {
    /// Pages fetched or taken from the library.
    pub pages: i64,
    /// Time at work.
    pub milliseconds: i64,
}

/// A report.
pub struct Known {
    /// The row.
    pub row: Report,
    /// What it says.
    pub content: ReportContent,
    /// Whether its session knows no newer version.
    pub newest: bool,
}

/// What a text cites.
pub struct Cited {
    /// The message that says so.
    pub message: String,
    /// The session with the sources; `None` when that is gone.
    pub session: Option<String>,
    /// In the order of its footnotes.
    pub passages: Vec<Passage>,
}

/// How a citation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it was judged.
    Judged(Verdict),
    /// What it cites is not kept any more.
    Gone,
}

/// A citation and where it stands in the kept text.
#[derive(Clone, Debug)]
pub struct Passage {
    /// What is cited for what.
    pub citation: Citation,
    /// How that stands.
    pub standing: Standing,
    /// What stands before the passage.
    pub before: String,
    /// What stands after it.
    pub after: String,
}

/// What stands behind `messages`, all of one session.
///
/// # Errors
/// When the database fails.
pub fn of_messages(conn: &mut DbConn, session: &str, messages: &[Message]) -> AppResult<Researches> {
    let kept = sources::list(conn, session)?;
    let written = reports::list(conn, session)?;
    let mut found = Researches {
        answers: answers(conn, messages)?,
        reported: !written.is_empty(),
        ..Researches::default()
    };
    for plan in plans::list(conn, session)? {
        if let Some(behind) = found.answers.values_mut().find(|behind| behind.run.id == plan.run_id) {
            behind.plan = Some(plan);
        }
    }
    let newest = |row: &Report| {
        written.iter().all(|other| other.artifact_id != row.artifact_id || other.version <= row.version)
    };
    for row in &written {
        if let Some(behind) = found.answers.get_mut(&row.message_id) {
            behind.report =
                Some(Known { row: row.clone(), content: row.content.read()?, newest: newest(row) });
        }
    }
    let cited = messages.iter().filter_map(|message| {
        let behind = found.answers.get(&message.id)?;
        Some((message.id.clone(), citations(behind, message))).filter(|(_, citations)| !citations.is_empty())
    });
    for cited in look_up(conn, Some(session), cited.collect(), &kept)? {
        if let Some(behind) = found.answers.get_mut(&cited.message) {
            behind.cited = Some(cited);
        }
    }
    found.sources = kept;
    Ok(found)
}

/// The runs behind messages with what they did. A run that goes on with the work of another one has its plan, and its steps
/// follow those.
fn answers(conn: &mut DbConn, messages: &[Message]) -> AppResult<HashMap<String, Behind>> {
    let ids = messages.iter().filter(|message| message.role == MessageRole::Assistant);
    let ids: Vec<&str> = ids.map(|message| message.id.as_str()).collect();
    let mut made = runs::list_of_messages(conn, &ids)?;
    made.retain(|run| run.kind != RunKind::Chat);
    let ids: Vec<&str> = made.iter().map(|run| run.id.as_str()).collect();
    let events = run_events::list_of_kind(conn, &ids, kind::STEP)?;
    let mut done: HashMap<String, Vec<&RunEventRow>> = HashMap::new();
    let mut answers = HashMap::new();
    for run in made {
        let own: Vec<&RunEventRow> = events.iter().filter(|event| event.run_id == run.id).collect();
        let seen = own.last().map(|event| event.last_seq).unwrap_or_default();
        let all = done.entry(run.message_id.clone()).or_default();
        all.extend(own);
        let (spent, steps) = (spent(conn, &run)?, steps::latest(all.iter().copied()));
        let behind = Behind { plan: None, steps, seen, spent, cited: None, report: None, run };
        answers.insert(behind.run.message_id.clone(), behind);
    }
    Ok(answers)
}

/// What a run that waits has spent. Of others nobody is told.
fn spent(conn: &mut DbConn, run: &Run) -> AppResult<Spent> {
    let kept = match run.status {
        RunStatus::Waiting => checkpoints::find_optional(conn, &run.id, SPENT)?,
        _ => None,
    };
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// What an answer cites: a whole report as its row tells, any other as the message does.
fn citations(behind: &Behind, message: &Message) -> Vec<Citation> {
    match &behind.report {
        Some(report) if behind.run.kind == RunKind::Research => report.content.citations.clone(),
        _ => serde_json::from_str(&message.citations).unwrap_or_default(),
    }
}

/// What is known of a version of an artifact when it is a report, what it cites, and the sources of that which are kept.
///
/// # Errors
/// When the database fails.
pub fn of_artifact(
    conn: &mut DbConn,
    artifact: &Artifact,
) -> AppResult<Option<(Known, Cited, Vec<SourceSummary>)>> {
    let Some(row) = reports::find_optional(conn, &artifact.id, artifact.version)? else { return Ok(None) };
    let kept = match &row.session_id {
        Some(session) => sources::list(conn, session)?,
        None => Vec::new(),
    };
    let content = row.content.read()?;
    let cited = vec![(row.message_id.clone(), content.citations.clone())];
    let cited = look_up(conn, row.session_id.as_deref(), cited, &kept)?.pop();
    Ok(cited.map(|cited| (Known { row, content, newest: false }, cited, kept)))
}

/// What a member's session has read under a number.
///
/// # Errors
/// `NotFound` for an unknown session or number and for somebody else's.
pub fn source(conn: &mut DbConn, owner: &User, session: &str, number: &str) -> AppResult<Source> {
    let session = sessions::find(conn, owner, session)?;
    sources::find(conn, &session.id, number.parse().unwrap_or_default())
}

/// A member's reports as they are now, with their artifacts' titles, newest first.
///
/// # Errors
/// When the database fails.
pub fn reports(conn: &mut DbConn, owner: &User) -> AppResult<Vec<(String, Report)>> {
    reports::list_owned(conn, &owner.id, REPORTS)
}

/// Looks up what messages of a session cite in the sources that it has `kept`.
fn look_up(
    conn: &mut DbConn,
    session: Option<&str>,
    messages: Vec<(String, Vec<Citation>)>,
    kept: &[SourceSummary],
) -> AppResult<Vec<Cited>> {
    let cited = messages.iter().flat_map(|(_, citations)| citations).filter_map(|citation| citation.source);
    let cited: BTreeSet<i64> =
        cited.filter(|number| kept.iter().any(|source| source.number == *number)).collect();
    let cited: Vec<i64> = cited.into_iter().collect();
    let texts = match session.filter(|_| !cited.is_empty()) {
        Some(session) => sources::list_numbered(conn, session, &cited)?,
        None => Vec::new(),
    };
    let texts: HashMap<i64, &str> = texts.iter().map(|text| (text.number, text.content.as_str())).collect();
    let looked_up = messages.into_iter().map(|(message, citations)| Cited {
        message,
        session: session.map(str::to_owned),
        passages: citations.into_iter().map(|citation| passage(citation, &texts)).collect(),
    });
    Ok(looked_up.collect())
}

fn passage(citation: Citation, texts: &HashMap<i64, &str>) -> Passage {
    let judged = Standing::Judged(citation.verdict);
    let (standing, before, after) = match citation.source.map(|number| texts.get(&number)) {
        None => (judged, String::new(), String::new()),
        Some(None) => (Standing::Gone, String::new(), String::new()),
        Some(Some(text)) => {
            let (before, _, after) = around(text, citation.start, citation.end);
            (judged, ending(before).to_owned(), beginning(after).to_owned())
        }
    };
    Passage { citation, standing, before, after }
}
