//! A passage of a source that answers a question of a plan.

use diesel::prelude::*;

use crate::db::Time;
use crate::schema::notes;

/// A row of `notes`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = notes)]
pub struct Note {
    /// UUIDv7.
    pub id: String,
    /// The session it was taken in.
    pub session_id: String,
    /// The run that took it.
    pub run_id: String,
    /// The question it answers, from 1 in the plan.
    pub question: i64,
    /// Where it stands.
    pub source_id: String,
    /// Its first byte in the source's content.
    pub start_byte: i64,
    /// The byte after its last.
    pub end_byte: i64,
    /// What it says, in the words of who took the note; the passage itself when nobody put it in words.
    pub claim: String,
    /// When it was taken.
    pub created_at: Time,
}
