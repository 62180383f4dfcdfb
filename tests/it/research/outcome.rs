//! What came of a research as the database has it, and what must be true of every one.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stoa::db::DbConn;
use stoa::error::AppResult;
use stoa::models::message::Message;
use stoa::models::note::Note;
use stoa::models::report::{Citation, Report, ReportContent, Section, Verdict};
use stoa::models::source::Source;
use stoa::repositories::{messages, notes, reports, run_events};
use stoa::schema::{artifact_versions, sources};

/// What every failure in these tests says; no reader may ever see it.
pub const CAUSE: &str = "kaboom 0xdead";

/// The newest report of a session with all that it rests on.
pub struct Outcome {
    pub report: Report,
    pub content: ReportContent,
    pub text: String,
    pub message: Message,
    pub sources: Vec<Source>,
    pub notes: Vec<Note>,
    /// What the timeline holds: the events of each step.
    pub steps: BTreeMap<String, Vec<Value>>,
}

impl Outcome {
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut DbConn, session: &str) -> AppResult<Self> {
        let report = reports::newest(conn, session)?.expect("a report");
        let version = artifact_versions::table.find((&report.artifact_id, report.version));
        let all = sources::table.filter(sources::session_id.eq(session)).order(sources::number);
        let mut steps = BTreeMap::<String, Vec<Value>>::new();
        let rows = run_events::list_after(conn, &report.run_id, 0)?;
        for row in rows.iter().filter(|row| row.kind == "step") {
            let step: Value = serde_json::from_str(&row.data).unwrap();
            steps.entry(step["key"].as_str().unwrap().to_owned()).or_default().push(step);
        }
        Ok(Self {
            content: report.content.read()?,
            text: version.select(artifact_versions::content).first(conn)?,
            message: messages::find_in_session(conn, session, &report.message_id)?,
            sources: all.load(conn)?,
            notes: notes::list_of_session(conn, session)?,
            steps,
            report,
        })
    }

    /// Checks what must be true of every report.
    pub fn check(&self) {
        check_footnotes(&self.text, &self.content.citations, &self.sources);
        self.check_evidence();
        self.check_steps();
        for section in &self.content.sections {
            let text = section_of(&self.text, section);
            assert!(text.starts_with("## "), "{text}");
        }
        if self.report.version == 1 {
            assert_eq!(self.message.content, self.text);
            let cited: Value = serde_json::from_str(&self.message.citations).unwrap();
            assert_eq!(cited, json!(self.content.citations));
        }
    }

    /// Everything is kept once, and notes are of what is kept.
    fn check_evidence(&self) {
        let mut seen = HashSet::new();
        for (number, source) in (1..).zip(&self.sources) {
            assert_eq!(source.number, number);
            assert!(seen.insert((&source.url, &source.sha256)), "{} is kept twice", source.url);
            let sha256: String =
                Sha256::digest(&source.content).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(source.sha256, sha256);
        }
        for (at, note) in self.notes.iter().enumerate() {
            let source = self.sources.iter().find(|source| source.id == note.source_id).unwrap();
            assert!(passage(&source.content, note.start_byte, note.end_byte).is_some());
            let same = |other: &&Note| {
                (&other.run_id, other.question, &other.source_id)
                    == (&note.run_id, note.question, &note.source_id)
                    && other.start_byte < note.end_byte
                    && note.start_byte < other.end_byte
            };
            assert_eq!(self.notes[at + 1..].iter().find(same), None, "noted twice: {note:?}");
        }
    }

    /// Each step has ended once, after it began.
    fn check_steps(&self) {
        for (key, events) in &self.steps {
            let ends = events.iter().filter(|event| event["status"] != "running").count();
            assert_eq!(ends, 1, "{key}: {events:?}");
            assert_ne!(events.last().unwrap()["status"], "running", "{key}: {events:?}");
        }
    }

    /// The last thing that was told of a step.
    pub fn step(&self, key: &str) -> &Value {
        self.steps[key].last().unwrap()
    }

    /// The verdicts of the report, in order.
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.content.citations.iter().map(|citation| citation.verdict).collect()
    }

    /// The paths of what was kept.
    pub fn kept(&self) -> Vec<&str> {
        let path = |source: &'_ Source| source.url.splitn(4, '/').nth(3).map_or(0, str::len);
        self.sources.iter().map(|source| &source.url[source.url.len() - path(source) - 1..]).collect()
    }
}

/// Every footnote of a text has its citation and the other way round, and each quotes exactly what is kept.
pub fn check_footnotes(text: &str, citations: &[Citation], sources: &[Source]) {
    let numbers: Vec<i64> = (1..).take(citations.len()).collect();
    let (body, defined) = text.split_at(text.find("\n[^1]: ").unwrap_or(text.len()));
    assert_eq!(references(body), numbers, "{text}");
    let definitions: Vec<&str> = defined.trim().lines().collect();
    assert_eq!(citations.iter().map(|citation| citation.number).collect::<Vec<_>>(), numbers);
    assert_eq!(definitions.len(), citations.len(), "{text}");
    for (citation, definition) in citations.iter().zip(definitions) {
        assert!(definition.starts_with(&format!("[^{}]: ", citation.number)), "{definition}");
        check_citation(citation, sources);
        let plain = body.replace('\\', "");
        assert!(plain.contains(&citation.sentence.replace('\\', "")), "{citation:?} in {text}");
    }
    for address in text.split("](").skip(1) {
        let address = address.split(')').next().unwrap();
        assert!(sources.iter().any(|source| source.url == address), "{address} was not kept: {text}");
    }
    assert!(!text.contains(CAUSE), "{text}");
}

fn check_citation(citation: &Citation, sources: &[Source]) {
    let Some(number) = citation.source else {
        assert_eq!((citation.quote.as_str(), citation.verdict), ("", Verdict::Unsupported));
        return;
    };
    let source = sources.iter().find(|source| source.number == number).expect("a source that is kept");
    assert_eq!(passage(&source.content, citation.start, citation.end), Some(citation.quote.as_str()));
    assert_eq!((&citation.title, &citation.url), (&source.title, &source.url));
    assert!(!citation.quote.is_empty());
    assert_ne!(citation.verdict, Verdict::Unsupported);
}

/// The numbers of the references in a text.
fn references(text: &str) -> Vec<i64> {
    let number = |rest: &str| rest.split_once(']').and_then(|(number, _)| number.parse().ok());
    text.replace("\\[", "").split("[^").skip(1).filter_map(number).collect()
}

/// The bytes of a text from `start` up to `end`, if a passage can stand there.
fn passage(text: &str, start: i64, end: i64) -> Option<&str> {
    text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}

/// A section of a report's text.
pub fn section_of<'a>(text: &'a str, section: &Section) -> &'a str {
    passage(text, section.start, section.end).unwrap()
}
