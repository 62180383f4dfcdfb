//! Makes rows of what a file says: bounded texts, states that can be, and ids that are ours.

use std::collections::HashMap;

use super::arrange::arrange;
use super::notes::{Note, Notes};
use crate::i18n::Locale;
use crate::models::archive::{ArchivedMessage, ArchivedSession};
use crate::models::chat_session::ChatSession;
use crate::models::message::{Message, MessageRole, MessageStatus};
use crate::models::new_id;
use crate::models::run::RunStatus;
use crate::models::tags::Tags;
use crate::models::user::User;
use crate::services::text::{SessionName, parse_id, parse_model, parse_tags};

/// Longest text of a message, in bytes: as long as an answer can grow.
const LONGEST: usize = 4 * 1024 * 1024;

/// Most tokens that a file is believed: what a message costs later is added to them.
const TOKENS: i64 = 1 << 40;

/// A session ready to be stored, parents before children.
pub(super) struct Tidied {
    pub(super) session: ChatSession,
    pub(super) messages: Vec<Message>,
}

/// Makes rows of a session, `owner`'s from now on.
pub(super) fn tidy(from: ArchivedSession, owner: &User, locale: Locale, notes: &mut Notes) -> Tidied {
    if !from.left_out.is_empty() {
        notes.add(Note::LeftOut);
    }
    let (arranged, head_id) = arrange(from.messages, from.head_id, notes);
    let messages: Vec<_> =
        arranged.into_iter().map(|(role, message)| row(&from.id, role, message, notes)).collect();
    let name = name(&from.name);
    let tags = parse_tags(&from.tags).unwrap_or_else(|_| {
        notes.add(Note::Detail);
        Vec::new()
    });
    let session = ChatSession {
        unnamed: from.unnamed || name.is_none(),
        name: name.unwrap_or_else(|| locale.t("session.unnamed").into_owned()),
        id: from.id,
        user_id: owner.id.clone(),
        kind: from.kind,
        model: model(from.model, notes),
        pinned: from.pinned,
        archived: from.archived,
        tags: Tags::new(&tags),
        head_id,
        message_count: i64::try_from(messages.len()).unwrap_or(i64::MAX),
        run_status: from.run_status.map(|status| if status.is_active() { RunStatus::Failed } else { status }),
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    Tidied { session, messages }
}

fn row(session: &str, role: MessageRole, from: ArchivedMessage, notes: &mut Notes) -> Message {
    let (status, error_code) = match from.status {
        MessageStatus::Streaming => {
            notes.add(Note::Interrupted);
            (MessageStatus::Failed, Some("interrupted".to_owned()))
        }
        status => (status, error_code(from.error_code, notes)),
    };
    Message {
        session_id: session.to_owned(),
        role,
        content: bounded(from.content, notes),
        reasoning: bounded(from.reasoning, notes),
        model: model(from.model, notes),
        status,
        error_code,
        citations: citations(&from.citations, notes),
        prompt_tokens: from.usage.prompt_tokens.clamp(0, TOKENS),
        completion_tokens: from.usage.completion_tokens.clamp(0, TOKENS),
        created_at: from.created_at,
        id: from.id,
        parent_id: from.parent_id,
        shown_at: None,
    }
}

/// One line of at most 200 characters; `None` when nothing is left.
fn name(text: &str) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line: String = line.trim().chars().take(200).collect();
    SessionName::parse(&line).ok().map(SessionName::into_string)
}

fn bounded(text: String, notes: &mut Notes) -> String {
    let mut text = match text.contains('\0') {
        true => {
            notes.add(Note::Nul);
            text.replace('\0', "")
        }
        false => text,
    };
    if text.len() > LONGEST {
        notes.add(Note::TooLong);
        text.truncate(text.floor_char_boundary(LONGEST));
    }
    text
}

fn model(id: Option<String>, notes: &mut Notes) -> Option<String> {
    parse_model(id.as_deref()).unwrap_or_else(|_| {
        notes.add(Note::Detail);
        None
    })
}

/// Codes are words of ours.
fn error_code(code: Option<String>, notes: &mut Notes) -> Option<String> {
    let code = code?;
    let is_word = (1..=50).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !is_word {
        notes.add(Note::Detail);
    }
    is_word.then_some(code)
}

fn citations(given: &serde_json::Value, notes: &mut Notes) -> String {
    let text = given.to_string();
    if given.is_array() && text.len() <= LONGEST && !text.contains("\\u0000") {
        return text;
    }
    if !given.is_null() {
        notes.add(Note::Detail);
    }
    "[]".to_owned()
}

impl Tidied {
    /// Whether all ids are as we make them.
    pub(super) fn has_usable_ids(&self) -> bool {
        let ids = self.messages.iter().map(|message| &message.id);
        ids.chain([&self.session.id]).all(|id| parse_id(id).is_some())
    }

    /// Gives the session and its messages new ids, in their order.
    pub(super) fn renew_ids(&mut self) {
        let new: HashMap<String, String> =
            self.messages.iter().map(|message| (message.id.clone(), new_id())).collect();
        let renewed = |id: &str| new.get(id).cloned();
        self.session.id = new_id();
        self.session.head_id = self.session.head_id.as_deref().and_then(renewed);
        for message in &mut self.messages {
            message.session_id.clone_from(&self.session.id);
            message.parent_id = message.parent_id.as_deref().and_then(renewed);
            message.id = renewed(&message.id).unwrap_or_else(new_id);
        }
    }
}
