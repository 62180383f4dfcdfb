//! Messages. A session's messages are a tree; a branch is read from its last message upwards.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::{DbConn, on_each};
use crate::error::{AppError, AppResult, Thing};
use crate::models::message::{Message, MessageChanges, NewMessage, Usage};
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
    let mut rows: Vec<Message> = on_each!(conn, inner => diesel::sql_query(branch_sql(placeholders(inner)))
        .bind::<Text, _>(last)
        .bind::<Text, _>(session)
        .bind::<BigInt, _>(limit)
        .load(inner))?;
    rows.reverse();
    Ok(rows)
}

trait Placeholders {
    const STYLE: [&'static str; 3];
}
impl Placeholders for diesel::pg::PgConnection {
    const STYLE: [&'static str; 3] = ["$1", "$2", "$3"];
}
impl Placeholders for diesel::sqlite::SqliteConnection {
    const STYLE: [&'static str; 3] = ["?", "?", "?"];
}
fn placeholders<C: Placeholders>(_: &C) -> [&'static str; 3] {
    C::STYLE
}

fn branch_sql([last, session, limit]: [&str; 3]) -> String {
    format!(
        "WITH RECURSIVE branch AS (
             SELECT m.*, 1 AS depth FROM messages m WHERE m.id = {last} AND m.session_id = {session}
             UNION ALL
             SELECT m.*, branch.depth + 1 FROM messages m JOIN branch ON m.id = branch.parent_id
             WHERE branch.depth < {limit}
         )
         SELECT * FROM branch ORDER BY depth"
    )
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
