//! One question of a plan: search, choose, fetch, read and take notes, again while that brings something new.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::asking::{Question, ask};
use super::choosing::choose;
use super::desk::{Allowance, Desk};
use super::gathering::{Pages, fetch, search};
use super::halt::Halt;
use super::journal::{Label, Told};
use super::noting;
use super::planning::one_line;
use crate::models::plan::PlanContent;
use crate::models::step::StepStatus;
use crate::passages::keywords;

/// Notes with which fixed rules are content.
const ENOUGH: usize = 3;
/// Longest query that a model writes, in characters.
const LONGEST_QUERY: usize = 200;

const QUERY: &str =
    "Write one query for a search engine that finds what answers the question. Shape: {\"query\": string}";

const DECIDE: &str = "Are these notes enough to answer the question? If not, write one other query for a search engine that may \
     find what is missing. Shape: {\"enough\": boolean, \"query\": string or null}";

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Researched {
    /// Notes taken.
    pub notes: usize,
    /// Why nothing was found: a stable code. `None` when there are notes.
    pub failure: Option<String>,
}

impl Told for Researched {
    fn count(&self) -> Option<usize> {
        Some(self.notes)
    }

    fn status(&self) -> StepStatus {
        if self.failure.is_some() { StepStatus::Failed } else { StepStatus::Done }
    }

    fn code(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}

/// What to search for next; `None` when it is enough.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Next(Option<String>);

impl Told for Next {
    fn status(&self) -> StepStatus {
        if self.0.is_some() { StepStatus::Done } else { StepStatus::Skipped }
    }
}

/// Researches question `number` of a plan. `known` are numbers of sources that are there already and are read first.
///
/// # Errors
/// `Asks` when the budget is nearly spent, and when the database fails.
pub async fn research(
    desk: &Desk<'_>,
    plan: &PlanContent,
    pages: &Pages,
    (number, text): (i64, &str),
    known: &[i64],
) -> Result<Researched, Halt> {
    let mut notes = noting::take(desk, plan, (number, text), 0, known).await?;
    let mut seen: HashSet<i64> = known.iter().copied().collect();
    let mut tried: HashSet<String> = HashSet::new();
    let mut failure = "nothing_found";
    // With something in hand the first question is whether that is enough.
    let first = if notes > 0 { 2 } else { 1 };
    for round in first..=desk.config.rounds {
        let Some(words) = next_query(desk, plan, (number, text), round, notes).await? else { break };
        if out_of_budget(desk, plan)? {
            failure = "budget_of_plan";
            break;
        }
        let searched = search(desk, plan, number, round, &words).await?;
        if searched.found.is_empty() && !searched.failed.is_empty() {
            failure = "search_failed";
        }
        let new = searched.found.into_iter().filter(|found| tried.insert(found.url.clone())).collect();
        let chosen = choose(desk, plan, (number, text), round, new).await?;
        let kept = fetch(desk, plan, pages, number, chosen).await?;
        let fresh: Vec<i64> = kept.into_iter().filter(|kept| seen.insert(*kept)).collect();
        let taken = noting::take(desk, plan, (number, text), round, &fresh).await?;
        notes += taken;
        if taken == 0 && round > 1 {
            break;
        }
    }
    let failure = (notes == 0).then(|| failure.to_owned());
    Ok(Researched { notes, failure })
}

/// Whether no more is to be gathered.
fn out_of_budget(desk: &Desk<'_>, plan: &PlanContent) -> Result<bool, Halt> {
    match desk.allowance(plan) {
        Allowance::Gather => Ok(false),
        Allowance::Ask => Err(Halt::Asks),
        Allowance::Finish => Ok(true),
    }
}

/// A query as a model writes it.
#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    enough: bool,
    #[serde(default)]
    query: Option<String>,
}

async fn next_query(
    desk: &Desk<'_>,
    plan: &PlanContent,
    (number, text): (i64, &str),
    round: u32,
    notes: usize,
) -> Result<Option<String>, Halt> {
    if !desk.has_model() {
        return Ok(by_rules(plan, text, round, notes));
    }
    let key = format!("q{number}.decide.{round}");
    let name = if round == 1 { "query" } else { "decide" };
    let label = Label { key: &key, name, question: Some(number), detail: "" };
    let work = async {
        let task = if round == 1 { QUERY } else { DECIDE };
        let material = match round {
            1 => format!("Question: {text}\n\nThe whole research: {}", plan.brief),
            _ => format!("Question: {text}\n\n{}", super::writing::listed(desk, number).await?),
        };
        let asked = Question { task: task.to_owned(), material };
        let accept = |said: Query| match (said.enough && round > 1, said.query) {
            (true, _) => Some(None),
            (false, query) => one_line(&query?, LONGEST_QUERY).map(Some),
        };
        let by_model = ask(desk, Some(plan), asked, accept).await?;
        Ok(Next(by_model.unwrap_or_else(|| by_rules(plan, text, round, notes))))
    };
    Ok(desk.journal.step(label, work).await?.0)
}

/// First the question's own words, then those of the whole research with them.
fn by_rules(plan: &PlanContent, text: &str, round: u32, notes: usize) -> Option<String> {
    match round {
        1 => Some(keywords(text)),
        2 if notes < ENOUGH => Some(keywords(&format!("{text} {}", plan.brief))),
        _ => None,
    }
}
