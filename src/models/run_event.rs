//! What happened in a run, in order: the log readers replay.

use diesel::prelude::*;

use crate::db::Time;
use crate::schema::run_events;

/// A row of `run_events`. Pieces of text that came within one flush share a row: its `data` is then a JSON
/// array of strings, numbered `seq..=last_seq`. Any other event has a row of its own, `data` a JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = run_events, treat_none_as_default_value = false)]
pub struct RunEventRow {
    /// The run.
    pub run_id: String,
    /// Number of the first event in the row, from 1, without gaps.
    pub seq: i64,
    /// Number of the last event in the row.
    pub last_seq: i64,
    /// `delta`, `reasoning`, `run`, `message`, `end`, …
    pub kind: String,
    /// JSON.
    pub data: String,
    /// When it was written.
    pub created_at: Time,
}
