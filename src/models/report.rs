//! What is known of a report: which passage stands behind which sentence.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{Json, Time, text_enum};
use crate::error::AppError;
use crate::schema::reports;

text_enum! {
    /// Who did the work.
    ReportMode {
        /// A model, in every step that asks for one.
        Model = "model",
        /// No model: questions, passages and report by fixed rules.
        Deterministic = "deterministic",
        /// A model, and fixed rules where it gave nothing that could be used.
        Mixed = "mixed",
    }
}

text_enum! {
    /// How a sentence stands to the passage it cites.
    Verdict {
        /// The passage says so.
        Supported = "supported",
        /// The passage says a part of it, or something near.
        Weak = "weak",
        /// No passage says so.
        Unsupported = "unsupported",
    }
}

/// A sentence of a report and the passage it cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Citation {
    /// The number of its footnote, from 1.
    #[schema(example = 1)]
    pub number: i64,
    /// The number of the source in its session; `null` when no passage says this.
    #[schema(required)]
    pub source: Option<i64>,
    /// The passage's first byte in the source's content.
    #[schema(example = 0)]
    pub start: i64,
    /// The byte after its last.
    #[schema(example = 48)]
    pub end: i64,
    /// The passage to the letter.
    #[schema(example = "一个写者可以与多个读者同时工作。")]
    pub quote: String,
    /// The sentence, without its footnotes.
    #[schema(example = "写者与读者互不阻塞。")]
    pub sentence: String,
    /// How they stand to each other.
    pub verdict: Verdict,
    /// The source's title.
    #[serde(default)]
    #[schema(example = "写锁与 WAL")]
    pub title: String,
    /// Where the source was: an address of the web, or a path of this server.
    #[serde(default)]
    #[schema(example = "https://example.org/wal")]
    pub url: String,
}

/// A part of a report, under a heading of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Section {
    /// The question of the plan that it answers, from 1; `null` for what belongs to all.
    #[schema(required)]
    pub question: Option<i64>,
    /// Its heading.
    #[schema(example = "读者会被写者阻塞吗？")]
    pub heading: String,
    /// Its first byte in the report's text, that of the heading.
    #[schema(example = 0)]
    pub start: i64,
    /// The byte after its last.
    #[schema(example = 120)]
    pub end: i64,
    /// Why nothing was found for it, if that is so: a stable code, `error.<code>` for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// What the work was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// Searches made.
    #[schema(example = 3)]
    pub searches: i64,
    /// Pages fetched or taken from the library.
    #[schema(example = 8)]
    pub pages: i64,
    /// Passages noted down.
    #[schema(example = 12)]
    pub notes: i64,
}

/// What a row of `reports` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportContent {
    /// Its title.
    #[schema(example = "写锁与 WAL")]
    pub title: String,
    /// Its parts in their order.
    pub sections: Vec<Section>,
    /// Its footnotes in their order.
    pub citations: Vec<Citation>,
    /// What it could not answer.
    #[schema(example = json!(["其他数据库怎样做？"]))]
    pub open_questions: Vec<String>,
    /// What the work was.
    pub figures: Figures,
}

/// A row of `reports`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = reports, treat_none_as_default_value = false)]
pub struct Report {
    /// The artifact whose version it is.
    pub artifact_id: String,
    /// Of which version.
    pub version: i64,
    /// The session it was made in; `None` when that is gone, and the sources with it.
    pub session_id: Option<String>,
    /// The run that made it.
    pub run_id: String,
    /// The answer it is.
    pub message_id: String,
    /// Who did the work.
    pub mode: ReportMode,
    /// What is known of it.
    pub content: Json<ReportContent>,
    /// When it was made.
    pub created_at: Time,
}

/// What is known of a report, in JSON.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Report)]
pub struct ReportJson {
    /// The artifact whose version it is.
    pub artifact_id: String,
    /// Of which version.
    #[schema(example = 1)]
    pub version: i64,
    /// The session it was made in; `null` when that is gone, and the sources with it.
    #[schema(required)]
    pub session_id: Option<String>,
    /// Who did the work.
    pub mode: ReportMode,
    /// What is known of it.
    #[serde(flatten)]
    pub content: ReportContent,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

impl TryFrom<Report> for ReportJson {
    type Error = AppError;

    fn try_from(row: Report) -> Result<Self, AppError> {
        Ok(Self {
            content: row.content.read()?,
            artifact_id: row.artifact_id,
            version: row.version,
            session_id: row.session_id,
            mode: row.mode,
            created_at: row.created_at,
        })
    }
}
