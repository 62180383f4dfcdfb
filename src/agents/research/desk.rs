//! What all steps of a research work with: the run, its journal, the plan, the places, and a model if there is one that
//! can help.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::halt::{Halt, internal};
use super::journal::Journal;
use super::places::Places;
use crate::clients::models::ChatModel;
use crate::config::research::ResearchConfig;
use crate::db::Db;
use crate::i18n::Locale;
use crate::models::plan::{Budget, PlanContent};
use crate::models::report::ReportMode;
use crate::models::run::Run;
use crate::repositories::plans;
use crate::runs::RunContext;

/// After so many failures in a row a model is not asked any more.
const MOST_FAILURES: u32 = 3;

/// What a research may do now, by what it has spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// Gather more.
    Gather,
    /// Its member is to be asked.
    Ask,
    /// Write with what is there.
    Finish,
}

/// The desk of one research.
pub struct Desk<'a> {
    /// The run.
    pub context: &'a RunContext,
    /// What it has done.
    pub journal: Journal<'a>,
    /// Where it can look.
    pub places: &'a Places,
    /// How it is configured.
    pub config: &'a ResearchConfig,
    /// The language it writes in.
    pub locale: Locale,
    /// Whether nobody is there to be asked.
    pub unattended: bool,
    model: Option<Arc<dyn ChatModel>>,
    failures: AtomicU32,
}

impl<'a> Desk<'a> {
    /// A desk; a `model` that does not follow instructions is not asked.
    pub fn new(
        context: &'a RunContext,
        journal: Journal<'a>,
        (places, config): (&'a Places, &'a ResearchConfig),
        locale: Locale,
        model: Option<Arc<dyn ChatModel>>,
    ) -> Self {
        let model = model.filter(|model| model.follows_instructions());
        let failures = AtomicU32::new(0);
        Self { context, journal, places, config, locale, unattended: false, model, failures }
    }

    /// The run.
    pub fn run(&self) -> &Run {
        self.context.run()
    }

    /// The database.
    pub fn db(&self) -> &Db {
        self.context.db()
    }

    /// The model, as long as it is of use and tokens are left.
    pub fn model(&self, plan: Option<&PlanContent>) -> Option<&dyn ChatModel> {
        let spent = plan.is_some_and(|plan| self.tokens() >= plan.budget.tokens);
        let is_away = self.failures.load(Ordering::Relaxed) >= MOST_FAILURES;
        self.model.as_deref().filter(|_| !spent && !is_away)
    }

    /// Whether a model was to help, whatever became of it.
    pub fn has_model(&self) -> bool {
        self.model.is_some()
    }

    /// Notes whether the model answered at all.
    pub fn model_answered(&self, answered: bool) {
        match answered {
            true => self.failures.store(0, Ordering::Relaxed),
            false => drop(self.failures.fetch_add(1, Ordering::Relaxed)),
        }
    }

    /// Notes who made a step that a model should make.
    pub fn made_by(&self, model: bool) {
        self.journal.spend(|spent| match model {
            true => spent.by_model += 1,
            false => spent.by_rules += 1,
        });
    }

    /// Who has done the work.
    pub fn mode(&self) -> ReportMode {
        let spent = self.journal.spent();
        match (spent.by_model, spent.by_rules) {
            (0, _) => ReportMode::Deterministic,
            (_, 0) => ReportMode::Model,
            _ => ReportMode::Mixed,
        }
    }

    /// Tokens that this run has spent.
    pub fn tokens(&self) -> i64 {
        self.context.answer().usage.total()
    }

    /// What may be done next: with nine tenths of anything spent, its member is asked.
    pub fn allowance(&self, plan: &PlanContent) -> Allowance {
        let Budget { tokens, pages, minutes } = plan.budget;
        let spent = self.journal.spent();
        let nearly = |spent: i64, most: i64| spent.saturating_mul(10) >= most.saturating_mul(9);
        let is_nearly_spent = nearly(self.tokens(), tokens)
            || nearly(spent.pages, pages)
            || nearly(spent.milliseconds, minutes.saturating_mul(60_000));
        match (plan.finish, is_nearly_spent) {
            (true, _) => Allowance::Finish,
            (false, true) if self.unattended => Allowance::Finish,
            (false, true) => Allowance::Ask,
            (false, false) => Allowance::Gather,
        }
    }

    /// The plan as it is now, and how it stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn plan(&self) -> Result<Option<crate::models::plan::Plan>, Halt> {
        let run = self.run().id.clone();
        self.db().read(move |conn| plans::find_optional(conn, &run)).await.map_err(internal)
    }
}
