//! Chat and research sessions.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::filters::{containing, lower, tagged};
use crate::db::{DbConn, MultiBackend, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::chat_session::{ChatSession, ChatSessionChanges, NewChatSession, SessionKind};
use crate::schema::chat_sessions::{self, dsl};

/// Which of a member's sessions are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Only of that kind.
    pub kind: Option<SessionKind>,
    /// Only with that text in the name.
    pub q: Option<String>,
    /// Only archived ones, or only others.
    pub archived: Option<bool>,
    /// Only pinned ones, or only others.
    pub pinned: Option<bool>,
    /// Only with all of these tags.
    pub tags: Vec<String>,
}

/// The changes that make an earlier answer of [`list_owned`] untrue, as triggers name them.
pub const LIST_CHANGES: &[&str] =
    &["INSERT ON chat_sessions", "UPDATE ON chat_sessions", "DELETE ON chat_sessions"];

/// A place in the list, which is ordered by (pinned, updated_at, id), all descending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPosition {
    /// The last session's `pinned`.
    pub pinned: bool,
    /// The last session's `updated_at`.
    pub updated_at: Time,
    /// The last session's id.
    pub id: String,
}

type Boxed<'a> = chat_sessions::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(owner: &'a str, filter: &'a SessionFilter) -> Boxed<'a> {
    let mut query = dsl::chat_sessions.filter(dsl::user_id.eq(owner)).into_boxed::<MultiBackend>();
    if let Some(kind) = filter.kind {
        query = query.filter(dsl::kind.eq(kind));
    }
    if let Some(archived) = filter.archived {
        query = query.filter(dsl::archived.eq(archived));
    }
    if let Some(pinned) = filter.pinned {
        query = query.filter(dsl::pinned.eq(pinned));
    }
    if let Some(q) = &filter.q {
        query = query.filter(lower(dsl::name).like(containing(&q.to_lowercase())).escape('\\'));
    }
    for tag in &filter.tags {
        query = query.filter(tagged(tag));
    }
    query
}

/// A member's sessions after `after` (or from row `offset`), pinned ones first, then newest activity first.
///
/// # Errors
/// When the database fails.
pub fn list_owned(
    conn: &mut DbConn,
    owner: &str,
    filter: &SessionFilter,
    after: Option<&SessionPosition>,
    offset: i64,
    limit: i64,
) -> AppResult<Vec<ChatSession>> {
    let mut query = filtered(owner, filter);
    if let Some(place) = after {
        query = query.filter(
            sql::<Bool>("(pinned, updated_at, id) < (")
                .bind::<Bool, _>(place.pinned)
                .sql(", ")
                .bind::<BigInt, _>(place.updated_at)
                .sql(", ")
                .bind::<Text, _>(&place.id)
                .sql(")"),
        );
    }
    Ok(query
        .order((dsl::pinned.desc(), dsl::updated_at.desc(), dsl::id.desc()))
        .offset(offset)
        .limit(limit)
        .load(conn)?)
}

/// How many sessions [`list_owned`] would list in all.
///
/// # Errors
/// When the database fails.
pub fn count_owned(conn: &mut DbConn, owner: &str, filter: &SessionFilter) -> AppResult<i64> {
    Ok(filtered(owner, filter).count().get_result(conn)?)
}

/// A member's session.
///
/// # Errors
/// `NotFound` when the member has no such session.
pub fn find_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<ChatSession> {
    let row = dsl::chat_sessions.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner))).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::ChatSession))
}

/// A member's session, locked until the transaction ends, so that two requests cannot both find it idle.
/// (On SQLite the one writer is lock enough; the update that takes PostgreSQL's row lock costs nothing there.)
///
/// # Errors
/// `NotFound` when the member has no such session.
pub fn lock_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<ChatSession> {
    let row = dsl::chat_sessions.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    let unchanged = dsl::message_count.eq(dsl::message_count);
    let locked = diesel::update(row).set(unchanged).returning(chat_sessions::all_columns).get_result(conn);
    locked.optional()?.ok_or(AppError::NotFound(Thing::ChatSession))
}

/// Makes other changes of a session, and its deletion, wait until the transaction ends. Whoever changes several of the
/// rows that hang on a session takes this first, so that no two wait for each other for ever. Nothing happens when the
/// session is gone. (On SQLite the one writer is lock enough.)
///
/// # Errors
/// When the database fails.
pub fn lock(conn: &mut DbConn, id: &str) -> AppResult<()> {
    if let DbConn::Postgres(inner) = conn {
        let row = dsl::chat_sessions.find(id).select(dsl::id).for_no_key_update();
        row.first::<String>(inner).optional()?;
    }
    Ok(())
}

/// Begins a session. The row is known without asking for it back: the busiest write there is.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, session: NewChatSession) -> AppResult<ChatSession> {
    diesel::insert_into(chat_sessions::table).values(&session).execute(conn)?;
    Ok(session.into())
}

/// Adds a session as it was somewhere else.
///
/// # Errors
/// `Conflict` when its id is taken.
pub fn insert_whole(conn: &mut DbConn, session: &ChatSession) -> AppResult<()> {
    diesel::insert_into(chat_sessions::table).values(session).execute(conn)?;
    Ok(())
}

/// Whether anybody has a session of that id.
///
/// # Errors
/// When the database fails.
pub fn exists(conn: &mut DbConn, id: &str) -> AppResult<bool> {
    let found: i64 = dsl::chat_sessions.filter(dsl::id.eq(id)).count().get_result(conn)?;
    Ok(found > 0)
}

/// Changes a member's session.
///
/// # Errors
/// `NotFound` when the member has no such session.
pub fn update_owned(
    conn: &mut DbConn,
    owner: &str,
    id: &str,
    changes: &ChatSessionChanges,
) -> AppResult<ChatSession> {
    let row = dsl::chat_sessions.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    let updated = diesel::update(row).set(changes).returning(chat_sessions::all_columns).get_result(conn);
    updated.optional()?.ok_or(AppError::NotFound(Thing::ChatSession))
}

/// Changes a session its run belongs to; silently nothing when the session has been deleted meanwhile.
///
/// # Errors
/// When the database fails.
pub fn update_by_run(conn: &mut DbConn, id: &str, changes: &ChatSessionChanges) -> AppResult<()> {
    diesel::update(dsl::chat_sessions.find(id)).set(changes).execute(conn)?;
    Ok(())
}

/// Whether nobody has named a session yet; `false` when it is gone.
///
/// # Errors
/// When the database fails.
pub fn is_unnamed(conn: &mut DbConn, id: &str) -> AppResult<bool> {
    let unnamed = dsl::chat_sessions.find(id).select(dsl::unnamed).first(conn).optional()?;
    Ok(unnamed.unwrap_or(false))
}

/// Names a session that nobody has named; returns whether it did.
///
/// # Errors
/// When the database fails.
pub fn name_unnamed(conn: &mut DbConn, id: &str, name: &str) -> AppResult<bool> {
    let row = dsl::chat_sessions.filter(dsl::id.eq(id).and(dsl::unnamed.eq(true)));
    let changed = diesel::update(row).set((dsl::name.eq(name), dsl::unnamed.eq(false))).execute(conn)?;
    Ok(changed > 0)
}

/// Counts messages that were added.
///
/// # Errors
/// When the database fails.
pub fn add_messages(conn: &mut DbConn, id: &str, added: i64) -> AppResult<()> {
    diesel::update(dsl::chat_sessions.find(id))
        .set(dsl::message_count.eq(dsl::message_count + added))
        .execute(conn)?;
    Ok(())
}

/// Deletes a member's session with all that hangs on it.
///
/// # Errors
/// `NotFound` when the member has no such session.
pub fn delete_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<()> {
    let row = dsl::chat_sessions.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    match diesel::delete(row).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::ChatSession)),
        _ => Ok(()),
    }
}
