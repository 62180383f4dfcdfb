//! What stands behind the answers of a research, ready to stand above and beside them.

use std::collections::HashMap;

use super::panel::Panel;
use super::plan::{PlanCard, Refused};
use super::report::ReportView;
use super::steps::Timeline;
use crate::error::AppResult;
use crate::i18n::Locale;
use crate::models::message::Message;
use crate::models::plan::PlanStatus;
use crate::services::research::view::{Behind, Researches};
use crate::web::pages::moment::Clock;

/// What stands behind the answer of a research.
#[derive(Clone, Debug)]
pub struct Backing {
    /// What it was or is going to do.
    pub plan: Option<PlanCard>,
    /// What it did.
    pub timeline: Timeline,
    /// The answer, when it is a report.
    pub report: Option<ReportView>,
}

/// For whom, and with what, answers are backed.
pub struct Reading<'a> {
    /// The session.
    pub session: &'a str,
    /// The places that can be searched.
    pub known: &'a [String],
    /// A plan in whose form something was wrong.
    pub refused: Option<&'a Refused>,
    /// The reader's clock.
    pub clock: Clock,
    /// The reader's language.
    pub locale: Locale,
}

impl Reading<'_> {
    /// What stands behind `messages`, oldest first, by their ids, and the sources of the last report among them.
    ///
    /// # Errors
    /// `Internal`, when a row cannot be read.
    pub fn back(
        &self,
        messages: &[Message],
        found: &Researches,
    ) -> AppResult<(HashMap<String, Backing>, Panel)> {
        let behind =
            |message: &&Message| found.answers.get(&message.id).and_then(|behind| behind.report.as_ref());
        let last = messages.iter().rev().find(|message| behind(message).is_some());
        let mut backings = HashMap::new();
        for message in messages {
            let Some(behind) = found.answers.get(&message.id) else { continue };
            let is_last = last.is_some_and(|last| last.id == message.id);
            backings.insert(message.id.clone(), self.backing(behind, message, found, is_last)?);
        }
        let report = last.as_ref().and_then(behind);
        let panel = Panel::new(report, &found.sources, self.session, self.clock, self.locale);
        Ok((backings, panel))
    }

    fn backing(
        &self,
        behind: &Behind,
        message: &Message,
        found: &Researches,
        is_last: bool,
    ) -> AppResult<Backing> {
        let Self { known, refused, clock, locale, .. } = *self;
        // Until a plan is approved its questions are only proposals.
        let questions = match &behind.plan {
            Some(plan) if plan.status != PlanStatus::Proposed => plan.content.read()?.questions,
            _ => Vec::new(),
        };
        let busy = behind.run.status.is_active();
        let report = behind.report.as_ref().map(|report| {
            let view = ReportView::new(report, &message.content, clock, locale);
            if is_last { view } else { view.with_sources(report, &found.sources, clock, locale) }
        });
        Ok(Backing {
            plan: PlanCard::new(behind, known, refused, locale)?,
            timeline: Timeline::new(&behind.steps, behind.seen, &questions, busy, locale),
            report,
        })
    }
}
