//! Something to be done.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::tags::Tags;
use crate::db::{Time, text_enum};
use crate::schema::tasks;

text_enum! {
    /// How a task stands.
    TaskStatus {
        /// Not begun.
        Todo = "todo",
        /// Begun.
        InProgress = "in_progress",
        /// Finished.
        Done = "done",
        /// Given up.
        Cancelled = "cancelled",
    }
}

impl TaskStatus {
    /// Every status, in the order a task goes through them.
    pub const ALL: [Self; 4] = [Self::Todo, Self::InProgress, Self::Done, Self::Cancelled];

    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Todo | Self::InProgress)
    }
}

/// A row of `tasks`, as in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Serialize, ToSchema)]
pub struct Task {
    /// UUIDv7.
    #[schema(example = "01a20750-065f-7622-966a-1aef5b302e93")]
    pub id: String,
    #[serde(skip)]
    /// Whose.
    pub user_id: String,
    /// The conversation it was noted down from; `null` when it came from elsewhere or that is gone.
    #[schema(required)]
    pub session_id: Option<String>,
    /// What is to be done, in one line.
    #[schema(example = "核对引用")]
    pub title: String,
    /// What else there is to say, in Markdown.
    #[schema(example = "逐条打开来源。")]
    pub description: String,
    /// How it stands.
    pub status: TaskStatus,
    #[schema(value_type = Vec<String>, example = json!(["写作"]))]
    /// What it is filed under.
    pub tags: Tags,
    /// When it must be done.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-01-31T12:00:00.000Z", required)]
    pub due_at: Option<Time>,
    /// When it was noted down.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// A task to be.
#[derive(Insertable)]
#[diesel(table_name = tasks)]
pub struct NewTask {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// The conversation it was noted down from.
    pub session_id: Option<String>,
    /// What is to be done.
    pub title: String,
    /// What else there is to say.
    pub description: String,
    /// How it stands.
    pub status: TaskStatus,
    /// What it is filed under.
    pub tags: Tags,
    /// When it must be done.
    pub due_at: Option<Time>,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// What may change; `None` leaves a column as it is.
#[derive(AsChangeset, Default)]
#[diesel(table_name = tasks)]
pub struct TaskChanges {
    /// What is to be done.
    pub title: Option<String>,
    /// What else there is to say.
    pub description: Option<String>,
    /// How it stands.
    pub status: Option<TaskStatus>,
    /// What it is filed under.
    pub tags: Option<Tags>,
    /// When it must be done.
    pub due_at: Option<Option<Time>>,
    /// Now.
    pub updated_at: Option<Time>,
}
