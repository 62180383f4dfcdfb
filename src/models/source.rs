//! A page or a text that a research has read, as it was then.

use diesel::prelude::*;

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
