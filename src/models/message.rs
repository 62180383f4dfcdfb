//! One thing said in a session; messages form a tree by their parents.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{Time, text_enum};
use crate::schema::messages;

text_enum! {
    /// Who said it.
    MessageRole {
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// Instructions.
        System = "system",
        /// A tool the model called.
        Tool = "tool",
    }
}

text_enum! {
    /// How a message stands.
    MessageStatus {
        /// All of it is there.
        Complete = "complete",
        /// It is being written.
        Streaming = "streaming",
        /// Stopped by the person; the text so far is kept.
        Cancelled = "cancelled",
        /// Broke off; the text so far is kept and `error_code` says why.
        Failed = "failed",
    }
}

/// A row of `messages`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, QueryableByName, Identifiable, Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub struct Message {
    /// UUIDv7.
    pub id: String,
    /// The session it belongs to.
    pub session_id: String,
    /// What it follows; `None` for the first.
    pub parent_id: Option<String>,
    /// Who said it.
    pub role: MessageRole,
    /// Markdown.
    pub content: String,
    /// What the model thought aloud; empty when it did not.
    pub reasoning: String,
    /// The model that wrote it; `None` for people.
    pub model: Option<String>,
    /// How it stands.
    pub status: MessageStatus,
    /// Why it broke off.
    pub error_code: Option<String>,
    /// What it cites, a JSON array: of [`Citation`](super::report::Citation) for the report of a research.
    pub citations: String,
    /// Tokens the model read.
    pub prompt_tokens: i64,
    /// Tokens the model wrote.
    pub completion_tokens: i64,
    /// When it was said.
    pub created_at: Time,
    /// When it was last the end of the branch that was shown, until another one was.
    pub shown_at: Option<Time>,
}

impl Message {
    /// What it cost.
    pub fn usage(&self) -> Usage {
        Usage { prompt_tokens: self.prompt_tokens, completion_tokens: self.completion_tokens }
    }

    /// Whether it is an answer that broke off and that the model may go on with. One that grew too long may not.
    pub fn is_unfinished(&self) -> bool {
        let broke_off = matches!(self.status, MessageStatus::Cancelled | MessageStatus::Failed);
        let code = self.error_code.as_deref();
        self.role == MessageRole::Assistant
            && self.parent_id.is_some()
            && (broke_off || code == Some("answer_cut"))
            && code != Some("answer_too_long")
    }
}

/// What a model is shown of a message, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(table_name = messages)]
pub struct Said {
    /// The message.
    pub id: String,
    /// What it follows.
    pub parent_id: Option<String>,
    /// Who said it.
    pub role: MessageRole,
    /// Markdown.
    pub content: String,
}

/// A message about to be said.
#[derive(Insertable)]
#[diesel(table_name = messages)]
pub struct NewMessage {
    /// UUIDv7.
    pub id: String,
    /// The session it belongs to.
    pub session_id: String,
    /// What it follows.
    pub parent_id: Option<String>,
    /// Who says it.
    pub role: MessageRole,
    /// Markdown; empty for an answer to be written.
    pub content: String,
    /// The model that will write it.
    pub model: Option<String>,
    /// How it stands.
    pub status: MessageStatus,
    /// Now.
    pub created_at: Time,
}

/// What may change; `None` leaves a column as it is.
#[derive(AsChangeset, Default)]
#[diesel(table_name = messages)]
pub struct MessageChanges {
    /// Markdown.
    pub content: Option<String>,
    /// What the model thought aloud.
    pub reasoning: Option<String>,
    /// How it stands.
    pub status: Option<MessageStatus>,
    /// Why it broke off.
    pub error_code: Option<Option<String>>,
}

/// A message in JSON.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageJson {
    /// UUIDv7.
    pub id: String,
    /// The session it belongs to.
    pub session_id: String,
    /// What it follows; `null` for the first.
    #[schema(required)]
    pub parent_id: Option<String>,
    /// Who said it.
    pub role: MessageRole,
    /// Markdown.
    #[schema(example = "海为什么是蓝色的？")]
    pub content: String,
    /// What the model thought aloud; empty when it did not.
    #[schema(example = "")]
    pub reasoning: String,
    /// The model that wrote it; `null` for people.
    #[schema(required)]
    pub model: Option<String>,
    /// How it stands.
    pub status: MessageStatus,
    /// Why it is not whole: `interrupted`, `model_unreachable`, `answer_cut`, …; `null` otherwise.
    #[schema(required)]
    pub error_code: Option<String>,
    /// What it cites: for the report of a research its footnotes, each a `Citation` as in `GET /api/artifacts/{id}/report`;
    /// otherwise nothing, or what an import has brought.
    #[schema(value_type = Vec<Object>, example = json!([]))]
    pub citations: serde_json::Value,
    /// What it cost.
    pub usage: Usage,
    /// When it was said.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// Tokens an answer took, as the model told; estimated where it told nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// Tokens the model read.
    #[schema(example = 0)]
    pub prompt_tokens: i64,
    /// Tokens the model wrote.
    #[schema(example = 0)]
    pub completion_tokens: i64,
}

impl Usage {
    /// All of it.
    pub fn total(self) -> i64 {
        self.prompt_tokens.saturating_add(self.completion_tokens)
    }

    /// This and `other` together, as far as a column can hold it.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            prompt_tokens: self.prompt_tokens.saturating_add(other.prompt_tokens),
            completion_tokens: self.completion_tokens.saturating_add(other.completion_tokens),
        }
    }
}

impl From<Message> for MessageJson {
    fn from(row: Message) -> Self {
        Self {
            usage: row.usage(),
            id: row.id,
            session_id: row.session_id,
            parent_id: row.parent_id,
            role: row.role,
            content: row.content,
            reasoning: row.reasoning,
            model: row.model,
            status: row.status,
            error_code: row.error_code,
            citations: serde_json::from_str(&row.citations).unwrap_or_default(),
            created_at: row.created_at,
        }
    }
}
