//! Messages: reading a branch, asking, and asking for another answer.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::page_request::{Page, PageRequest};
use super::sessions::{self, NewSession};
use super::text::{MessageText, parse_id, parse_key, parse_model};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::i18n::Locale;
use crate::models::chat_session::{ChatSession, ChatSessionChanges};
use crate::models::message::{Message, MessageRole, MessageStatus, NewMessage};
use crate::models::new_id;
use crate::models::run::{NewRun, Run, RunKind, RunStatus};
use crate::models::user::User;
use crate::repositories::{chat_sessions, messages, runs};

/// Which messages to list, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListMessages {
    /// The last message of the branch; the one shown last when absent.
    pub branch: Option<String>,
    /// Only messages above that one (its id): `next_cursor` of the answer before.
    pub before: Option<String>,
    /// Messages a page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<String>,
}

/// A branch of a session, oldest first within a page, the newest page first. `next_cursor` is the id to give
/// as `before` for the page above.
///
/// # Errors
/// `NotFound` for an unknown session or message, `Invalid` for a wrong limit.
pub fn list(
    conn: &mut DbConn,
    owner: &User,
    session: &str,
    input: &ListMessages,
) -> AppResult<Page<Message>> {
    let session = sessions::find(conn, owner, session)?;
    let limit = PageRequest::<String>::parse(None, input.limit.as_deref(), None)?.limit;
    let last = match (&input.before, &input.branch) {
        (Some(id), _) => find(conn, &session, id)?.parent_id,
        (None, Some(id)) => Some(find(conn, &session, id)?.id),
        (None, None) => session.head_id.clone(),
    };
    let items = match last {
        Some(last) => messages::branch(conn, &session.id, &last, limit)?,
        None => Vec::new(),
    };
    let next_cursor = items.first().filter(|first| first.parent_id.is_some()).map(|first| first.id.clone());
    Ok(Page { items, total: session.message_count, next_cursor })
}

fn find(conn: &mut DbConn, session: &ChatSession, id: &str) -> AppResult<Message> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    messages::find_in_session(conn, &session.id, &id)
}

/// Something to be said.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SendMessage {
    /// Markdown, not blank.
    #[schema(example = "海为什么是蓝色的？")]
    pub content: Option<String>,
    /// The model to ask from now on; the session's own when absent.
    pub model: Option<String>,
    /// What it follows; the end of the shown branch when absent.
    pub parent_id: Option<String>,
    /// A name the caller gives the message, so that a retry does not say it twice.
    #[schema(example = "7f9c2ba4")]
    pub client_id: Option<String>,
}

/// What was said and the answer being made to it.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What was said.
    pub message: Message,
    /// The answer being made.
    pub run: Run,
}

/// Says something in a session and queues the answer. `default_model` is asked when neither the input nor the
/// session names one. A repeated `client_id` returns what the first call returned.
///
/// # Errors
/// `Invalid`, `NotFound`, `Conflict("run_active")` while an answer is being made, `Conflict("no_model")`.
pub fn send(
    conn: &mut DbConn,
    owner: &User,
    session: &str,
    input: &SendMessage,
    default_model: Option<&str>,
) -> AppResult<Sent> {
    let session = lock(conn, owner, session)?;
    let key = parse_key(input.client_id.as_deref())?;
    if let Some(first) = find_first(conn, &session, key.as_deref())? {
        return Ok(first);
    }
    let content = MessageText::parse(input.content.as_deref().unwrap_or_default())?;
    let chosen = parse_model(input.model.as_deref())?;
    let model = chosen.clone().or_else(|| session.model.clone()).or_else(|| default_model.map(str::to_owned));
    let model = model.ok_or(AppError::Conflict("no_model"))?;
    let parent_id = match input.parent_id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => Some(find(conn, &session, id)?.id),
        None => session.head_id.clone(),
    };
    refuse_if_active(conn, &session)?;
    let now = Time::now();
    let question = NewMessage {
        id: new_id(),
        session_id: session.id.clone(),
        parent_id,
        role: MessageRole::User,
        content: content.into_string(),
        model: None,
        status: MessageStatus::Complete,
        created_at: now,
    };
    let question_id = question.id.clone();
    let run = queue_answer(conn, &session, vec![question], &question_id, model, key)?;
    if let Some(model) = chosen {
        let changes = ChatSessionChanges { model: Some(Some(model)), ..ChatSessionChanges::default() };
        chat_sessions::update_by_run(conn, &session.id, &changes)?;
    }
    Ok(Sent { message: messages::find_in_session(conn, &session.id, &question_id)?, run })
}

/// Begins a session by saying something in it: both or neither.
///
/// # Errors
/// Those of [`sessions::create`] and [`send`].
pub fn begin(
    conn: &mut DbConn,
    owner: &User,
    session: &NewSession,
    input: &SendMessage,
    default_model: Option<&str>,
    locale: Locale,
) -> AppResult<Sent> {
    let session = sessions::create(conn, owner, session, locale)?;
    send(conn, owner, &session.id, input, default_model)
}

/// Queues another answer to what an answer had answered: its sibling.
///
/// # Errors
/// `NotFound`, `BadRequest("not_an_answer")`, `Conflict("run_active")` or `Conflict("no_model")`.
pub fn regenerate(
    conn: &mut DbConn,
    owner: &User,
    session: &str,
    answer: &str,
    default_model: Option<&str>,
) -> AppResult<Sent> {
    let session = lock(conn, owner, session)?;
    let answer = find(conn, &session, answer)?;
    let (MessageRole::Assistant, Some(question_id)) = (answer.role, &answer.parent_id) else {
        return Err(AppError::BadRequest("not_an_answer"));
    };
    refuse_if_active(conn, &session)?;
    let model = session.model.clone().or_else(|| default_model.map(str::to_owned));
    let model = model.ok_or(AppError::Conflict("no_model"))?;
    let run = queue_answer(conn, &session, Vec::new(), question_id, model, None)?;
    Ok(Sent { message: messages::find_in_session(conn, &session.id, question_id)?, run })
}

fn lock(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<ChatSession> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::ChatSession))?;
    chat_sessions::lock_owned(conn, &owner.id, &id)
}

/// The database itself refuses a second active run; asking first gives the refusal its name.
fn refuse_if_active(conn: &mut DbConn, session: &ChatSession) -> AppResult<()> {
    match runs::find_active(conn, &session.id)? {
        Some(_) => Err(AppError::Conflict("run_active")),
        None => Ok(()),
    }
}

fn find_first(conn: &mut DbConn, session: &ChatSession, key: Option<&str>) -> AppResult<Option<Sent>> {
    let Some(key) = key else { return Ok(None) };
    let Some(run) = runs::find_by_key(conn, &session.id, key)? else { return Ok(None) };
    let answer = messages::find_in_session(conn, &session.id, &run.message_id)?;
    let question = answer.parent_id.ok_or(AppError::NotFound(Thing::Resource))?;
    Ok(Some(Sent { message: messages::find_in_session(conn, &session.id, &question)?, run }))
}

fn queue_answer(
    conn: &mut DbConn,
    session: &ChatSession,
    mut said: Vec<NewMessage>,
    question_id: &str,
    model: String,
    idempotency_key: Option<String>,
) -> AppResult<Run> {
    let now = Time::now();
    let answer_id = new_id();
    said.push(NewMessage {
        id: answer_id.clone(),
        session_id: session.id.clone(),
        parent_id: Some(question_id.to_owned()),
        role: MessageRole::Assistant,
        content: String::new(),
        model: Some(model.clone()),
        status: MessageStatus::Streaming,
        created_at: now,
    });
    let added = i64::try_from(said.len()).unwrap_or_default();
    messages::insert(conn, &said)?;
    chat_sessions::add_messages(conn, &session.id, added)?;
    let changes = ChatSessionChanges {
        head_id: Some(Some(answer_id.clone())),
        run_status: Some(Some(RunStatus::Queued)),
        updated_at: Some(now),
        ..ChatSessionChanges::default()
    };
    chat_sessions::update_by_run(conn, &session.id, &changes)?;
    let run = NewRun {
        id: new_id(),
        session_id: session.id.clone(),
        user_id: session.user_id.clone(),
        message_id: answer_id,
        kind: RunKind::Chat,
        status: RunStatus::Queued,
        model,
        idempotency_key,
        created_at: now,
    };
    runs::insert(conn, &run).map_err(|error| match error {
        AppError::Conflict(_) => AppError::Conflict("run_active"),
        other => other,
    })
}
