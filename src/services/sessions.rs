//! Chat and research sessions: listing, beginning, naming, filing and deleting them.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::page_request::{Page, PageRequest};
use super::text::{SessionName, parse_flag, parse_id, parse_model, parse_search, parse_tags};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::i18n::Locale;
use crate::models::chat_session::{ChatSession, ChatSessionChanges, NewChatSession, SessionKind};
use crate::models::new_id;
use crate::models::tags::Tags;
use crate::models::user::User;
use crate::repositories::branches;
use crate::repositories::chat_sessions::{self, SessionFilter, SessionPosition};
use crate::repositories::counts::{self, Counted};

/// Which sessions to list, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListSessions {
    /// `chat` or `deepresearch`.
    #[serde(rename = "type")]
    #[param(value_type = Option<SessionKind>)]
    pub kind: Option<String>,
    /// Text in the name.
    pub q: Option<String>,
    /// `true`: only archived ones; `false`: only others.
    #[param(value_type = Option<bool>)]
    pub archived: Option<String>,
    /// `true`: only pinned ones; `false`: only others.
    #[param(value_type = Option<bool>)]
    pub pinned: Option<String>,
    /// All of these tags; may repeat.
    #[serde(default)]
    pub tags: Vec<String>,
    /// See [`Paging`].
    pub page: Option<String>,
    /// See [`Paging`].
    pub limit: Option<String>,
    /// See [`Paging`].
    pub cursor: Option<String>,
}

/// A member's sessions: pinned ones first, then newest activity first.
///
/// # Errors
/// `BadRequest("invalid_type")`, or `Invalid` for other wrong parameters.
pub fn list(conn: &mut DbConn, owner: &User, input: &ListSessions) -> AppResult<Page<ChatSession>> {
    let filter = SessionFilter {
        kind: parse_kind(input.kind.as_deref().filter(|text| !text.is_empty()))?,
        q: parse_search(input.q.as_deref())?,
        archived: parse_flag("archived", input.archived.as_deref())?,
        pinned: parse_flag("pinned", input.pinned.as_deref())?,
        tags: parse_tags(&input.tags)?,
    };
    let request = PageRequest::<(bool, i64, String)>::parse(
        input.page.as_deref(),
        input.limit.as_deref(),
        input.cursor.as_deref(),
    )?;
    let after = request.after.map(position).transpose()?;
    let (offset, limit) = (request.offset, request.limit);
    let rows = chat_sessions::list_owned(conn, &owner.id, &filter, after.as_ref(), offset, limit + 1)?;
    let total = match filter == SessionFilter::default() {
        true => counts::find(conn, &owner.id, Counted::Sessions)?,
        false => chat_sessions::count_owned(conn, &owner.id, &filter)?,
    };
    Ok(Page::from_rows(rows, limit, total, |row| (row.pinned, row.updated_at.millis(), row.id.clone())))
}

fn position((pinned, millis, id): (bool, i64, String)) -> AppResult<SessionPosition> {
    let id = parse_id(&id).ok_or_else(|| AppError::field("cursor", "invalid_cursor"))?;
    Ok(SessionPosition { pinned, updated_at: Time::from_millis(millis), id })
}

/// A session to be begun.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewSession {
    /// Its title, 1 to 200 characters; made from the first exchange when absent.
    #[schema(example = "写锁与 WAL")]
    pub name: Option<String>,
    /// `chat` (default) or `deepresearch`.
    #[serde(rename = "type")]
    #[schema(value_type = Option<SessionKind>)]
    pub kind: Option<String>,
    /// The model it asks; the default when absent.
    pub model: Option<String>,
}

/// Begins a session. Without a name it is called "new session" in `locale` until its first exchange.
///
/// # Errors
/// `BadRequest("invalid_type")`, or `Invalid` with the field `name` or `model`.
pub fn create(conn: &mut DbConn, owner: &User, input: &NewSession, locale: Locale) -> AppResult<ChatSession> {
    let name = input.name.as_deref().map(SessionName::parse).transpose()?;
    let now = Time::now();
    let row = NewChatSession {
        id: new_id(),
        user_id: owner.id.clone(),
        unnamed: name.is_none(),
        name: name.map_or_else(|| locale.t("session.unnamed").into_owned(), SessionName::into_string),
        kind: parse_kind(input.kind.as_deref())?.unwrap_or(SessionKind::Chat),
        model: parse_model(input.model.as_deref())?,
        created_at: now,
        updated_at: now,
    };
    chat_sessions::insert(conn, row)
}

/// A member's session.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn find(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<ChatSession> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::ChatSession))?;
    chat_sessions::find_owned(conn, &owner.id, &id)
}

/// What may be changed about a session.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct UpdateSession {
    /// Its title, 1 to 200 characters.
    #[schema(example = "写锁与 WAL")]
    pub name: Option<String>,
    /// List it before others.
    #[schema(example = true)]
    pub pinned: Option<bool>,
    /// Put it away.
    pub archived: Option<bool>,
    /// The model it asks; empty for the default.
    pub model: Option<String>,
    /// What it is filed under, all of it: at most 20 tags of 50 characters.
    #[schema(example = json!(["SQLite"]))]
    pub tags: Option<Vec<String>>,
}

/// Changes a session. Filing does not count as activity, so the session keeps its place in the list.
///
/// # Errors
/// `BadRequest("missing_parameter")` when nothing is to be changed, `Invalid`, or `NotFound`.
pub fn update(conn: &mut DbConn, owner: &User, id: &str, input: &UpdateSession) -> AppResult<ChatSession> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::ChatSession))?;
    let name = input.name.as_deref().map(SessionName::parse).transpose()?;
    let changes = ChatSessionChanges {
        unnamed: name.as_ref().map(|_| false),
        name: name.map(SessionName::into_string),
        pinned: input.pinned,
        archived: input.archived,
        model: input.model.as_deref().map(|model| parse_model(Some(model))).transpose()?,
        tags: input.tags.as_deref().map(parse_tags).transpose()?.map(|words| Tags::new(&words)),
        ..ChatSessionChanges::default()
    };
    let empty = changes.name.is_none()
        && changes.pinned.is_none()
        && changes.archived.is_none()
        && changes.model.is_none()
        && changes.tags.is_none();
    if empty {
        return Err(AppError::BadRequest("missing_parameter"));
    }
    chat_sessions::update_owned(conn, &owner.id, &id, &changes)
}

/// Deletes a session with its messages and runs.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn delete(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<()> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::ChatSession))?;
    let session = chat_sessions::lock_owned(conn, &owner.id, &id)?;
    branches::unlink(conn, &session.id)?;
    chat_sessions::delete_owned(conn, &owner.id, &session.id)
}

/// The conversation that something is said to have come out of: `None` when empty.
///
/// # Errors
/// `Invalid`, with the field `session_id`, when the member has no such conversation.
pub fn parse_origin(conn: &mut DbConn, owner: &User, id: Option<&str>) -> AppResult<Option<String>> {
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(None) };
    match find(conn, owner, id) {
        Ok(session) => Ok(Some(session.id)),
        Err(AppError::NotFound(_)) => Err(AppError::field("session_id", "unknown_session")),
        Err(error) => Err(error),
    }
}

/// The conversation that a list is narrowed to, the member's or not: `None` when empty.
///
/// # Errors
/// `Invalid`, with the field `session_id`, when it cannot be an id.
pub fn parse_filter(id: Option<&str>) -> AppResult<Option<String>> {
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(None) };
    parse_id(id).map(Some).ok_or_else(|| AppError::field("session_id", "unknown_session"))
}

fn parse_kind(text: Option<&str>) -> AppResult<Option<SessionKind>> {
    match text {
        None => Ok(None),
        Some(text) => SessionKind::parse(text).map(Some).ok_or(AppError::BadRequest("invalid_type")),
    }
}
