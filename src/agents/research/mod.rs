//! Research: a plan that its member approves, sources that are kept, a report whose every citation is checked.
//!
//! [`graph`] has the steps in their order. [`planning`] makes the plan; for each of its questions [`question`] goes round
//! [`gathering`] (search, fetch), [`choosing`] and [`noting`]; [`writing`], [`verifying`] and [`report`] make the report of the
//! [`evidence`]. Each step is kept in the [`journal`] when it is done. Where a model is asked ([`asking`]) and gives nothing
//! that can be used, fixed rules take over.

mod asking;
mod choosing;
mod desk;
mod evidence;
mod followup;
mod gathering;
mod graph;
mod halt;
mod journal;
mod keeping;
pub mod library;
mod noting;
mod past;
pub mod places;
mod planning;
mod question;
mod report;
mod request;
mod section;
mod verifying;
mod writing;

use crate::clients::models::registry::Models;
use crate::config::research::ResearchConfig;
use crate::models::research_request::{REQUEST, ResearchRequest};
use crate::models::run::RunKind;
use crate::passages::language;
use crate::runs::{Progress, RunContext, RunFailure};
use desk::Desk;
use halt::Halt;
use journal::Journal;
use places::Places;
use request::Request;

/// Researches what it is asked.
pub struct ResearchAgent {
    models: Models,
    places: Places,
    config: ResearchConfig,
}

impl ResearchAgent {
    /// An agent that looks in `places` and asks one of `models`.
    pub fn new(models: Models, places: Places, config: ResearchConfig) -> Self {
        Self { models, places, config }
    }

    /// Goes on with a run where it is.
    ///
    /// # Errors
    /// When it cannot go on.
    pub async fn answer(&self, context: &RunContext) -> Result<Progress, RunFailure> {
        match self.work(context).await {
            Ok(progress) => Ok(progress),
            Err(Halt::Asks) => Ok(Progress::Waiting),
            Err(Halt::Failed(failure)) => Err(failure),
        }
    }

    async fn work(&self, context: &RunContext) -> Result<Progress, Halt> {
        let journal = Journal::load(context).await?;
        let asked: ResearchRequest = journal.find(REQUEST).unwrap_or_default();
        let request = Request::load(context).await?;
        // Without a model the same steps are made by fixed rules.
        let model = self.models.find(&context.run().model).await.ok();
        let locale = language(&request.text);
        let mut desk = Desk::new(context, journal, (&self.places, &self.config), locale, model);
        // Only a plan can be asked about, and only a research has one.
        let has_plan = context.run().kind == RunKind::Research;
        desk.unattended = !has_plan || asked.auto_approve.unwrap_or(self.config.auto_approve);
        match (context.run().kind, asked.section) {
            (RunKind::Followup, _) => followup::answer(&desk, &request).await,
            (RunKind::Section, Some(section)) => section::make_anew(&desk, &section).await,
            _ => graph::research(&desk, &request).await,
        }
    }
}
