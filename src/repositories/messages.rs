//! Messages. A session's messages are a tree; a branch is read from its last message upwards.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::{DbConn, on_each};
use crate::error::{AppError, AppResult, Thing};
use crate::models::message::{Message, MessageChanges, NewMessage, Said, Usage};
use crate::schema::messages::{self, dsl};

/// Adds messages.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, rows: &[NewMessage]) -> AppResult<()> {
    on_each!(conn, inner => diesel::insert_into(messages::table).values(rows).execute(inner))?;
    Ok(())
}

/// Adds messages as they were somewhere else, parents before children.
///
/// # Errors
/// `Conflict` when an id is taken.
pub fn insert_whole(conn: &mut DbConn, rows: &[Message]) -> AppResult<()> {
    on_each!(conn, inner => diesel::insert_into(messages::table).values(rows).execute(inner))?;
    Ok(())
}

/// Whether any message has one of these ids.
///
/// # Errors
/// When the database fails.
pub fn any_exists<'a>(conn: &mut DbConn, ids: impl Iterator<Item = &'a str>) -> AppResult<bool> {
    let ids: Vec<_> = ids.collect();
    let found: i64 =
        on_each!(conn, inner => dsl::messages.filter(dsl::id.eq_any(&ids)).count().get_result(inner))?;
    Ok(found > 0)
}

/// A message of a session, which the caller has already found through its owner.
///
/// # Errors
/// `NotFound` when the session has no such message.
pub fn find_in_session(conn: &mut DbConn, session: &str, id: &str) -> AppResult<Message> {
    let row = dsl::messages.filter(dsl::id.eq(id).and(dsl::session_id.eq(session))).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Resource))
}

/// A message, for those who work on its run.
///
/// # Errors
/// When the database fails.
pub fn find_optional(conn: &mut DbConn, id: &str) -> AppResult<Option<Message>> {
    Ok(dsl::messages.find(id).first(conn).optional()?)
}

/// All branches of a session, which the caller has already found through its owner, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list_all(conn: &mut DbConn, session: &str) -> AppResult<Vec<Message>> {
    Ok(dsl::messages.filter(dsl::session_id.eq(session)).order(dsl::id).load(conn)?)
}

/// The branch that ends with `last`: at most `limit` messages, oldest first. Costs the same however long the
/// branch is.
///
/// # Errors
/// When the database fails.
pub fn branch(conn: &mut DbConn, session: &str, last: &str, limit: i64) -> AppResult<Vec<Message>> {
    // The way up holds ids alone; each row is fetched once, by its key.
    let sql = "WITH RECURSIVE way AS (
            SELECT id, parent_id, 1 AS steps FROM messages WHERE id = $1 AND session_id = $2
            UNION ALL
            SELECT m.id, m.parent_id, way.steps + 1 FROM messages m JOIN way ON m.id = way.parent_id
            WHERE way.steps < $3
        )
        SELECT m.* FROM way CROSS JOIN messages m WHERE m.id = way.id ORDER BY way.steps DESC";
    Ok(on_each!(conn, inner => diesel::sql_query(sql)
        .bind::<Text, _>(last)
        .bind::<Text, _>(session)
        .bind::<BigInt, _>(limit)
        .load(inner))?)
}

/// How far [`tail`] reads.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Messages at the most.
    pub messages: i64,
    /// Bytes of text after which no further message is read.
    pub bytes: i64,
    /// Bytes that a message counts for beside its text.
    pub overhead: i64,
}

/// The end of the branch above the message `below`, as far as `reach` goes, oldest first. What tools said is left empty.
/// Costs what is read, however long the branch is.
///
/// # Errors
/// When the database fails.
pub fn tail(conn: &mut DbConn, session: &str, below: &str, reach: Reach) -> AppResult<Vec<Said>> {
    let sql = "WITH RECURSIVE tail AS (
            SELECT id, parent_id, 0 AS steps, CAST(0 AS BIGINT) AS spent FROM messages
            WHERE id = $1 AND session_id = $2
            UNION ALL
            SELECT m.id, m.parent_id, tail.steps + 1,
                tail.spent + CASE m.role WHEN 'tool' THEN 0 ELSE octet_length(m.content) + $3 END
            FROM messages m JOIN tail ON m.id = tail.parent_id
            WHERE tail.steps < $4 AND tail.spent < $5
        )
        SELECT m.id, m.parent_id, m.role, CASE m.role WHEN 'tool' THEN '' ELSE m.content END AS content
        FROM tail CROSS JOIN messages m WHERE m.id = tail.id AND tail.steps > 0 ORDER BY tail.steps DESC";
    Ok(on_each!(conn, inner => diesel::sql_query(sql)
        .bind::<Text, _>(below)
        .bind::<Text, _>(session)
        .bind::<BigInt, _>(reach.overhead)
        .bind::<BigInt, _>(reach.messages)
        .bind::<BigInt, _>(reach.bytes)
        .load(inner))?)
}

/// The instructions with which a session's branches begin: at most `limit` system messages, each after what it follows.
///
/// # Errors
/// When the database fails.
pub fn instructions(conn: &mut DbConn, session: &str, limit: i64) -> AppResult<Vec<Said>> {
    let sql = "WITH RECURSIVE opening AS (
            SELECT id, parent_id, role, content, 1 AS steps FROM messages
            WHERE session_id = $1 AND parent_id IS NULL AND role = 'system'
            UNION ALL
            SELECT m.id, m.parent_id, m.role, m.content, opening.steps + 1
            FROM messages m JOIN opening ON m.parent_id = opening.id
            WHERE m.role = 'system' AND opening.steps < $2
        )
        SELECT id, parent_id, role, content FROM opening ORDER BY steps, id LIMIT $2";
    Ok(on_each!(conn, inner => diesel::sql_query(sql)
        .bind::<Text, _>(session)
        .bind::<BigInt, _>(limit)
        .load(inner))?)
}

/// Changes a message; silently nothing when its session has been deleted meanwhile.
///
/// # Errors
/// When the database fails.
pub fn update(conn: &mut DbConn, id: &str, changes: &MessageChanges) -> AppResult<Option<Message>> {
    let row = diesel::update(dsl::messages.find(id)).set(changes).returning(messages::all_columns);
    Ok(row.get_result(conn).optional()?)
}

/// Ends an answer, whose session the caller has locked: the same, and what it cost is added to what it had cost before,
/// as far as a column can hold it.
///
/// # Errors
/// When the database fails.
pub fn finish(
    conn: &mut DbConn,
    id: &str,
    changes: &MessageChanges,
    cost: Usage,
) -> AppResult<Option<Message>> {
    let Some(before) = find_optional(conn, id)? else { return Ok(None) };
    let Usage { prompt_tokens, completion_tokens } = before.usage().plus(cost);
    let spent = (dsl::prompt_tokens.eq(prompt_tokens), dsl::completion_tokens.eq(completion_tokens));
    let row = diesel::update(dsl::messages.find(id)).set((changes, spent)).returning(messages::all_columns);
    Ok(row.get_result(conn).optional()?)
}

/// Notes what an answer cites, a JSON array.
///
/// # Errors
/// When the database fails.
pub fn put_citations(conn: &mut DbConn, id: &str, citations: &str) -> AppResult<()> {
    diesel::update(dsl::messages.find(id)).set(dsl::citations.eq(citations)).execute(conn)?;
    Ok(())
}
