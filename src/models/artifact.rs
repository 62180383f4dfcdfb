//! A work that was kept: a text, a program, a page, a table. Its versions are rows of their own.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::tags::Tags;
use crate::db::{Time, text_enum};
use crate::schema::{artifact_versions, artifacts};

text_enum! {
    /// What an artifact's content is.
    ArtifactKind {
        /// Writing.
        Markdown = "markdown",
        /// A program in some language.
        Code = "code",
        /// A web page.
        Html = "html",
        /// A drawing.
        Svg = "svg",
        /// A table.
        Csv = "csv",
        /// Data.
        Json = "json",
        /// Anything else.
        Text = "text",
    }
}

impl ArtifactKind {
    /// Every kind, in the order a person chooses from.
    pub const ALL: [Self; 7] =
        [Self::Markdown, Self::Code, Self::Html, Self::Svg, Self::Csv, Self::Json, Self::Text];
}

/// A row of `artifacts`, as in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Serialize, ToSchema)]
pub struct Artifact {
    /// UUIDv7.
    #[schema(example = "01a20750-065f-7622-966a-1aef5b302e93")]
    pub id: String,
    #[serde(skip)]
    /// Whose.
    pub user_id: String,
    /// The conversation it came out of; `null` when it came from elsewhere or that is gone.
    #[schema(required)]
    pub session_id: Option<String>,
    /// Its title.
    #[schema(example = "写锁与 WAL")]
    pub title: String,
    /// What its content is.
    pub kind: ArtifactKind,
    /// The language of a program.
    #[schema(required)]
    pub language: Option<String>,
    #[schema(value_type = Vec<String>, example = json!(["SQLite"]))]
    /// What it is filed under.
    pub tags: Tags,
    /// The newest version, counted from 1.
    #[schema(example = 1)]
    pub version: i64,
    /// The length of its content, in bytes.
    #[schema(example = 18)]
    pub size: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// An artifact to be.
#[derive(Insertable)]
#[diesel(table_name = artifacts)]
pub struct NewArtifact {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// The conversation it came out of.
    pub session_id: Option<String>,
    /// Its title.
    pub title: String,
    /// What its content is.
    pub kind: ArtifactKind,
    /// The language of a program.
    pub language: Option<String>,
    /// What it is filed under.
    pub tags: Tags,
    /// 1.
    pub version: i64,
    /// The length of its content, in bytes.
    pub size: i64,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// What a new version changes; `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = artifacts)]
pub struct ArtifactChanges {
    /// Its title.
    pub title: Option<String>,
    /// What it is filed under.
    pub tags: Option<Tags>,
    /// The newest version.
    pub version: i64,
    /// The length of its content, in bytes.
    pub size: i64,
    /// Now.
    pub updated_at: Time,
}

/// A row of `artifact_versions`: the content as it was then, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = artifact_versions)]
pub struct ArtifactVersion {
    /// Of which artifact.
    pub artifact_id: String,
    /// Counted from 1.
    pub version: i64,
    /// The title it had.
    pub title: String,
    /// The content it had.
    pub content: String,
    /// The length of the content, in bytes.
    pub size: i64,
    /// When it was written.
    pub created_at: Time,
}

/// A version in a list, as in JSON: without its content.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = artifact_versions)]
pub struct VersionSummary {
    /// Counted from 1.
    #[schema(example = 1)]
    pub version: i64,
    /// The title it had.
    #[schema(example = "写锁与 WAL")]
    pub title: String,
    /// The length of its content, in bytes.
    #[schema(example = 18)]
    pub size: i64,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}
