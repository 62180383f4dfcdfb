//! A question about what a research has gathered: answered from its sources first, and only then from new ones.

use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::gathering::Pages;
use super::graph::{say, section};
use super::halt::{Halt, internal};
use super::journal::{Label, Told};
use super::keeping::cite;
use super::report::{Part, definitions};
use super::request::Request;
use super::{noting, question};
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::plan::{Budget, PlanContent, PlanStatus};
use crate::repositories::{plans, sources};
use crate::runs::Progress;

/// Sources that are read for one question.
const MOST_SOURCES: usize = 4;
/// The only question that such a run has.
const ONLY: i64 = 1;

/// Numbers of sources that are read before anything is searched for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Fitting(Vec<i64>);

impl Told for Fitting {
    fn count(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// Answers with footnotes; no report is made of it.
///
/// # Errors
/// When the database fails.
pub async fn answer(desk: &Desk<'_>, request: &Request) -> Result<Progress, Halt> {
    let (plan, known) = gathered(desk).await?;
    // Kept, because what is read for the answer counts among the sources from then on.
    let label = Label { key: "known", name: "choose", question: Some(ONLY), detail: "" };
    let choosing =
        async { noting::most_fitting(desk, &request.text, &known, MOST_SOURCES).await.map(Fitting) };
    let Fitting(fitting) = desk.journal.step(label, choosing).await?;
    let part = find_out(desk, &plan, &request.text, &fitting).await?;
    let (run, citations) = (desk.run().clone(), part.citations.clone());
    desk.journal.keep("cited", move |conn| cite(conn, &run, &citations)).await?;
    say(desk, &format!("{}\n{}", part.text, definitions(&part.citations, desk.locale)))
}

/// Researches one question beyond any plan, and writes about it.
///
/// # Errors
/// When the database fails.
pub async fn find_out(desk: &Desk<'_>, plan: &PlanContent, text: &str, known: &[i64]) -> Result<Part, Halt> {
    let pages = Pages::default();
    let label = Label { key: "q1", name: "research", question: Some(ONLY), detail: text };
    let work = question::research(desk, plan, &pages, (ONLY, text), known);
    let researched = desk.journal.step(label, work).await?;
    section(desk, plan, (ONLY, text), &researched).await
}

/// The plan that the session's last research had, with a budget of its own; and the numbers of all its sources.
async fn gathered(desk: &Desk<'_>) -> Result<(PlanContent, Vec<i64>), Halt> {
    let session = desk.run().session_id.clone();
    let read = move |conn: &mut DbConn| {
        let known = sources::list(conn, &session)?.into_iter().map(|source| source.number).collect();
        Ok((last_plan(conn, &session)?, known))
    };
    let (last, known): (Option<PlanContent>, Vec<i64>) = desk.db().read(read).await.map_err(internal)?;
    Ok((fresh_plan(desk, last), known))
}

fn last_plan(conn: &mut DbConn, session: &str) -> AppResult<Option<PlanContent>> {
    let approved = plans::list(conn, session)?.into_iter().rfind(|plan| plan.status == PlanStatus::Approved);
    approved.map(|plan| plan.content.read()).transpose()
}

/// What a run without a plan of its own goes by: nobody is asked about it.
pub fn fresh_plan(desk: &Desk<'_>, last: Option<PlanContent>) -> PlanContent {
    let config = desk.config;
    let budget =
        Budget { tokens: config.tokens.into(), pages: config.pages.into(), minutes: config.minutes.into() };
    let names = desk.places.names();
    let (brief, mut wanted) = last.map_or_else(Default::default, |plan| (plan.brief, plan.sources));
    wanted.retain(|source| names.contains(source));
    let sources = if wanted.is_empty() { names } else { wanted };
    PlanContent { brief, questions: Vec::new(), sources, missing: Vec::new(), budget, finish: false }
}
