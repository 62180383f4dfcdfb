//! A conversation as it was when its owner shared it.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::message::MessageRole;
use crate::db::Time;
use crate::schema::shares;

/// A row of `shares`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Identifiable, Insertable)]
#[diesel(table_name = shares)]
pub struct Share {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// What was shared; it has one share at most.
    pub session_id: String,
    /// The part of the address nobody can guess.
    pub key: String,
    /// The session's title at that time.
    pub name: String,
    /// A JSON array of [`SharedMessage`].
    pub snapshot: String,
    /// When the snapshot was taken.
    pub created_at: Time,
}

/// One message of a snapshot: what a stranger may read of it, and nothing that leads back into the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedMessage {
    /// Who said it.
    pub role: MessageRole,
    /// Markdown.
    pub content: String,
    /// The model that wrote it.
    pub model: Option<String>,
    /// When it was said.
    pub created_at: Time,
}
