//! Messages that the search finds later: indexing many at once would hold the one writer of SQLite for seconds.

use diesel::prelude::*;

use crate::db::{DbConn, on_each};
use crate::error::AppResult;
use crate::schema::search_backlog::{self, dsl};

/// Puts the indexing of messages off; to be said before they are stored. On PostgreSQL, where nobody waits for another
/// writer, they are indexed at once all the same.
///
/// # Errors
/// When the database fails.
pub fn put_off<'a>(conn: &mut DbConn, messages: impl Iterator<Item = &'a str>) -> AppResult<()> {
    if let DbConn::Sqlite(conn) = conn {
        let rows: Vec<_> = messages.map(|id| dsl::message_id.eq(id)).collect();
        diesel::insert_into(search_backlog::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// Indexes at most `limit` messages that wait; how many there were.
///
/// # Errors
/// When the database fails.
pub fn index(conn: &mut DbConn, limit: i64) -> AppResult<usize> {
    let waiting = dsl::search_backlog.select(dsl::message_id).order(dsl::message_id).limit(limit);
    let ids: Vec<String> = waiting.load(conn)?;
    let waiting = dsl::search_backlog.filter(dsl::message_id.eq_any(&ids));
    Ok(on_each!(conn, inner => diesel::delete(waiting).execute(inner))?)
}
