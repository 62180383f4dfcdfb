//! Messages: reading a branch and asking.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::budgets::{self, Terms};
use super::page_request::{Page, PageRequest};
use super::research::{self, Work};
use super::sessions::{self, NewSession};
use super::text::{MessageText, parse_id, parse_key, parse_model};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::i18n::Locale;
use crate::models::chat_session::{ChatSession, ChatSessionChanges};
use crate::models::message::{Message, MessageRole, MessageStatus, NewMessage};
use crate::models::new_id;
use crate::models::run::{NewRun, Run, RunStatus};
use crate::models::user::User;
use crate::repositories::{branches, chat_sessions, messages, runs};

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

/// A message of a member's session.
///
/// # Errors
/// `NotFound` for an unknown session or message.
pub fn find_owned(conn: &mut DbConn, owner: &User, session: &str, id: &str) -> AppResult<Message> {
    let session = sessions::find(conn, owner, session)?;
    find(conn, &session, id)
}

/// A message of a session, by an id that anybody may have written.
pub(super) fn find(conn: &mut DbConn, session: &ChatSession, id: &str) -> AppResult<Message> {
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
    /// In a `deepresearch` session that has a report: research this anew, instead of answering from what was gathered.
    pub research: Option<bool>,
    /// Carry the plan of the research out without asking for approval; as configured when absent.
    pub auto_approve: Option<bool>,
}

/// What was said and the answer being made to it.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What was said.
    pub message: Message,
    /// The answer being made.
    pub run: Run,
}

/// Says something in a session and queues the answer. A repeated `client_id` returns what the first call returned.
///
/// # Errors
/// `Invalid`, `NotFound`, `Conflict("run_active")` while an answer is being made, `Conflict("no_model")`, `BudgetSpent`.
pub fn send(
    conn: &mut DbConn,
    owner: &User,
    session: &str,
    input: &SendMessage,
    terms: &Terms,
) -> AppResult<Sent> {
    let session = lock(conn, owner, session)?;
    if let Some(first) = find_first(conn, &session, input.client_id.as_deref())? {
        return Ok(first);
    }
    let parent = match input.parent_id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => Some(find(conn, &session, id)?.id),
        None => session.head_id.clone(),
    };
    say(conn, &session, parent, input, terms)
}

/// Says something under `parent_id`, whatever the input says about that, and queues the answer.
pub(super) fn say(
    conn: &mut DbConn,
    session: &ChatSession,
    parent_id: Option<String>,
    input: &SendMessage,
    terms: &Terms,
) -> AppResult<Sent> {
    let key = parse_key(input.client_id.as_deref())?;
    let content = MessageText::parse(input.content.as_deref().unwrap_or_default())?;
    let chosen = parse_model(input.model.as_deref())?;
    let model = choose_model([chosen.as_deref(), session.model.as_deref(), terms.model.as_deref()])?;
    refuse_another(conn, session, terms)?;
    let question = NewMessage {
        id: new_id(),
        session_id: session.id.clone(),
        parent_id,
        role: MessageRole::User,
        content: content.into_string(),
        model: None,
        status: MessageStatus::Complete,
        created_at: Time::now(),
    };
    let question_id = question.id.clone();
    let work = research::work(conn, session, input)?;
    let run = queue_answer(conn, session, vec![question], &question_id, model, key, &work)?;
    if let Some(model) = chosen {
        let changes = ChatSessionChanges { model: Some(Some(model)), ..ChatSessionChanges::default() };
        chat_sessions::update_by_run(conn, &session.id, &changes)?;
    }
    Ok(Sent { message: messages::find_in_session(conn, &session.id, &question_id)?, run })
}

/// The first model that is named.
pub(super) fn choose_model<const N: usize>(named: [Option<&str>; N]) -> AppResult<String> {
    named.into_iter().flatten().next().map(str::to_owned).ok_or(AppError::Conflict("no_model"))
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
    terms: &Terms,
    locale: Locale,
) -> AppResult<Sent> {
    let session = sessions::create(conn, owner, session, locale)?;
    send(conn, owner, &session.id, input, terms)
}

/// A member's session, so that nobody else changes it until this is done.
pub(super) fn lock(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<ChatSession> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::ChatSession))?;
    chat_sessions::lock_owned(conn, &owner.id, &id)
}

/// Refuses another answer while one is being made, and to who has nothing left to spend today.
pub(super) fn refuse_another(conn: &mut DbConn, session: &ChatSession, terms: &Terms) -> AppResult<()> {
    refuse_if_active(conn, session)?;
    budgets::require(conn, &session.user_id, terms.daily_tokens)
}

/// The database itself refuses a second active run; asking first gives the refusal its name.
pub(super) fn refuse_if_active(conn: &mut DbConn, session: &ChatSession) -> AppResult<()> {
    match runs::find_active(conn, &session.id)? {
        Some(_) => Err(AppError::Conflict("run_active")),
        None => Ok(()),
    }
}

/// What the first call under a key returned.
pub(super) fn find_first(
    conn: &mut DbConn,
    session: &ChatSession,
    key: Option<&str>,
) -> AppResult<Option<Sent>> {
    let Some(key) = parse_key(key)? else { return Ok(None) };
    let Some(run) = runs::find_by_key(conn, &session.id, &key)? else { return Ok(None) };
    let answer = messages::find_in_session(conn, &session.id, &run.message_id)?;
    let question = answer.parent_id.ok_or(AppError::NotFound(Thing::Resource))?;
    Ok(Some(Sent { message: messages::find_in_session(conn, &session.id, &question)?, run }))
}

/// Adds what was `said` and an answer to be written, and queues the run that does the `work`.
pub(super) fn queue_answer(
    conn: &mut DbConn,
    session: &ChatSession,
    mut said: Vec<NewMessage>,
    question_id: &str,
    model: String,
    key: Option<String>,
    work: &Work,
) -> AppResult<Run> {
    let answer_id = new_id();
    said.push(NewMessage {
        id: answer_id.clone(),
        session_id: session.id.clone(),
        parent_id: Some(question_id.to_owned()),
        role: MessageRole::Assistant,
        content: String::new(),
        model: Some(model.clone()),
        status: MessageStatus::Streaming,
        created_at: Time::now(),
    });
    let added = i64::try_from(said.len()).unwrap_or_default();
    messages::insert(conn, &said)?;
    chat_sessions::add_messages(conn, &session.id, added)?;
    queue_run(conn, session, answer_id, model, key, work)
}

/// Queues a run that writes an answer, and shows the branch that ends with it.
pub(super) fn queue_run(
    conn: &mut DbConn,
    session: &ChatSession,
    answer_id: String,
    model: String,
    idempotency_key: Option<String>,
    work: &Work,
) -> AppResult<Run> {
    let now = Time::now();
    leave_branch(conn, session)?;
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
        kind: work.kind,
        status: RunStatus::Queued,
        model,
        idempotency_key,
        created_at: now,
    };
    let run = runs::insert(conn, &run).map_err(|error| match error {
        AppError::Conflict(_) => AppError::Conflict("run_active"),
        other => other,
    })?;
    work.keep(conn, &run)?;
    Ok(run)
}

/// Remembers where the branch that is shown was left, before another one is shown.
pub(super) fn leave_branch(conn: &mut DbConn, session: &ChatSession) -> AppResult<()> {
    match &session.head_id {
        Some(head) => branches::mark_shown(conn, head, Time::now()),
        None => Ok(()),
    }
}
