//! From a request to a plan that its member approves.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::asking::{Question, ask};
use super::desk::Desk;
use super::halt::Halt;
use super::journal::{Label, Told};
use super::request::Request;
use crate::db::{DbConn, Json, Time};
use crate::error::AppResult;
use crate::models::plan::{Budget, Plan, PlanContent, PlanStatus};
use crate::models::run::Run;
use crate::passages::questions;
use crate::repositories::{chat_sessions, plans};
use crate::runs::kind;

/// Sub-questions of a plan at the most, and the longest in characters.
const MOST_QUESTIONS: usize = 6;
const LONGEST_QUESTION: usize = 300;
/// Longest brief of a plan that a model writes, in characters.
const LONGEST_BRIEF: usize = 2_000;

const CLARIFY: &str = "Decide whether this request can be researched as it is. Only when it is so ambiguous that different \
     readings would lead to altogether different researches, ask one short question in the language of the request. \
     Shape: {\"question\": string or null}";

const PLAN: &str = "Plan a research for this request, in the language of the request: a title of at most ten words, a brief \
     of two or three sentences that says what is to be found out, and 2 to 6 questions, each of which can be searched for by \
     itself. Shape: {\"title\": string, \"brief\": string, \"questions\": [string]}";

/// Whether the member is asked back, and what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Clarified {
    /// The question to the member.
    question: Option<String>,
}

impl Told for Clarified {}

/// What is asked back before anything is planned: nothing, unless a model finds the request truly ambiguous.
///
/// # Errors
/// When the database fails.
pub async fn clarify(desk: &Desk<'_>, request: &Request) -> Result<Option<String>, Halt> {
    if request.clarified || !desk.has_model() {
        return Ok(None);
    }
    let label = Label { key: "clarify", name: "clarify", question: None, detail: "" };
    let work = async {
        let question = Question { task: CLARIFY.to_owned(), material: request.text.clone() };
        let accept = |clarified: Clarified| Some(clarified.question.and_then(|text| one_line(&text, 500)));
        Ok(Clarified { question: ask(desk, None, question, accept).await?.flatten() })
    };
    Ok(desk.journal.step(label, work).await?.question)
}

/// A plan as a model makes it.
#[derive(Deserialize)]
struct Draft {
    title: String,
    brief: String,
    questions: Vec<String>,
}

/// What is kept of planning, beside the plan's own row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Planned {
    /// What the research is called.
    pub title: String,
    /// How many questions it has.
    questions: usize,
    /// Whether the session, which nobody had named, is called so now.
    named: bool,
}

impl Told for Planned {
    fn count(&self) -> Option<usize> {
        Some(self.questions)
    }
}

/// Makes the plan and keeps it; what the research is called.
///
/// # Errors
/// When the database fails.
pub async fn plan(desk: &Desk<'_>, request: &Request) -> Result<Planned, Halt> {
    let label = Label { key: "plan", name: "plan", question: None, detail: "" };
    let work = async {
        let question = Question { task: PLAN.to_owned(), material: request.text.clone() };
        let (title, brief, questions) = match ask(desk, None, question, accept).await? {
            Some(Draft { title, brief, questions }) => (title, brief, questions),
            None => (request.title(), request.text.clone(), questions(&request.text, MOST_QUESTIONS)),
        };
        let config = desk.config;
        let budget = Budget {
            tokens: config.tokens.into(),
            pages: config.pages.into(),
            minutes: config.minutes.into(),
        };
        let (sources, missing) = (desk.places.names(), desk.places.missing());
        Ok((title, PlanContent { brief, questions, sources, missing, budget, finish: false }))
    };
    let (run, unattended) = (desk.run().clone(), desk.unattended);
    let store = move |conn: &mut DbConn, (title, content): &(String, PlanContent)| {
        keep(conn, &run, title, content, unattended)
    };
    let is_new = desk.journal.find::<Planned>(label.key).is_none();
    let planned = desk.journal.step_with(label, work, store).await?;
    if is_new && planned.named {
        desk.context
            .tell(kind::TITLE, &json!({ "session_id": desk.run().session_id, "name": planned.title }));
    }
    Ok(planned)
}

fn keep(
    conn: &mut DbConn,
    run: &Run,
    title: &str,
    content: &PlanContent,
    unattended: bool,
) -> AppResult<Planned> {
    let (now, questions) = (Time::now(), content.questions.len());
    let plan = Plan {
        run_id: run.id.clone(),
        session_id: run.session_id.clone(),
        status: if unattended { PlanStatus::Approved } else { PlanStatus::Proposed },
        content: Json::write(content)?,
        created_at: now,
        decided_at: unattended.then_some(now),
    };
    plans::put(conn, &plan)?;
    let named = chat_sessions::name_unnamed(conn, &run.session_id, title)?;
    Ok(Planned { title: title.to_owned(), questions, named })
}

/// A draft that can be carried out.
fn accept(draft: Draft) -> Option<Draft> {
    let questions: Vec<String> = draft
        .questions
        .iter()
        .filter_map(|question| one_line(question, LONGEST_QUESTION))
        .take(MOST_QUESTIONS)
        .collect();
    let brief = draft.brief.replace('\0', "").trim().chars().take(LONGEST_BRIEF).collect::<String>();
    let title = one_line(&draft.title, 80)?;
    (!questions.is_empty() && !brief.is_empty()).then_some(Draft { title, brief, questions })
}

/// A text as one line of at most `longest` characters; `None` when nothing is left of it.
pub(super) fn one_line(text: &str, longest: usize) -> Option<String> {
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line: String = line.collect::<Vec<_>>().join(" ").chars().take(longest).collect();
    (!line.is_empty()).then_some(line)
}
