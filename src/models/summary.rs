//! What was said up to a message, in few words.

use diesel::prelude::*;

use crate::db::Time;
use crate::schema::summaries;

/// A row of `summaries`: for a model that has no room for the messages themselves. It holds for every branch through its
/// message, because what stands above a message never changes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, QueryableByName, Insertable)]
#[diesel(table_name = summaries)]
pub struct Summary {
    /// The last message it tells of.
    pub message_id: String,
    /// As the model wrote it.
    pub content: String,
    /// When it was written.
    pub created_at: Time,
}
