//! The steps of a research in their order. Whoever begins here again finds in the journal what is done.

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::asking::{Question, ask};
use super::desk::{Allowance, Desk};
use super::evidence;
use super::gathering::Pages;
use super::halt::Halt;
use super::journal::{Label, Told};
use super::keeping::{self, Version};
use super::planning::{self, one_line};
use super::question::{self, Researched};
use super::report::{self, Opening, Part, Whole};
use super::request::Request;
use super::verifying::{Checked, verbatim, verify};
use super::writing::write;
use crate::db::DbConn;
use crate::models::plan::{Plan, PlanContent, PlanJson, PlanStatus};
use crate::models::report::Figures;
use crate::repositories::plans;
use crate::runs::{Progress, RunFailure, kind};

/// Open questions that a model may find, at most.
const MOST_OPEN: usize = 5;

const OPEN: &str = "Which questions does this report leave open that would be worth finding out? At most 5, none when there are \
     none, in the language of the report. Shape: {\"questions\": [string]}";

/// Researches what is asked, as far as nobody needs to be asked.
///
/// # Errors
/// `Asks` when its member decides next, and when the database fails.
pub async fn research(desk: &Desk<'_>, request: &Request) -> Result<Progress, Halt> {
    if let Some(question) = planning::clarify(desk, request).await? {
        return say(desk, &question);
    }
    let planned = planning::plan(desk, request).await?;
    let plan = approved(desk).await?;
    let researched = match gather(desk, &plan).await {
        Err(Halt::Asks) => return Err(pause(desk).await?),
        other => other?,
    };
    let mut parts = Vec::new();
    for ((number, text), researched) in numbered(&plan.questions).zip(&researched) {
        parts.push(section(desk, &plan, (number, text), researched).await?);
    }
    let open = open_questions(desk, &plan, &parts).await?;
    let whole = assemble(desk, &planned.title, parts, open).await?;
    finish(desk, whole).await
}

/// Questions with their numbers.
pub(super) fn numbered(questions: &[String]) -> impl Iterator<Item = (i64, &str)> {
    (1..).zip(questions).map(|(number, text)| (number, text.as_str()))
}

/// The plan, if its member has approved it.
async fn approved(desk: &Desk<'_>) -> Result<PlanContent, Halt> {
    let gone = || RunFailure { code: "internal", cause: "the run has no plan".into() };
    let mut plan = desk.plan().await?.ok_or_else(gone)?;
    if plan.status == PlanStatus::Rejected {
        // Who goes on with what they rejected is asked again.
        set(desk, "proposed", PlanStatus::Proposed).await?;
        plan.status = PlanStatus::Proposed;
    }
    let label = Label { key: "approval", name: "approval", question: None, detail: "" };
    tell(desk, plan.clone())?;
    match plan.status {
        PlanStatus::Approved => {
            desk.journal.tell_end(label, &Approved);
            plan.content.read().map_err(super::halt::internal)
        }
        PlanStatus::Proposed | PlanStatus::Paused | PlanStatus::Rejected => {
            desk.journal.tell_begin(label);
            Err(Halt::Asks)
        }
    }
}

struct Approved;

impl Told for Approved {}

fn tell(desk: &Desk<'_>, plan: Plan) -> Result<(), Halt> {
    let plan = PlanJson::try_from(plan).map_err(super::halt::internal)?;
    desk.context.tell(kind::PLAN, &json!(plan));
    Ok(())
}

/// Asks the member how to go on, because the budget is nearly spent.
async fn pause(desk: &Desk<'_>) -> Result<Halt, Halt> {
    set(desk, "paused", PlanStatus::Paused).await?;
    if let Some(plan) = desk.plan().await? {
        tell(desk, plan)?;
    }
    Ok(Halt::Asks)
}

/// Notes how the plan stands, under that key.
async fn set(desk: &Desk<'_>, key: &str, status: PlanStatus) -> Result<(), Halt> {
    let run = desk.run().id.clone();
    let set = move |conn: &mut DbConn| match plans::find_optional(conn, &run)? {
        Some(plan) => plans::update(conn, &run, status, &plan.content, None),
        None => Ok(()),
    };
    desk.journal.keep(key, set).await
}

/// Researches all questions of a plan, some at once; what became of each.
async fn gather(desk: &Desk<'_>, plan: &PlanContent) -> Result<Vec<Researched>, Halt> {
    let pages = Pages::default();
    let at_once = usize::try_from(desk.config.parallel).unwrap_or(1);
    let pages = &pages;
    let one = async |(number, text): (i64, &str)| one_question(desk, plan, pages, (number, text)).await;
    let all: Vec<_> = stream::iter(numbered(&plan.questions)).map(one).buffered(at_once).collect().await;
    all.into_iter().collect()
}

async fn one_question(
    desk: &Desk<'_>,
    plan: &PlanContent,
    pages: &Pages,
    (number, text): (i64, &str),
) -> Result<Researched, Halt> {
    let key = format!("q{number}");
    let label = Label { key: &key, name: "research", question: Some(number), detail: text };
    let work = question::research(desk, plan, pages, (number, text), &[]);
    desk.journal.step(label, work).await
}

/// A section as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    checked: Vec<Checked>,
    by_model: bool,
}

impl Told for Kept {
    fn count(&self) -> Option<usize> {
        Some(self.checked.len())
    }
}

/// The part of the report about a question.
///
/// # Errors
/// When the database fails.
pub(super) async fn section(
    desk: &Desk<'_>,
    plan: &PlanContent,
    (number, text): (i64, &str),
    researched: &Researched,
) -> Result<Part, Halt> {
    let notes = evidence::load(desk, number).await?;
    if notes.is_empty() {
        let failure = researched.failure.as_deref().unwrap_or("nothing_found");
        return Ok(report::empty_part((number, text), failure, desk.locale));
    }
    let (write_key, verify_key) = (format!("q{number}.write"), format!("q{number}.verify"));
    let label = |key, name| Label { key, name, question: Some(number), detail: "" };
    let draft = desk.journal.step(label(&write_key, "write"), write(desk, plan, text, &notes)).await?;
    let work = async {
        let by_model = draft.by_model;
        let checked = verify(desk, plan, draft, &notes).await?;
        Ok(match checked.is_empty() {
            true => Kept { checked: verbatim(&notes), by_model: false },
            false => Kept { checked, by_model },
        })
    };
    let kept = desk.journal.step(label(&verify_key, "verify"), work).await?;
    Ok(report::part((number, text), &kept.checked, &notes, kept.by_model))
}

/// What a model finds still open.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Open {
    questions: Vec<String>,
}

impl Told for Open {
    fn count(&self) -> Option<usize> {
        Some(self.questions.len())
    }
}

/// Questions of the plan without an answer, and those that a model sees.
async fn open_questions(desk: &Desk<'_>, plan: &PlanContent, parts: &[Part]) -> Result<Vec<String>, Halt> {
    let mut open: Vec<String> =
        parts.iter().filter(|part| part.failure.is_some()).map(|part| part.heading.clone()).collect();
    let has_text = parts.iter().any(|part| part.failure.is_none());
    let is_kept = desk.journal.find::<Open>("open").is_some();
    if is_kept || desk.has_model() && has_text && desk.allowance(plan) != Allowance::Ask {
        let label = Label { key: "open", name: "open", question: None, detail: "" };
        let work = async {
            let texts: Vec<_> = parts.iter().map(|part| format!("{}\n{}", part.heading, part.text)).collect();
            let asked = Question { task: OPEN.to_owned(), material: texts.join("\n\n") };
            Ok(Open { questions: ask(desk, Some(plan), asked, accept_open).await?.unwrap_or_default() })
        };
        open.extend(desk.journal.step(label, work).await?.questions);
    }
    Ok(open)
}

fn accept_open(said: Open) -> Option<Vec<String>> {
    let lines = said.questions.iter().filter_map(|question| one_line(question, 200));
    Some(lines.take(MOST_OPEN).collect())
}

async fn assemble(desk: &Desk<'_>, title: &str, parts: Vec<Part>, open: Vec<String>) -> Result<Whole, Halt> {
    let opening = Opening { title, mode: desk.mode(), figures: figures(desk).await?, locale: desk.locale };
    Ok(report::assemble(&opening, parts, open))
}

/// What the work of the run was.
///
/// # Errors
/// When the database fails.
pub(super) async fn figures(desk: &Desk<'_>) -> Result<Figures, Halt> {
    let run = desk.run().id.clone();
    let taken = desk.db().read(move |conn| crate::repositories::notes::list_of_run(conn, &run)).await;
    let notes = i64::try_from(taken.map_err(super::halt::internal)?.len()).unwrap_or_default();
    let spent = desk.journal.spent();
    Ok(Figures { searches: spent.searches, pages: spent.pages, notes })
}

async fn finish(desk: &Desk<'_>, whole: Whole) -> Result<Progress, Halt> {
    let title = whole.content.title.clone();
    let label = Label { key: "report", name: "report", question: None, detail: &title };
    let (run, mode) = (desk.run().clone(), desk.mode());
    let store = move |conn: &mut DbConn, whole: &Whole| keeping::first_version(conn, &run, mode, whole);
    let made: Version = desk.journal.step_with(label, async { Ok(whole) }, store).await?;
    let (artifact, text) = keeping::load(desk, &made).await?;
    desk.context.tell(kind::ARTIFACT, &json!({ "artifact": artifact }));
    say(desk, &text)
}

/// Makes `text` the answer. What of it was said before the process died is not said again.
///
/// # Errors
/// When it is longer than an answer may be.
pub(super) fn say(desk: &Desk<'_>, text: &str) -> Result<Progress, Halt> {
    let said = desk.context.answer().content;
    let rest = text.strip_prefix(said.as_str()).unwrap_or_default();
    match desk.context.text(rest) {
        // What is said here has cost nothing, whatever was spent before.
        Err(failure) if failure.code != "budget_spent" => Err(failure.into()),
        _ => Ok(Progress::Done),
    }
}
