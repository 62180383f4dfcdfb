//! What members do with the plan of a research: approve it, change it, reject it, or say how to go on.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::db::{DailyTokens, DbConn, Json, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::plan::{Budget, Plan, PlanContent, PlanStatus};
use crate::models::run::{Run, RunStatus};
use crate::models::user::User;
use crate::repositories::{plans, runs};
use crate::runs::cancel_idle;
use crate::services::text::{parse_line, parse_lines};
use crate::services::{budgets, runs as run_service};

/// Longest brief, in bytes.
const BRIEF: usize = 16 * 1024;
/// Longest question, in characters.
const QUESTION: usize = 500;
/// Most questions of a plan.
const QUESTIONS: usize = 12;
/// What a budget may be.
const TOKENS: std::ops::RangeInclusive<i64> = 1_000..=10_000_000;
const PAGES: std::ops::RangeInclusive<i64> = 1..=500;
const MINUTES: std::ops::RangeInclusive<i64> = 1..=600;

/// What a member says to a plan.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Decision {
    /// `approve`: go on, with the changed plan if there is one. `edit`: keep the changed plan and wait on. `reject`: end the
    /// run. `finish`: gather no more and write the report, once the budget is nearly spent.
    #[schema(value_type = String, example = "approve")]
    pub action: Option<String>,
    /// What is to be different.
    #[schema(example = json!({ "questions": ["谁最早提出这个说法？"] }))]
    pub plan: Option<PlanChanges>,
}

/// Changes of a plan; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PlanChanges {
    /// What is to be found out, at most 16 KiB.
    #[schema(example = "这个说法的来历")]
    pub brief: Option<String>,
    /// The questions, 1 to 12 of at most 500 characters; blank ones are left out.
    #[schema(example = json!(["谁最早提出这个说法？"]))]
    pub questions: Option<Vec<String>>,
    /// The places to be searched, one at least.
    #[schema(example = json!(["library"]))]
    pub sources: Option<Vec<String>>,
    /// What it may spend.
    pub budget: Option<Budget>,
}

/// Under which terms plans are decided about here.
#[derive(Clone, Debug, Default)]
pub struct PlanTerms {
    /// The places that can be searched.
    pub sources: Vec<String>,
    /// What members may spend a day who have no budget of their own.
    pub daily_tokens: DailyTokens,
}

/// A run and its plan.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The run, in the queue again unless it waits on or is over.
    pub run: Run,
    /// The plan as it is now.
    pub plan: Plan,
}

/// The plan of a member's run; `None` when it has none yet.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn find_optional(conn: &mut DbConn, owner: &User, run: &str) -> AppResult<Option<Plan>> {
    let run = run_service::find(conn, owner, run)?;
    plans::find_optional(conn, &run.id)
}

/// Does with a waiting plan what its member says.
///
/// # Errors
/// `NotFound`, `Conflict("not_waiting")`, `Invalid` with the fields that are wrong, or `BudgetSpent`.
pub fn decide(
    conn: &mut DbConn,
    owner: &User,
    run: &str,
    decision: &Decision,
    terms: &PlanTerms,
) -> AppResult<Decided> {
    let run = run_service::find(conn, owner, run)?;
    let plan = plans::find_optional(conn, &run.id)?;
    let plan = plan.filter(|_| run.status == RunStatus::Waiting).ok_or(AppError::Conflict("not_waiting"))?;
    let mut content = plan.content.read()?;
    if let Some(changes) = &decision.plan {
        change(&mut content, changes, terms)?;
    }
    let status = match decision.action.as_deref().unwrap_or_default() {
        "edit" => plan.status,
        "approve" => {
            let has_own = decision.plan.as_ref().is_some_and(|changes| changes.budget.is_some());
            if plan.status == PlanStatus::Paused && !has_own {
                content.budget = twice(content.budget);
            }
            PlanStatus::Approved
        }
        "finish" if plan.status == PlanStatus::Paused => {
            content.finish = true;
            PlanStatus::Approved
        }
        "reject" => PlanStatus::Rejected,
        _ => return Err(AppError::field("action", "unknown_value")),
    };
    let content = Json::write(&content)?;
    plans::update(conn, &run.id, status, &content, Some(Time::now()))?;
    let run = carry_out(conn, owner, run, status, terms)?;
    Ok(Decided { run, plan: Plan { status, content, decided_at: Some(Time::now()), ..plan } })
}

fn carry_out(
    conn: &mut DbConn,
    owner: &User,
    run: Run,
    status: PlanStatus,
    terms: &PlanTerms,
) -> AppResult<Run> {
    match status {
        PlanStatus::Proposed | PlanStatus::Paused => Ok(run),
        PlanStatus::Rejected => {
            cancel_idle(conn, &run)?;
            runs::find_optional(conn, &run.id)?.ok_or(AppError::NotFound(Thing::Resource))
        }
        PlanStatus::Approved => {
            budgets::require(conn, &owner.id, terms.daily_tokens)?;
            let queued = runs::requeue(conn, &run.id, RunStatus::Waiting)?;
            queued.ok_or(AppError::Conflict("not_waiting"))
        }
    }
}

/// Twice as much, as far as that is allowed: what a research that is paused is offered.
pub fn twice(budget: Budget) -> Budget {
    Budget {
        tokens: budget.tokens.saturating_mul(2).min(*TOKENS.end()),
        pages: budget.pages.saturating_mul(2).min(*PAGES.end()),
        minutes: budget.minutes.saturating_mul(2).min(*MINUTES.end()),
    }
}

fn change(content: &mut PlanContent, changes: &PlanChanges, terms: &PlanTerms) -> AppResult<()> {
    if let Some(brief) = &changes.brief {
        content.brief = parse_lines("brief", brief, BRIEF)?.trim().to_owned();
    }
    if let Some(questions) = &changes.questions {
        content.questions = parse_questions(questions)?;
    }
    if let Some(sources) = &changes.sources {
        content.sources = parse_sources(sources, terms)?;
    }
    if let Some(budget) = changes.budget {
        content.budget = check(budget)?;
    }
    Ok(())
}

fn parse_questions(questions: &[String]) -> AppResult<Vec<String>> {
    let written = questions.iter().filter(|question| !question.trim().is_empty());
    let parsed: Vec<String> =
        written.map(|question| parse_line("questions", question, QUESTION)).collect::<AppResult<_>>()?;
    match parsed.len() {
        0 => Err(AppError::field("questions", "required")),
        1..=QUESTIONS => Ok(parsed),
        _ => Err(AppError::field("questions", "too_many")),
    }
}

fn parse_sources(sources: &[String], terms: &PlanTerms) -> AppResult<Vec<String>> {
    if sources.is_empty() {
        return Err(AppError::field("sources", "required"));
    }
    if sources.iter().any(|source| !terms.sources.contains(source)) {
        return Err(AppError::field("sources", "unknown_value"));
    }
    Ok(terms.sources.iter().filter(|known| sources.contains(known)).cloned().collect())
}

fn check(budget: Budget) -> AppResult<Budget> {
    let fields = [
        ("tokens", budget.tokens, TOKENS),
        ("pages", budget.pages, PAGES),
        ("minutes", budget.minutes, MINUTES),
    ];
    match fields.into_iter().find(|(_, value, range)| !range.contains(value)) {
        Some((field, ..)) => Err(AppError::field(field, "out_of_range")),
        None => Ok(budget),
    }
}
