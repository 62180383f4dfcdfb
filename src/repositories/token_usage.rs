//! What members have spent, by day.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::{DbConn, on_each};
use crate::error::AppResult;
use crate::schema::token_usage::{self, dsl};

/// The tokens a member has spent on a day.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut DbConn, user: &str, day: &str) -> AppResult<i64> {
    let spent: Option<i64> = dsl::token_usage.find((user, day)).select(dsl::tokens).first(conn).optional()?;
    // What was counted too much before midnight may be taken back from the day after.
    Ok(spent.unwrap_or_default().max(0))
}

/// Adds to what a member has spent on a day. The row is held until the transaction ends: whoever holds other rows that
/// others may want takes them first.
///
/// # Errors
/// When the database fails.
pub fn add(conn: &mut DbConn, user: &str, day: &str, tokens: i64) -> AppResult<()> {
    let row = (dsl::user_id.eq(user), dsl::day.eq(day), dsl::tokens.eq(tokens));
    on_each!(conn, inner => diesel::insert_into(token_usage::table)
        .values(row)
        .on_conflict((dsl::user_id, dsl::day))
        .do_update()
        .set(dsl::tokens.eq(dsl::tokens + excluded(dsl::tokens)))
        .execute(inner))?;
    Ok(())
}
