//! What is in an evidence bundle: the names of its files and the shapes of those that are JSON.

use serde::{Deserialize, Serialize};

use crate::db::Time;
use crate::models::report::{ReportContent, ReportMode};

/// What `format` says in the manifest.
pub const FORMAT: &str = "stoa.evidence";
/// The version that is written and read.
pub const VERSION: u32 = 1;
/// What the manifest says to people who find the file.
pub const ABOUT: &str = "A research report with every text it was made from and every quote in it. \
    `stoa research verify FILE` checks it offline.";

/// What else is there, with a hash of each file.
pub const MANIFEST: &str = "manifest.json";
/// The report in Markdown; citations are its footnotes.
pub const REPORT: &str = "report.md";
/// The same as a page that needs nothing else.
pub const PAGE: &str = "report.html";
/// What was going to be done, as the member approved it; `null` when there was no plan.
pub const PLAN: &str = "plan.json";
/// What was searched for: a list of [`Query`].
pub const QUERIES: &str = "queries.json";
/// What was read: a list of [`SourceEntry`].
pub const SOURCES: &str = "sources.json";
/// What was noted down: a list of [`NoteEntry`].
pub const NOTES: &str = "notes.json";

/// Every file of a bundle but the manifest and the kept texts, in their order.
pub const FIXED: [&str; 6] = [REPORT, PAGE, PLAN, QUERIES, SOURCES, NOTES];

/// Most bytes of text that a bundle is made of: the report and what it was made from.
pub const MOST_TEXT: usize = 64 * 1024 * 1024;

/// The name of the file with the kept text of a source.
pub fn text_of(number: i64) -> String {
    format!("sources/{number:03}.txt")
}

/// `manifest.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// [`ABOUT`].
    pub about: String,
    /// When the report was made.
    pub created_at: Time,
    /// Who did the work.
    pub mode: ReportMode,
    /// The model that was asked; `null` when that is not known any more.
    pub model: Option<String>,
    /// The artifact that the report is.
    pub artifact_id: String,
    /// Which of its versions.
    pub artifact_version: i64,
    /// Every other file, in the order in which they stand in the bundle.
    pub files: Vec<FileEntry>,
    /// What is known of the report: its sections, citations and open questions.
    #[serde(flatten)]
    pub report: ReportContent,
}

/// A file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// A search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The question of the plan that it was for, from 1.
    pub question: Option<i64>,
    /// What was searched for.
    pub query: String,
    /// How that ended: `done`, `failed`, ….
    pub status: String,
    /// How much was found.
    pub found: Option<i64>,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEntry {
    /// The number by which citations name it.
    pub number: i64,
    /// The file with its text.
    pub file: String,
    /// The place of search that led to it.
    pub origin: String,
    /// Where it was.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Of its text, as it was when it was read; in hexadecimal.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
    /// When it was read.
    pub fetched_at: Time,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteEntry {
    /// The question of the plan that it answers, from 1.
    pub question: i64,
    /// The number of its source.
    pub source: i64,
    /// Its first byte in the source's text.
    pub start: i64,
    /// The byte after its last.
    pub end: i64,
    /// The passage to the letter.
    pub quote: String,
    /// What it says, in the words of who took the note.
    pub claim: String,
    /// When it was taken.
    pub created_at: Time,
}

/// The bytes from `start` to `end` of a text; `None` outside of it, and within a character.
pub fn passage(text: &str, start: i64, end: i64) -> Option<&str> {
    text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}
