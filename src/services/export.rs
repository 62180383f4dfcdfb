//! Taking a conversation away: all of it for a program, or what is shown of it for people.

use std::borrow::Cow;

use serde::Deserialize;
use utoipa::IntoParams;

use super::sessions;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::markdown;
use crate::models::archive::{Archive, ArchivedMessage, ArchivedSession, FORMAT, LeftOut, VERSION};
use crate::models::chat_session::ChatSession;
use crate::models::message::{Message, MessageRole};
use crate::models::user::User;
use crate::repositories::{messages, plans, reports, sources};

/// As what a conversation is wanted, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportAs {
    /// `json` (default): everything, to be imported again; `markdown` or `html`: what is shown, to be read.
    pub format: Option<String>,
}

/// What a conversation can be taken away as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Everything, for an import.
    Json,
    /// What is shown, as text.
    Markdown,
    /// What is shown, as one page.
    Html,
}

impl Format {
    /// Reads the format; JSON when none is named.
    ///
    /// # Errors
    /// `Invalid`, with the field `format`.
    pub fn parse(text: Option<&str>) -> AppResult<Self> {
        match text {
            None | Some("" | "json") => Ok(Self::Json),
            Some("markdown") => Ok(Self::Markdown),
            Some("html") => Ok(Self::Html),
            Some(_) => Err(AppError::field("format", "unknown_value")),
        }
    }

    /// The ending of the file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Html => "html",
        }
    }
}

/// Everything about a session that is said in it; what its researches have planned and read is named, not told.
///
/// # Errors
/// `NotFound` for an unknown session and for somebody else's.
pub fn archive(conn: &mut DbConn, owner: &User, session: &str) -> AppResult<Archive> {
    let session = sessions::find(conn, owner, session)?;
    let said = messages::list_all(conn, &session.id)?;
    let left_out = left_out(conn, &session)?;
    let session = archived(session, said, left_out);
    Ok(Archive { format: FORMAT.to_owned(), version: VERSION, sessions: vec![session] })
}

/// What there is of a session's researches and does not go into its file.
fn left_out(conn: &mut DbConn, session: &ChatSession) -> AppResult<Vec<LeftOut>> {
    let mut left = Vec::new();
    if !plans::list(conn, &session.id)?.is_empty() {
        left.push(LeftOut::Plans);
    }
    if !sources::list(conn, &session.id)?.is_empty() {
        left.push(LeftOut::Sources);
    }
    if reports::newest(conn, &session.id)?.is_some() {
        left.push(LeftOut::Reports);
    }
    Ok(left)
}

fn archived(session: ChatSession, said: Vec<Message>, left_out: Vec<LeftOut>) -> ArchivedSession {
    ArchivedSession {
        left_out,
        id: session.id,
        name: session.name,
        unnamed: session.unnamed,
        kind: session.kind,
        model: session.model,
        pinned: session.pinned,
        archived: session.archived,
        tags: session.tags.words(),
        head_id: session.head_id,
        run_status: session.run_status,
        created_at: session.created_at,
        updated_at: session.updated_at,
        messages: said.into_iter().map(archived_message).collect(),
    }
}

fn archived_message(row: Message) -> ArchivedMessage {
    ArchivedMessage {
        usage: row.usage(),
        id: row.id,
        parent_id: row.parent_id,
        role: row.role.as_str().to_owned(),
        content: row.content,
        reasoning: row.reasoning,
        model: row.model,
        status: row.status,
        error_code: row.error_code,
        citations: serde_json::from_str(&row.citations).unwrap_or_else(|_| serde_json::json!([])),
        created_at: row.created_at,
    }
}

/// The branch of a session that is shown, as far as people and models have spoken in it; oldest first.
///
/// # Errors
/// `NotFound` for an unknown session and for somebody else's.
pub fn shown(conn: &mut DbConn, owner: &User, session: &str) -> AppResult<(ChatSession, Vec<Message>)> {
    let session = sessions::find(conn, owner, session)?;
    let mut said = match &session.head_id {
        Some(head) => messages::branch(conn, &session.id, head, i64::MAX)?,
        None => Vec::new(),
    };
    said.retain(|message| matches!(message.role, MessageRole::User | MessageRole::Assistant));
    Ok((session, said))
}

/// A conversation as Markdown: its name, then who said what and when. Footnotes of one message keep their names, those of
/// further ones get others, so that each leads to its own definition.
pub fn markdown(session: &ChatSession, said: &[Message], owner: &User, locale: Locale) -> String {
    let mut text = format!("# {}\n", session.name);
    let mut noted = 0;
    for message in said {
        let assistant = locale.t("app.assistant");
        let who = if message.role == MessageRole::User { owner.name.as_str() } else { &assistant };
        let model = message.model.as_deref().map(|model| format!(" · {model}")).unwrap_or_default();
        let time = message.created_at.to_utc().format("%Y-%m-%d %H:%M UTC");
        let content = with_own_footnotes(&message.content, &mut noted);
        text.push_str(&format!("\n## {who}{model} · {time}\n\n{}\n", content.trim_end()));
    }
    text
}

/// The text, with other names for its footnotes when it is not the first that has any; `noted` have had some before.
fn with_own_footnotes<'a>(text: &'a str, noted: &mut usize) -> Cow<'a, str> {
    if !text.contains("[^") || markdown::footnotes(text).is_empty() {
        return Cow::Borrowed(text);
    }
    *noted += 1;
    match *noted {
        1 => Cow::Borrowed(text),
        nth => Cow::Owned(markdown::prefix_footnotes(text, &format!("{nth}-"))),
    }
}
