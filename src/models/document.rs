//! A file that a member gave to be read: its clean text, and the bytes as they came in a row of their own.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Time;
use crate::schema::{document_files, documents};

/// A row of `documents` without its text, as in JSON. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Serialize, ToSchema)]
pub struct Document {
    /// UUIDv7.
    #[schema(example = "01a20750-065f-7622-966a-1aef5b302e93")]
    pub id: String,
    #[serde(skip)]
    /// Whose.
    pub user_id: String,
    /// Its title: given, or its own, or the file's name.
    #[schema(example = "罗马法概论")]
    pub title: String,
    /// The name the file had.
    #[schema(example = "roman-law.pdf")]
    pub file_name: String,
    /// What the bytes are.
    #[schema(example = "application/pdf")]
    pub content_type: String,
    /// The length of the file, in bytes.
    #[schema(example = 48213)]
    pub size: i64,
    /// SHA-256 of the file, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// A document to be.
#[derive(Insertable)]
#[diesel(table_name = documents)]
pub struct NewDocument {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// Its title.
    pub title: String,
    /// The name the file had.
    pub file_name: String,
    /// What the bytes are.
    pub content_type: String,
    /// The length of the file, in bytes.
    pub size: i64,
    /// The text that was read in it.
    pub content: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Now.
    pub created_at: Time,
}

/// A row of `document_files`.
#[derive(Insertable)]
#[diesel(table_name = document_files)]
pub struct DocumentFile {
    /// Of which document.
    pub document_id: String,
    /// The file as it was given.
    pub bytes: Vec<u8>,
}
