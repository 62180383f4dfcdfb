//! Reads what stands behind a report: what its researches had planned, searched, read and noted down by then, so that the
//! same report gives the same bundle whatever its session does later.

use std::collections::{BTreeSet, HashMap};

use super::bundle::{MOST_TEXT, NoteEntry, Query, passage};
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::plan::PlanJson;
use crate::models::report::Report;
use crate::models::source::{Source, SourceSummary};
use crate::models::step::Step;
use crate::models::user::User;
use crate::repositories::{notes, plans, reports, run_events, runs, sources};
use crate::runs::kind;
use crate::services::research::reports::{FullReport, find};
use crate::services::research::steps;

/// Everything that a bundle is made of, but for the report as a page.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The report.
    pub report: FullReport,
    /// The model that was asked.
    pub model: Option<String>,
    /// What was going to be done.
    pub plan: Option<PlanJson>,
    /// What was searched for.
    pub queries: Vec<Query>,
    /// What was read, in the order of the numbers.
    pub sources: Vec<Source>,
    /// What was noted down.
    pub notes: Vec<NoteEntry>,
}

/// What stands behind a member's report: that of the newest version of an artifact, or of `version`.
///
/// # Errors
/// Those of [`find`]; `Conflict("research_gone")` when the session was deleted, and what it had read with it;
/// `Conflict("evidence_too_large")` beyond 64 MiB of text.
pub fn gather(conn: &mut DbConn, owner: &User, artifact: &str, version: Option<&str>) -> AppResult<Evidence> {
    let report = find(conn, owner, artifact, version)?;
    let session = report.row.session_id.clone().ok_or(AppError::Conflict("research_gone"))?;
    let made_by = reports::list_until(conn, &report.row.artifact_id, report.row.version)?;
    let (mut plan, mut queries) = (None, Vec::new());
    for run in made_by.iter().map(|row| row.run_id.as_str()) {
        plan = plans::find_optional(conn, run)?.or(plan);
        queries.append(&mut searches(conn, run)?);
    }
    let sources = read(conn, &session, &report)?;
    Ok(Evidence {
        model: runs::find_optional(conn, &report.row.run_id)?.map(|run| run.model),
        plan: plan.map(TryInto::try_into).transpose()?,
        queries,
        notes: noted(conn, &session, &report.row, &sources)?,
        sources,
        report,
    })
}

/// What a run has searched for; the last event of a step counts.
fn searches(conn: &mut DbConn, run: &str) -> AppResult<Vec<Query>> {
    let rows = run_events::list_of_kind(conn, &[run], kind::STEP)?;
    let searches = steps::latest(&rows).into_iter().filter(|step| step.name == "search");
    let query = |step: Step| Query {
        question: step.question,
        query: step.detail.unwrap_or_default(),
        status: step.status.as_str().to_owned(),
        found: step.count,
    };
    Ok(searches.map(query).collect())
}

/// What was read before the report was made, and what it cites.
fn read(conn: &mut DbConn, session: &str, report: &FullReport) -> AppResult<Vec<Source>> {
    let cited: BTreeSet<i64> = report.content.citations.iter().filter_map(|one| one.source).collect();
    let by_then =
        |one: &SourceSummary| one.fetched_at <= report.row.created_at || cited.contains(&one.number);
    let mut size = report.artifact.content.len();
    let mut kept = Vec::new();
    for summary in sources::list(conn, session)?.iter().filter(|one| by_then(one)) {
        let source = sources::find(conn, session, summary.number)?;
        size += source.content.len();
        if size > MOST_TEXT {
            return Err(AppError::Conflict("evidence_too_large"));
        }
        kept.push(source);
    }
    Ok(kept)
}

fn noted(conn: &mut DbConn, session: &str, report: &Report, sources: &[Source]) -> AppResult<Vec<NoteEntry>> {
    let known: HashMap<&str, &Source> = sources.iter().map(|source| (source.id.as_str(), source)).collect();
    let rows = notes::list_of_session(conn, session)?.into_iter();
    let by_then = rows.filter(|note| note.created_at <= report.created_at);
    let entry = |note: crate::models::note::Note| {
        let source = known.get(note.source_id.as_str())?;
        let quote = passage(&source.content, note.start_byte, note.end_byte);
        Some(NoteEntry {
            question: note.question,
            source: source.number,
            start: note.start_byte,
            end: note.end_byte,
            quote: quote.unwrap_or_default().to_owned(),
            claim: note.claim,
            created_at: note.created_at,
        })
    };
    Ok(by_then.filter_map(entry).collect())
}
