//! The tree that a session's messages are: its ways down and up, and how a branch of it is cut off.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::{DbConn, Time, on_each};
use crate::error::AppResult;
use crate::schema::messages::dsl;

/// Messages deleted at once: well below the thousand levels to which SQLite follows a message to those under it.
const CHUNK: usize = 250;

/// A message and what it follows.
pub type Link = (String, Option<String>);

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    id: String,
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    step: i64,
}

/// The messages that follow one of `parents`, and with `beginnings` those that a session begins with; each group in
/// the order its messages were said.
///
/// # Errors
/// When the database fails.
pub fn children(
    conn: &mut DbConn,
    session: &str,
    parents: &[&str],
    beginnings: bool,
) -> AppResult<Vec<Link>> {
    let mut query =
        dsl::messages.filter(dsl::parent_id.eq_any(parents)).into_boxed::<crate::db::MultiBackend>();
    if beginnings {
        query = query.or_filter(dsl::session_id.eq(session).and(dsl::parent_id.is_null()));
    }
    Ok(query.order((dsl::created_at, dsl::id)).select((dsl::id, dsl::parent_id)).load(conn)?)
}

/// A message and all under it, what is deepest first.
///
/// # Errors
/// When the database fails.
pub fn under(conn: &mut DbConn, top: &str) -> AppResult<Vec<String>> {
    let sql = "WITH RECURSIVE tree AS (
            SELECT id, 1 AS depth FROM messages WHERE id = $1
            UNION ALL
            SELECT m.id, tree.depth + 1 FROM messages m JOIN tree ON m.parent_id = tree.id
        )
        SELECT id FROM tree ORDER BY depth DESC";
    let found: Vec<Found> = on_each!(conn, inner => diesel::sql_query(sql).bind::<Text, _>(top).load(inner))?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// The end of the branch through a message: the one that was shown last, else the newest.
///
/// # Errors
/// `NotFound` when the message is gone.
pub fn end_of(conn: &mut DbConn, top: &str) -> AppResult<String> {
    let sql = "WITH RECURSIVE tree AS (
            SELECT id, created_at, shown_at FROM messages WHERE id = $1
            UNION ALL
            SELECT m.id, m.created_at, m.shown_at FROM messages m JOIN tree ON m.parent_id = tree.id
        )
        SELECT id FROM tree WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.parent_id = tree.id)
        ORDER BY COALESCE(shown_at, 0) DESC, created_at DESC, id DESC LIMIT 1";
    let found: Found =
        on_each!(conn, inner => diesel::sql_query(sql).bind::<Text, _>(top).get_result(inner))?;
    Ok(found.id)
}

/// The first `limit` messages of the way from `top` down to `end`, both included; none when `end` is not under `top`.
///
/// # Errors
/// When the database fails.
pub fn way(conn: &mut DbConn, top: &str, end: &str, limit: i64) -> AppResult<Vec<String>> {
    let sql = "WITH RECURSIVE way AS (
            SELECT id, parent_id, 1 AS steps FROM messages WHERE id = $1
            UNION ALL
            SELECT m.id, m.parent_id, way.steps + 1 FROM messages m JOIN way ON m.id = way.parent_id
            WHERE way.id <> $2
        )
        SELECT id FROM way ORDER BY steps DESC LIMIT $3";
    let found: Vec<Found> = on_each!(conn, inner => diesel::sql_query(sql)
        .bind::<Text, _>(end)
        .bind::<Text, _>(top)
        .bind::<BigInt, _>(limit)
        .load(inner))?;
    let way: Vec<_> = found.into_iter().map(|row| row.id).collect();
    Ok(if way.first().is_some_and(|first| first == top) { way } else { Vec::new() })
}

/// The way from `top` down where no other leads, at most `limit` messages with `top` itself; `None` where it forks within
/// them. Costs the same however long it goes on.
///
/// # Errors
/// When the database fails.
pub fn only_way(conn: &mut DbConn, top: &str, limit: i64) -> AppResult<Option<Vec<String>>> {
    // One row more than there are steps: two of them are then of one step.
    let sql = "WITH RECURSIVE down AS (
            SELECT id, CAST(1 AS BIGINT) AS step FROM messages WHERE id = $1
            UNION ALL
            SELECT m.id, down.step + 1 FROM messages m JOIN down ON m.parent_id = down.id WHERE down.step < $2
        )
        SELECT id, step FROM down LIMIT $2 + 1";
    let mut found: Vec<Step> = on_each!(conn, inner => diesel::sql_query(sql)
        .bind::<Text, _>(top)
        .bind::<BigInt, _>(limit)
        .load(inner))?;
    found.sort_by_key(|row| row.step);
    let alone = found.iter().zip(1..).all(|(row, step)| row.step == step);
    Ok(alone.then(|| found.into_iter().map(|row| row.id).collect()))
}

/// Notes that a message was the end of the branch that was shown until now.
///
/// # Errors
/// When the database fails.
pub fn mark_shown(conn: &mut DbConn, id: &str, now: Time) -> AppResult<()> {
    diesel::update(dsl::messages.find(id)).set(dsl::shown_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Lets every message of a session stand alone, so that all can be deleted at once however deep the tree is.
///
/// # Errors
/// When the database fails.
pub fn unlink(conn: &mut DbConn, session: &str) -> AppResult<()> {
    let linked = dsl::messages.filter(dsl::session_id.eq(session).and(dsl::parent_id.is_not_null()));
    diesel::update(linked).set(dsl::parent_id.eq(None::<String>)).execute(conn)?;
    Ok(())
}

/// Deletes messages, each after those under it. Those deleted together follow nothing any more by then: each would have
/// the database follow the others down once more.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut DbConn, deepest_first: &[String]) -> AppResult<()> {
    for chunk in deepest_first.chunks(CHUNK) {
        let gone = dsl::messages.filter(dsl::id.eq_any(chunk));
        diesel::update(gone).set(dsl::parent_id.eq(None::<String>)).execute(conn)?;
        diesel::delete(dsl::messages.filter(dsl::id.eq_any(chunk))).execute(conn)?;
    }
    Ok(())
}
