//! One answer being made: durable, resumable, cancellable.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::message::Usage;
use crate::db::{Time, text_enum};
use crate::schema::runs;

text_enum! {
    /// What makes the answer.
    RunKind {
        /// One model call.
        Chat = "chat",
        /// A research from its question to its report.
        Research = "research",
        /// A question about what a research has gathered.
        Followup = "followup",
        /// One section of a report, made anew.
        Section = "section",
    }
}

text_enum! {
    /// How a run stands.
    RunStatus {
        /// Nobody works on it yet.
        Queued = "queued",
        /// It is being worked on.
        Running = "running",
        /// It waits for a person.
        Waiting = "waiting",
        /// Done.
        Succeeded = "succeeded",
        /// Ended by an error; what it had made is kept.
        Failed = "failed",
        /// Ended by the person; what it had made is kept.
        Cancelled = "cancelled",
        /// Its process died; what it had made is kept.
        Interrupted = "interrupted",
    }
}

impl RunStatus {
    /// Whether it may still change: at most one run of a session is active.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Waiting)
    }
}

/// A row of `runs`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Identifiable)]
#[diesel(table_name = runs)]
pub struct Run {
    /// UUIDv7.
    pub id: String,
    /// The session it answers in.
    pub session_id: String,
    /// Whose session that is.
    pub user_id: String,
    /// The answer it writes.
    pub message_id: String,
    /// What makes the answer.
    pub kind: RunKind,
    /// How it stands.
    pub status: RunStatus,
    /// The model asked.
    pub model: String,
    /// The process working on it.
    pub lease_owner: Option<String>,
    /// When that process must have renewed its claim.
    pub lease_expires_at: Option<Time>,
    /// Somebody asked it to stop.
    pub cancel_requested: bool,
    /// How often it was claimed.
    pub attempts: i64,
    /// What makes a retried request return this run.
    pub idempotency_key: Option<String>,
    /// Why it ended without success.
    pub error_code: Option<String>,
    /// Tokens read.
    pub prompt_tokens: i64,
    /// Tokens written.
    pub completion_tokens: i64,
    /// When it was asked for.
    pub created_at: Time,
    /// When work began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// Whether its log holds the ending alone.
    pub compacted: bool,
}

/// A run about to be queued.
#[derive(Insertable)]
#[diesel(table_name = runs)]
pub struct NewRun {
    /// UUIDv7.
    pub id: String,
    /// The session it answers in.
    pub session_id: String,
    /// Whose session that is.
    pub user_id: String,
    /// The answer it will write.
    pub message_id: String,
    /// What makes the answer.
    pub kind: RunKind,
    /// Queued.
    pub status: RunStatus,
    /// The model asked.
    pub model: String,
    /// What makes a retried request return this run.
    pub idempotency_key: Option<String>,
    /// Now.
    pub created_at: Time,
}

/// A run in JSON.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunJson {
    /// UUIDv7.
    pub id: String,
    /// The session it answers in.
    pub session_id: String,
    /// What makes the answer.
    pub kind: RunKind,
    /// How it stands.
    pub status: RunStatus,
    /// The answer it writes.
    pub message_id: String,
    /// Why it ended without success: a stable code; `null` otherwise.
    #[schema(required)]
    pub error: Option<String>,
    /// How many runs are worked on before it, itself included, while it is queued and asked for by its id; else `null`.
    pub queue_position: Option<i64>,
    /// What it cost so far.
    pub usage: Usage,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When work began.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub started_at: Option<Time>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub finished_at: Option<Time>,
}

impl Run {
    /// What it cost so far, all of which is counted in its member's day.
    pub fn usage(&self) -> Usage {
        Usage { prompt_tokens: self.prompt_tokens, completion_tokens: self.completion_tokens }
    }
}

impl From<Run> for RunJson {
    fn from(row: Run) -> Self {
        Self {
            usage: row.usage(),
            id: row.id,
            session_id: row.session_id,
            kind: row.kind,
            status: row.status,
            message_id: row.message_id,
            error: row.error_code,
            queue_position: None,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}
