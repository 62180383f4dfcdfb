//! OpenAI's `conversations.json`: each conversation is a map of nodes with their parents.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::Value;

use super::arrange::ancestor;
use super::notes::{Note, Notes};
use crate::db::Time;
use crate::models::archive::{ArchivedMessage, ArchivedSession};
use crate::models::chat_session::SessionKind;
use crate::models::message::{MessageStatus, Usage};

#[derive(Deserialize)]
pub(super) struct Conversation {
    id: Option<String>,
    title: Option<String>,
    create_time: Option<f64>,
    update_time: Option<f64>,
    current_node: Option<String>,
    mapping: BTreeMap<String, Node>,
}

#[derive(Deserialize)]
struct Node {
    parent: Option<String>,
    message: Option<Said>,
}

#[derive(Deserialize)]
struct Said {
    author: Author,
    create_time: Option<f64>,
    content: Content,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Author {
    role: String,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    content_type: String,
    parts: Option<Vec<Value>>,
    text: Option<String>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    model_slug: Option<String>,
    is_visually_hidden_from_conversation: Option<bool>,
}

/// A moment of so many seconds since 1970; `otherwise` when that is none.
pub(super) fn moment(seconds: Option<f64>, otherwise: Time) -> Time {
    let moment = seconds.and_then(|seconds| std::time::Duration::try_from_secs_f64(seconds).ok());
    let millis = moment.and_then(|since| i64::try_from(since.as_micros().saturating_add(500) / 1000).ok());
    millis.and_then(|millis| Time::from_millis(millis).sayable()).unwrap_or(otherwise)
}

/// The sessions of a file.
pub(super) fn read(conversations: Vec<Conversation>, notes: &mut Notes) -> Vec<ArchivedSession> {
    conversations.into_iter().map(|conversation| session(conversation, notes)).collect()
}

fn session(from: Conversation, notes: &mut Notes) -> ArchivedSession {
    let created_at = moment(from.create_time, Time::now());
    let (mut empty, mut messages) = (HashMap::new(), Vec::with_capacity(from.mapping.len()));
    for (id, node) in from.mapping {
        match node.message {
            Some(said) => messages.push(message(id, node.parent, said, created_at, notes)),
            // The root, and what else only holds the tree together.
            None => drop(empty.insert(id, node.parent)),
        }
    }
    for message in &mut messages {
        message.parent_id = message.parent_id.take().and_then(|parent| ancestor(parent, &mut empty));
    }
    // The map has no order of its own.
    messages.sort_by_key(|message| message.created_at);
    ArchivedSession {
        id: from.id.unwrap_or_default(),
        name: from.title.unwrap_or_default(),
        unnamed: false,
        kind: SessionKind::Chat,
        model: None,
        pinned: false,
        archived: false,
        tags: Vec::new(),
        head_id: from.current_node.and_then(|head| ancestor(head, &mut empty)),
        run_status: None,
        created_at,
        updated_at: moment(from.update_time, created_at),
        messages,
        left_out: Vec::new(),
    }
}

/// What is hidden or has no words has no role, so that it is passed over.
fn message(
    id: String,
    parent_id: Option<String>,
    said: Said,
    begun: Time,
    notes: &mut Notes,
) -> ArchivedMessage {
    let hidden =
        said.metadata.is_visually_hidden_from_conversation == Some(true) || said.author.role == "system";
    let content = if hidden { String::new() } else { words(&said.content, notes) };
    ArchivedMessage {
        id,
        parent_id,
        role: if content.trim().is_empty() { String::new() } else { said.author.role },
        content,
        reasoning: String::new(),
        created_at: moment(said.create_time.filter(|_| !hidden), begun),
        model: said.metadata.model_slug,
        status: MessageStatus::Complete,
        error_code: None,
        citations: serde_json::json!([]),
        usage: Usage::default(),
    }
}

fn words(content: &Content, notes: &mut Notes) -> String {
    let parts = content.parts.iter().flatten().map(|part| match part {
        Value::String(text) => text.clone(),
        other => {
            notes.add(Note::Attachment);
            let kind = other.get("content_type").and_then(Value::as_str).unwrap_or(&content.content_type);
            format!("[{kind}]")
        }
    });
    let text = content.text.iter().cloned();
    parts.chain(text).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}
