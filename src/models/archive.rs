//! The file in which conversations leave this installation and come back: every column but their owner. No rules.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::chat_session::SessionKind;
use super::message::{MessageStatus, Usage};
use super::run::RunStatus;
use crate::db::Time;

/// What `format` says in such a file.
pub const FORMAT: &str = "stoa.session";
/// The version that is written.
pub const VERSION: u32 = 1;

/// The whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Archive {
    /// [`FORMAT`].
    #[schema(example = "stoa.session")]
    pub format: String,
    /// [`VERSION`].
    #[schema(example = 1)]
    pub version: u32,
    /// One or many.
    pub sessions: Vec<ArchivedSession>,
}

/// A session with all that was said in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArchivedSession {
    /// Its id where it comes from.
    pub id: String,
    /// Its title.
    #[schema(example = "写锁与 WAL")]
    pub name: String,
    /// Whether the title is only a stand-in.
    #[serde(default)]
    pub unnamed: bool,
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: SessionKind,
    /// The model it asks.
    pub model: Option<String>,
    /// Listed before others.
    #[serde(default)]
    pub pinned: bool,
    /// Put away.
    #[serde(default)]
    pub archived: bool,
    /// What it is filed under.
    #[serde(default)]
    #[schema(example = json!(["SQLite"]))]
    pub tags: Vec<String>,
    /// The last message of the branch that is shown.
    #[schema(example = "01a20750-065f-7622-966a-1aef5b302e93")]
    pub head_id: Option<String>,
    /// How its latest answer stood.
    pub run_status: Option<RunStatus>,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When something last happened in it.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    /// All branches.
    pub messages: Vec<ArchivedMessage>,
    /// What its researches have besides what was said, and this file has not: an evidence bundle has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!([]))]
    pub left_out: Vec<LeftOut>,
}

/// Something that belongs to a session and stays where it is when the session is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// What was going to be researched.
    Plans,
    /// What was read, and what was noted down of it.
    Sources,
    /// What is known of reports; their text is an answer, and an artifact of its own.
    Reports,
    /// What a later version names.
    #[serde(other)]
    Other,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArchivedMessage {
    /// Its id where it comes from.
    pub id: String,
    /// What it follows.
    pub parent_id: Option<String>,
    /// Who said it: a word of `MessageRole`, or one that an import passes over.
    #[schema(example = "user")]
    pub role: String,
    /// Markdown.
    #[schema(example = "海为什么是蓝色的？")]
    pub content: String,
    /// What the model thought aloud.
    #[serde(default)]
    #[schema(example = "")]
    pub reasoning: String,
    /// The model that wrote it.
    pub model: Option<String>,
    /// How it stands.
    pub status: MessageStatus,
    /// Why it broke off.
    pub error_code: Option<String>,
    /// What it cites, an array.
    #[serde(default)]
    #[schema(value_type = Vec<Object>, example = json!([]))]
    pub citations: serde_json::Value,
    /// What it cost.
    #[serde(default)]
    pub usage: Usage,
    /// When it was said.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}
