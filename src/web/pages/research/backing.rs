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
use crate::models::run::RunKind;
use crate::services::research::view::{Behind, Cited, Researches};
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
        let behind = |message: &Message| found.answers.get(&message.id);
        let last = messages.iter().filter_map(behind).rfind(|behind| is_whole(behind));
        let mut backings = HashMap::new();
        for message in messages {
            let Some(behind) = behind(message) else { continue };
            let is_last = last.is_some_and(|last| last.run.id == behind.run.id);
            backings.insert(message.id.clone(), self.backing(behind, message, found, is_last)?);
        }
        let cited = last.and_then(|behind| behind.cited.as_ref());
        let panel = Panel::new(cited, &found.sources, self.session, self.clock, self.locale);
        Ok((backings, panel))
    }

    fn backing(
        &self,
        behind: &Behind,
        message: &Message,
        found: &Researches,
        is_last: bool,
    ) -> AppResult<Backing> {
        // Until a plan is approved its questions are only proposals.
        let questions = match &behind.plan {
            Some(plan) if plan.status != PlanStatus::Proposed => plan.content.read()?.questions,
            _ => Vec::new(),
        };
        let busy = behind.run.status.is_active();
        Ok(Backing {
            plan: PlanCard::new(behind, self.known, self.refused, self.locale)?,
            timeline: Timeline::new(&behind.steps, behind.seen, &questions, busy, self.locale),
            report: (!busy).then(|| self.report(behind, message, found, is_last)).flatten(),
        })
    }

    fn report(
        &self,
        behind: &Behind,
        message: &Message,
        found: &Researches,
        is_last: bool,
    ) -> Option<ReportView> {
        let nothing = || Cited { message: message.id.clone(), session: None, passages: Vec::new() };
        let none = (behind.cited.is_none() && is_whole(behind)).then(nothing);
        let cited = behind.cited.as_ref().or(none.as_ref())?;
        let view = ReportView::new(cited, behind.report.as_ref(), &message.content, self.clock, self.locale);
        let view = if is_whole(behind) { view } else { view.in_part() };
        Some(if is_last { view } else { view.with_sources(cited, &found.sources, self.clock, self.locale) })
    }
}

/// Whether an answer is a report, and not only a part of one.
fn is_whole(behind: &Behind) -> bool {
    behind.report.is_some() && behind.run.kind == RunKind::Research
}
