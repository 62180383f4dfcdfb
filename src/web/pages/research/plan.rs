//! The plan of a research: a form while it waits for its member, a card once they have decided.

use actix_session::Session;
use actix_web::HttpResponse;
use serde::Deserialize;

use super::place_name;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::plan::{Budget, PlanContent, PlanStatus};
use crate::models::run::{Run, RunStatus};
use crate::models::user::User;
use crate::services::research::plans::{self, Decision, PlanChanges};
use crate::services::research::view::{Behind, Spent};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Ids};
use crate::web::pages::chat::show::{ChatPage, Part};
use crate::web::pages::composer::Typed;
use crate::web::pages::form::Problems;
use crate::web::pages::number::grouped;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page_with};
use crate::web::{App, paths};

/// Empty boxes for more questions.
const MORE_QUESTIONS: usize = 2;

/// A plan, ready for display.
#[derive(Clone, Debug)]
pub struct PlanCard {
    /// Where its form goes.
    pub action: String,
    /// How it stands.
    pub status: PlanStatus,
    /// The key of what that means for the reader.
    pub status_label: &'static str,
    /// Whether it waits for its member.
    pub waiting: bool,
    /// What is to be found out.
    pub brief: String,
    /// The questions; in a form with empty ones for more.
    pub questions: Vec<String>,
    /// The places to be searched.
    pub places: Vec<Searched>,
    /// What it may spend, as numbers in a form.
    pub tokens: String,
    /// See `tokens`.
    pub pages: String,
    /// See `tokens`.
    pub minutes: String,
    /// What it may spend in words.
    pub budget: String,
    /// What is spent of what.
    pub spent: [String; 3],
    /// What is wrong with the fields.
    pub problems: Problems,
    /// What is wrong with all of it.
    pub problem: Option<String>,
}

/// A place that can be searched.
#[derive(Clone, Debug)]
pub struct Searched {
    /// As forms name it.
    pub name: String,
    /// As people do.
    pub label: String,
    /// Whether it is searched.
    pub chosen: bool,
    /// Whether it could be.
    pub there: bool,
}

/// What a member says to a plan, as the form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PlanForm {
    action: Option<String>,
    brief: Option<String>,
    #[serde(default)]
    questions: Vec<String>,
    #[serde(default)]
    sources: Vec<String>,
    tokens: Option<String>,
    pages: Option<String>,
    minutes: Option<String>,
}

/// A form that was refused, to be shown again.
#[derive(Clone, Debug)]
pub struct Refused {
    run: String,
    form: PlanForm,
    problems: Problems,
    problem: Option<String>,
}

/// Does with a plan what its member says; what cannot be done stands in the form again, with the reason.
pub async fn decide(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    ids: Ids,
    form: Form<PlanForm>,
) -> WebResult<HttpResponse> {
    let (Ids(chat, run), user, form) = (ids, user.0, form.0);
    let error = match say(&app, user.clone(), run.clone(), &form).await {
        Ok(()) => return done(&session, form.flash(), &paths::latest(&chat)),
        Err(AppError::Conflict("not_waiting")) => {
            return done(&session, "flash.plan_decided", &paths::latest(&chat));
        }
        Err(error) => error,
    };
    let (status, locale) = (app_status(&error), reader.locale(Some(&user)));
    let refused = Refused::new(run, form, error, locale)?;
    let reader = reader.at(paths::chat(&chat));
    let typed = Typed { plan: Some(refused), ..Typed::default() };
    page_with(status, &ChatPage::load(&app, user, reader, chat, Part::default(), typed).await?)
}

async fn say(app: &AppState, user: User, run: String, form: &PlanForm) -> AppResult<()> {
    let (terms, decision) = (app.plan_terms(), form.decision()?);
    let decide = move |conn: &mut _, user: &User| plans::decide(conn, user, &run, &decision, &terms);
    app.write_as(user, decide).await?;
    app.runs.wake();
    Ok(())
}

impl PlanForm {
    /// What it says. A plan that is rejected or only to be written up is not changed.
    fn decision(&self) -> AppResult<Decision> {
        let changes = matches!(self.action.as_deref(), Some("approve" | "edit"));
        let plan = changes.then(|| self.changes()).transpose()?;
        Ok(Decision { action: self.action.clone(), plan })
    }

    /// A form without a brief is that of a paused research, which asks for a budget alone.
    fn changes(&self) -> AppResult<PlanChanges> {
        let budget = Budget {
            tokens: number("tokens", self.tokens.as_deref())?,
            pages: number("pages", self.pages.as_deref())?,
            minutes: number("minutes", self.minutes.as_deref())?,
        };
        let whole = self.brief.is_some();
        Ok(PlanChanges {
            brief: self.brief.clone(),
            questions: whole.then(|| self.questions.iter().map(|text| one_line(text)).collect()),
            sources: whole.then(|| self.sources.clone()),
            budget: Some(budget),
        })
    }

    fn flash(&self) -> &'static str {
        match self.action.as_deref() {
            Some("edit") => "flash.plan_saved",
            Some("reject") => "flash.plan_rejected",
            Some("finish") => "flash.plan_finishing",
            _ => "flash.plan_approved",
        }
    }
}

/// Boxes that grow with what is typed take line ends, which questions have none of.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number(field: &'static str, text: Option<&str>) -> AppResult<i64> {
    let digits: String =
        text.unwrap_or_default().chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    digits.parse().map_err(|_| AppError::field(field, "not_a_number"))
}

impl Refused {
    fn new(run: String, form: PlanForm, error: AppError, locale: Locale) -> Result<Self, AppError> {
        if let AppError::BudgetSpent { .. } | AppError::Conflict(_) = error {
            let problem = Some(locale.t(&format!("error.{}", error.code())).into_owned());
            return Ok(Self { run, form, problems: Problems::default(), problem });
        }
        let problems = Problems::from_error(error, locale)?;
        Ok(Self { run, form, problems, problem: None })
    }
}

impl PlanCard {
    /// The plan of a run; `known` are the places that can be searched, `refused` what was typed and cannot be done.
    ///
    /// # Errors
    /// `Internal`, when the row cannot be read.
    pub fn new(
        behind: &Behind,
        known: &[String],
        refused: Option<&Refused>,
        locale: Locale,
    ) -> AppResult<Option<Self>> {
        let Some(plan) = &behind.plan else { return Ok(None) };
        let content = plan.content.read()?;
        let run = &behind.run;
        let waiting = run.status == RunStatus::Waiting;
        let mut card = Self {
            action: paths::plan(&run.session_id, &run.id),
            status: plan.status,
            status_label: status_label(plan.status, run.status),
            waiting,
            places: places(&content, known, waiting, locale),
            budget: told(content.budget, locale),
            spent: spent(run, content.budget, behind.spent, locale),
            tokens: String::new(),
            pages: String::new(),
            minutes: String::new(),
            brief: content.brief,
            questions: content.questions,
            problems: Problems::default(),
            problem: None,
        };
        card.offer(if plan.status == PlanStatus::Paused {
            plans::twice(content.budget)
        } else {
            content.budget
        });
        if let Some(refused) = refused.filter(|refused| refused.run == run.id) {
            card.type_again(refused);
        }
        if waiting && plan.status == PlanStatus::Proposed {
            card.questions.resize(card.questions.len() + MORE_QUESTIONS, String::new());
        }
        Ok(Some(card))
    }

    fn offer(&mut self, budget: Budget) {
        self.tokens = budget.tokens.to_string();
        self.pages = budget.pages.to_string();
        self.minutes = budget.minutes.to_string();
    }

    fn type_again(&mut self, refused: &Refused) {
        let form = refused.form.clone();
        let text = |typed: Option<String>| typed.unwrap_or_default();
        (self.tokens, self.pages, self.minutes) = (text(form.tokens), text(form.pages), text(form.minutes));
        if let Some(brief) = form.brief {
            self.brief = brief;
            self.questions = form.questions.into_iter().filter(|line| !line.trim().is_empty()).collect();
            for place in &mut self.places {
                place.chosen = form.sources.contains(&place.name);
            }
        }
        (self.problems, self.problem) = (refused.problems.clone(), refused.problem.clone());
    }

    /// Whether it asks how to go on with a budget that is nearly spent.
    pub fn paused(&self) -> bool {
        self.status == PlanStatus::Paused
    }
}

fn places(content: &PlanContent, known: &[String], waiting: bool, locale: Locale) -> Vec<Searched> {
    let chosen = |name: &String| content.sources.contains(name);
    let place = |name: &String, there: bool| Searched {
        name: name.clone(),
        label: place_name(name, locale),
        chosen: chosen(name),
        there,
    };
    if !waiting {
        return content.sources.iter().map(|name| place(name, true)).collect();
    }
    let there = known.iter().map(|name| place(name, true));
    let missing = content.missing.iter().filter(|name| !known.contains(name));
    there.chain(missing.map(|name| place(name, false))).collect()
}

fn told(budget: Budget, locale: Locale) -> String {
    let (tokens, pages, minutes) = (grouped(budget.tokens), grouped(budget.pages), grouped(budget.minutes));
    locale.t_with("research.budget", &[("tokens", &tokens), ("pages", &pages), ("minutes", &minutes)])
}

fn spent(run: &Run, budget: Budget, spent: Spent, locale: Locale) -> [String; 3] {
    let minutes = spent.milliseconds / 60_000;
    let of = |key, n: i64, all: i64| locale.t_with(key, &[("n", &grouped(n)), ("all", &grouped(all))]);
    let tokens = run.prompt_tokens.saturating_add(run.completion_tokens);
    [
        of("research.spent_tokens", tokens, budget.tokens),
        of("research.spent_pages", spent.pages, budget.pages),
        of("research.spent_minutes", minutes, budget.minutes),
    ]
}

fn status_label(plan: PlanStatus, run: RunStatus) -> &'static str {
    match (plan, run) {
        (PlanStatus::Proposed, RunStatus::Waiting) => "research.plan_proposed",
        (PlanStatus::Paused, RunStatus::Waiting) => "research.plan_paused",
        (PlanStatus::Approved, status) if status.is_active() => "research.plan_under_way",
        (PlanStatus::Approved, _) => "research.plan_carried_out",
        (PlanStatus::Proposed | PlanStatus::Paused | PlanStatus::Rejected, _) => "research.plan_rejected",
    }
}
