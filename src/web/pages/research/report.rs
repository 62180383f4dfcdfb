//! A report as people read it, or another answer that cites: each footnote with how it stands, and what may be done with it.

use super::panel::{Panel, anchor, entry, reference, standing_class, standing_label};
use crate::i18n::Locale;
use crate::markdown::render_citing;
use crate::models::report::{ReportMode, Verdict};
use crate::models::source::SourceSummary;
use crate::services::research::view::{Cited, Known, Standing};
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::number::grouped;

/// A text that cites, ready for display.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// The text as safe HTML.
    pub html: String,
    /// How many of its claims are supported.
    pub figure: String,
    /// Whether all, some or none are, as a class.
    pub tone: &'static str,
    /// The report that it is, or has become a part of.
    pub record: Option<Record>,
    /// Whether it is all of that.
    pub whole: bool,
    /// Its own sources, where those at the side are another text's.
    pub panel: Option<Panel>,
}

/// What is known of a report.
#[derive(Clone, Debug)]
pub struct Record {
    /// The artifact that it is.
    pub artifact: String,
    /// Which version of it.
    pub version: i64,
    /// The key of who did the work.
    pub mode: &'static str,
    /// What was searched, read and noted down.
    pub work: String,
    /// When it was made.
    pub made: Moment,
    /// What it could not answer.
    pub open_questions: Vec<String>,
    /// The sections that can be made anew: their places and headings.
    pub sections: Vec<(usize, String)>,
}

impl ReportView {
    /// A text that cites; `report` is what is known of the report that it is or has become a part of.
    pub fn new(cited: &Cited, report: Option<&Known>, text: &str, clock: Clock, locale: Locale) -> Self {
        let claims = cited.passages.len();
        let is_supported = |standing| standing == Standing::Judged(Verdict::Supported);
        let supported = cited.passages.iter().filter(|passage| is_supported(passage.standing)).count();
        let [n, all] = [supported, claims].map(|number| number.to_string());
        Self {
            html: html(cited, text, locale),
            figure: match claims {
                0 => locale.t("research.no_claims").into_owned(),
                _ => locale.t_with("research.claims", &[("n", &n), ("all", &all)]),
            },
            tone: match supported {
                0 => "none",
                all if all == claims => "good",
                _ => "some",
            },
            record: report.map(|report| Record::new(report, clock, locale)),
            whole: true,
            panel: None,
        }
    }

    /// The same for a text that is not all of a report.
    #[must_use]
    pub fn in_part(self) -> Self {
        Self { whole: false, ..self }
    }

    /// The same with its own sources among those of its session.
    #[must_use]
    pub fn with_sources(
        mut self,
        cited: &Cited,
        sources: &[SourceSummary],
        clock: Clock,
        locale: Locale,
    ) -> Self {
        let session = cited.session.as_deref().unwrap_or_default();
        let is_cited = |source: &&SourceSummary| {
            cited.passages.iter().any(|passage| passage.citation.source == Some(source.number))
        };
        let own: Vec<SourceSummary> = sources.iter().filter(is_cited).cloned().collect();
        self.panel = Some(Panel::new(Some(cited), &own, session, clock, locale));
        self
    }
}

impl Record {
    fn new(report: &Known, clock: Clock, locale: Locale) -> Self {
        let figures = report.content.figures;
        let [searches, pages, notes] = [figures.searches, figures.pages, figures.notes].map(grouped);
        let sections = report.content.sections.iter().enumerate();
        // Sections are made anew in the session, as the next version of the newest one.
        let again = sections.filter(|(_, section)| report.newest && section.question.is_some());
        Self {
            artifact: report.row.artifact_id.clone(),
            version: report.row.version,
            mode: mode_label(report.row.mode),
            work: locale
                .t_with("research.work", &[("searches", &searches), ("pages", &pages), ("notes", &notes)]),
            made: clock.at(report.row.created_at.millis()),
            open_questions: report.content.open_questions.clone(),
            sections: again.map(|(place, section)| (place, section.heading.clone())).collect(),
        }
    }
}

/// The text as HTML: each reference leads to its passage and says how that stands.
fn html(cited: &Cited, text: &str, locale: Locale) -> String {
    let anchor = anchor(cited);
    let cite = |name: &str, nth: usize| {
        let passage = cited.passages.iter().find(|one| one.citation.number.to_string() == name);
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
fn mode_label(mode: ReportMode) -> &'static str {
    match mode {
        ReportMode::Model => "research.mode_model",
        ReportMode::Deterministic => "research.mode_rules",
        ReportMode::Mixed => "research.mode_mixed",
    }
}
