//! Open WebUI's chat export: each chat has a history of messages with their parents, or only a list of them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::openai::moment;
use crate::db::Time;
use crate::models::archive::{ArchivedMessage, ArchivedSession};
use crate::models::chat_session::SessionKind;
use crate::models::message::{MessageStatus, Usage};

#[derive(Deserialize)]
pub(super) struct Entry {
    id: Option<String>,
    title: Option<String>,
    chat: Chat,
    created_at: Option<f64>,
    updated_at: Option<f64>,
    pinned: Option<bool>,
    archived: Option<bool>,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Chat {
    title: Option<String>,
    models: Option<Vec<String>>,
    messages: Option<Vec<Said>>,
    history: Option<History>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History {
    #[serde(default)]
    messages: BTreeMap<String, Said>,
    current_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    id: Option<String>,
    parent_id: Option<String>,
    role: String,
    #[serde(default)]
    content: String,
    timestamp: Option<f64>,
    model: Option<String>,
}

/// The sessions of a file.
pub(super) fn read(entries: Vec<Entry>) -> Vec<ArchivedSession> {
    entries.into_iter().map(session).collect()
}

fn session(from: Entry) -> ArchivedSession {
    let created_at = moment(from.created_at, Time::now());
    let (messages, head_id) = said(from.chat.history, from.chat.messages, created_at);
    ArchivedSession {
        id: from.id.unwrap_or_default(),
        name: from.title.or(from.chat.title).unwrap_or_default(),
        unnamed: false,
        kind: SessionKind::Chat,
        model: from.chat.models.and_then(|models| models.into_iter().next()),
        pinned: from.pinned.unwrap_or_default(),
        archived: from.archived.unwrap_or_default(),
        tags: from.meta.and_then(|meta| meta.tags).unwrap_or_default(),
        head_id,
        run_status: None,
        created_at,
        updated_at: moment(from.updated_at, created_at),
        messages,
        left_out: Vec::new(),
    }
}

fn said(
    history: Option<History>,
    list: Option<Vec<Said>>,
    begun: Time,
) -> (Vec<ArchivedMessage>, Option<String>) {
    match history.filter(|history| !history.messages.is_empty()) {
        Some(history) => {
            let said = history.messages.into_iter();
            let mut messages: Vec<_> = said.map(|(id, said)| message(id, said, begun)).collect();
            messages.sort_by_key(|message| message.created_at);
            (messages, history.current_id)
        }
        None => (in_a_row(list.unwrap_or_default(), begun), None),
    }
}

/// Each follows the one before it.
fn in_a_row(list: Vec<Said>, begun: Time) -> Vec<ArchivedMessage> {
    let mut before = None;
    let said = list.into_iter().enumerate().map(|(number, mut said)| {
        let id = said.id.take().unwrap_or_else(|| number.to_string());
        said.parent_id = before.replace(id.clone());
        message(id, said, begun)
    });
    said.collect()
}

fn message(id: String, from: Said, begun: Time) -> ArchivedMessage {
    ArchivedMessage {
        id,
        parent_id: from.parent_id,
        role: from.role,
        content: from.content,
        reasoning: String::new(),
        model: from.model,
        status: MessageStatus::Complete,
        error_code: None,
        citations: serde_json::json!([]),
        usage: Usage::default(),
        created_at: moment(from.timestamp, begun),
    }
}
