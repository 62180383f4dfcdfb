//! A page or a text that a research has read, as it was then.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Time;
use crate::schema::sources;

/// A row of `sources`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = sources)]
pub struct Source {
    /// UUIDv7.
    pub id: String,
    /// The session whose research has read it.
    pub session_id: String,
    /// From 1 in each session: the only name a model ever has for it.
    pub number: i64,
    /// The place of search that led to it.
    pub origin: String,
    /// Where it was: an address of the web, or a path of this server such as `/artifacts/ID`.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Clean text.
    pub content: String,
    /// Of the content, in hexadecimal.
    pub sha256: String,
    /// When it was read.
    pub fetched_at: Time,
}

/// A source in a list: without its content.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sources)]
pub struct SourceSummary {
    /// UUIDv7.
    pub id: String,
    /// From 1 in each session.
    pub number: i64,
    /// The place of search that led to it.
    pub origin: String,
    /// Where it was.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Of the content, in hexadecimal.
    pub sha256: String,
    /// When it was read.
    pub fetched_at: Time,
}

/// A source in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Source)]
pub struct SourceJson {
    /// From 1 in each session.
    #[schema(example = 1)]
    pub number: i64,
    /// The place of search that led to it: `library`, `wikipedia`, ….
    #[schema(example = "library")]
    pub origin: String,
    /// Where it was: an address of the web, or a path of this server.
    #[schema(example = "https://example.org/wal")]
    pub url: String,
    /// Its title.
    #[schema(example = "写锁与 WAL")]
    pub title: String,
    /// Of the kept text, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    pub fetched_at: Time,
}

impl From<SourceSummary> for SourceJson {
    fn from(row: SourceSummary) -> Self {
        Self {
            number: row.number,
            origin: row.origin,
            url: row.url,
            title: row.title,
            sha256: row.sha256,
            fetched_at: row.fetched_at,
        }
    }
}

/// A source in JSON, with the text that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FullSource {
    /// The source.
    #[serde(flatten)]
    pub source: SourceJson,
    /// Clean text; citations name bytes of it.
    #[schema(example = "一个写者可以与多个读者同时工作。")]
    pub content: String,
}

impl From<Source> for FullSource {
    fn from(row: Source) -> Self {
        let source = SourceJson {
            number: row.number,
            origin: row.origin,
            url: row.url,
            title: row.title,
            sha256: row.sha256,
            fetched_at: row.fetched_at,
        };
        Self { source, content: row.content }
    }
}
