//! Summaries of what was said, each up to one message.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::upsert::excluded;

use crate::db::{DbConn, on_each};
use crate::error::AppResult;
use crate::models::summary::Summary;
use crate::schema::summaries::{self, dsl};

/// Keeps a summary in place of the one its message has, if any.
///
/// # Errors
/// When the message is gone, or the database fails.
pub fn put(conn: &mut DbConn, summary: &Summary) -> AppResult<()> {
    on_each!(conn, inner => diesel::insert_into(summaries::table)
        .values(summary)
        .on_conflict(dsl::message_id)
        .do_update()
        .set((dsl::content.eq(excluded(dsl::content)), dsl::created_at.eq(excluded(dsl::created_at))))
        .execute(inner))?;
    Ok(())
}

/// The nearest summary on the way up from a message, within `limit` messages.
///
/// # Errors
/// When the database fails.
pub fn nearest(conn: &mut DbConn, last: &str, limit: i64) -> AppResult<Option<Summary>> {
    let sql = "WITH RECURSIVE way AS (
            SELECT id, parent_id, 1 AS steps FROM messages WHERE id = $1
            UNION ALL
            SELECT m.id, m.parent_id, way.steps + 1 FROM messages m JOIN way ON m.id = way.parent_id
            WHERE way.steps < $2 AND (SELECT s.message_id FROM summaries s WHERE s.message_id = way.id) IS NULL
        )
        SELECT s.message_id, s.content, s.created_at FROM way CROSS JOIN summaries s
        WHERE s.message_id = way.id ORDER BY way.steps LIMIT 1";
    let found = on_each!(conn, inner => diesel::sql_query(sql)
        .bind::<Text, _>(last)
        .bind::<BigInt, _>(limit)
        .get_result(inner));
    Ok(found.optional()?)
}

/// Forgets what was summed up to a message, because its text is about to change.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut DbConn, message: &str) -> AppResult<()> {
    diesel::delete(dsl::summaries.find(message)).execute(conn)?;
    Ok(())
}
