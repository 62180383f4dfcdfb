//! A file that a member brings in.

use diesel::prelude::*;

use crate::db::{Time, text_enum};
use crate::schema::imports;

text_enum! {
    /// How an import stands.
    ImportStatus {
        /// Its messages are being stored.
        Running = "running",
        /// All of it is there.
        Succeeded = "succeeded",
        /// Nothing of it is there.
        Failed = "failed",
    }
}

/// A row of `imports`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Identifiable, Insertable)]
#[diesel(table_name = imports)]
pub struct Import {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// How it stands.
    pub status: ImportStatus,
    /// Messages in the file.
    pub total: i64,
    /// What was imported, as JSON.
    pub result: Option<String>,
    /// Why it failed.
    pub error_code: Option<String>,
    /// When the file was read.
    pub created_at: Time,
    /// When it was stored, or failed.
    pub finished_at: Option<Time>,
}

/// How an import ended.
#[derive(AsChangeset)]
#[diesel(table_name = imports)]
pub struct ImportEnd {
    /// Succeeded or failed.
    pub status: ImportStatus,
    /// What was imported, as JSON.
    pub result: Option<String>,
    /// Why it failed.
    pub error_code: Option<String>,
    /// Now.
    pub finished_at: Time,
}
