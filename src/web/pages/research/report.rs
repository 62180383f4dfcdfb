//! A report as people read it: each footnote with how it stands, what the whole rests on, and what may be done with it.

use super::panel::{Panel, anchor, entry, reference, standing_class, standing_label};
use crate::i18n::Locale;
use crate::markdown::render_citing;
use crate::models::report::{ReportMode, Verdict};
use crate::models::source::SourceSummary;
use crate::services::research::view::{Known, Standing};
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::number::grouped;

/// A report, ready for display.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// The artifact that it is.
    pub artifact: String,
    /// Which version of it.
    pub version: i64,
    /// Its text as safe HTML.
    pub html: String,
    /// How many of its claims are supported.
    pub figure: String,
    /// Whether all, most or none are, as a class.
    pub tone: &'static str,
    /// The key of who did the work.
    pub mode: &'static str,
    /// What was searched, read and noted down.
    pub work: String,
    /// When it was made.
    pub made: Moment,
    /// What it could not answer.
    pub open_questions: Vec<String>,
    /// Its own sources, where those at the side are another report's.
    pub panel: Option<Panel>,
}

impl ReportView {
    /// A report of that text.
    pub fn new(report: &Known, text: &str, clock: Clock, locale: Locale) -> Self {
        let claims = report.passages.len();
        let is_supported = |standing| standing == Standing::Judged(Verdict::Supported);
        let supported = report.passages.iter().filter(|passage| is_supported(passage.standing)).count();
        let figures = report.content.figures;
        let [searches, pages, notes] =
            [figures.searches, figures.pages, figures.notes].map(|number| grouped(number));
        Self {
            artifact: report.row.artifact_id.clone(),
            version: report.row.version,
            html: cited(report, text, locale),
            figure: match claims {
                0 => locale.t("research.no_claims").into_owned(),
                _ => locale.t_with(
                    "research.claims",
                    &[("n", &supported.to_string()), ("all", &claims.to_string())],
                ),
            },
            tone: match supported {
                0 => "none",
                all if all == claims => "good",
                _ => "some",
            },
            mode: mode_label(report.row.mode),
            work: locale
                .t_with("research.work", &[("searches", &searches), ("pages", &pages), ("notes", &notes)]),
            made: clock.at(report.row.created_at.millis()),
            open_questions: report.content.open_questions.clone(),
            panel: None,
        }
    }

    /// The same with its own sources.
    #[must_use]
    pub fn with_sources(
        mut self,
        report: &Known,
        sources: &[SourceSummary],
        clock: Clock,
        locale: Locale,
    ) -> Self {
        let session = report.row.session_id.as_deref().unwrap_or_default();
        let is_cited = |source: &&SourceSummary| {
            report.content.citations.iter().any(|citation| citation.source == Some(source.number))
        };
        let cited: Vec<SourceSummary> = sources.iter().filter(is_cited).cloned().collect();
        self.panel = Some(Panel::new(Some(report), &cited, session, clock, locale));
        self
    }
}

/// The text as HTML: each reference leads to its passage and says how that stands.
fn cited(report: &Known, text: &str, locale: Locale) -> String {
    let anchor = anchor(report);
    let cite = |name: &str, nth: usize| {
        let passage = report.passages.iter().find(|one| one.citation.number.to_string() == name);
        let Some(passage) = passage else { return format!("<sup class=\"footnote\">{name}</sup>") };
        let number = passage.citation.number;
        let (class, label) = (standing_class(passage.standing), locale.t(standing_label(passage.standing)));
        let (comma, entry) = (locale.t("research.comma"), entry(&anchor, number));
        let id = reference(&anchor, number, nth);
        format!(
            "<sup class=\"cite {class}\"><a href=\"#{entry}\" id=\"{id}\" data-cite>{number}<span class=\"sr\">{comma}{label}</span></a></sup>"
        )
    };
    render_citing(text, &cite)
}

/// The key of who did the work.
pub fn mode_label(mode: ReportMode) -> &'static str {
    match mode {
        ReportMode::Model => "research.mode_model",
        ReportMode::Deterministic => "research.mode_rules",
        ReportMode::Mixed => "research.mode_mixed",
    }
}
