//! A conversation: a chat or a research.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::run::RunStatus;
use super::tags::Tags;
use crate::db::{Time, text_enum};
use crate::schema::chat_sessions;

text_enum! {
    /// What a session is for.
    SessionKind {
        /// Conversation.
        Chat = "chat",
        /// Deep research.
        Deepresearch = "deepresearch",
    }
}

/// A row of `chat_sessions`, as in JSON.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, Serialize, ToSchema,
)]
#[diesel(table_name = chat_sessions, treat_none_as_default_value = false)]
#[schema(as = Session)]
pub struct ChatSession {
    /// UUIDv7.
    pub id: String,
    #[serde(skip)]
    /// Whose.
    pub user_id: String,
    /// Its title.
    #[schema(example = "写锁与 WAL")]
    pub name: String,
    #[serde(skip)]
    /// Nobody has named it yet.
    pub unnamed: bool,
    #[serde(rename = "type")]
    /// What it is for.
    pub kind: SessionKind,
    /// The model it asks; the default when `null`.
    #[schema(required)]
    pub model: Option<String>,
    /// Listed before others.
    pub pinned: bool,
    /// Put away.
    pub archived: bool,
    #[schema(value_type = Vec<String>, example = json!(["SQLite"]))]
    /// What it is filed under.
    pub tags: Tags,
    #[serde(skip)]
    /// The last message of the branch that is shown.
    pub head_id: Option<String>,
    /// Messages in all branches.
    #[schema(example = 0)]
    pub message_count: i64,
    /// How its latest answer stands; `null` before the first.
    #[schema(required)]
    pub run_status: Option<RunStatus>,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When something last happened in it.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// A session to be.
#[derive(Insertable)]
#[diesel(table_name = chat_sessions)]
pub struct NewChatSession {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// Its title.
    pub name: String,
    /// Whether the title is only a stand-in.
    pub unnamed: bool,
    /// What it is for.
    pub kind: SessionKind,
    /// The model it asks.
    pub model: Option<String>,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

impl From<NewChatSession> for ChatSession {
    /// The row as the database completes it.
    fn from(new: NewChatSession) -> Self {
        Self {
            id: new.id,
            user_id: new.user_id,
            name: new.name,
            unnamed: new.unnamed,
            kind: new.kind,
            model: new.model,
            pinned: false,
            archived: false,
            tags: Tags::new(&[]),
            head_id: None,
            message_count: 0,
            run_status: None,
            created_at: new.created_at,
            updated_at: new.updated_at,
        }
    }
}

/// What may change; `None` leaves a column as it is.
#[derive(AsChangeset, Default)]
#[diesel(table_name = chat_sessions)]
pub struct ChatSessionChanges {
    /// Its title.
    pub name: Option<String>,
    /// Whether the title is only a stand-in.
    pub unnamed: Option<bool>,
    /// The model it asks.
    pub model: Option<Option<String>>,
    /// Listed before others.
    pub pinned: Option<bool>,
    /// Put away.
    pub archived: Option<bool>,
    /// What it is filed under.
    pub tags: Option<Tags>,
    /// The last message of the branch that is shown.
    pub head_id: Option<Option<String>>,
    /// How its latest answer stands.
    pub run_status: Option<Option<RunStatus>>,
    /// When something last happened in it.
    pub updated_at: Option<Time>,
}
