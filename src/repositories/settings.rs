//! What the workspace itself remembers, by key.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::{DbConn, Time, on_each};
use crate::error::AppResult;
use crate::schema::settings::{self, dsl};

/// The value of `key`.
///
/// # Errors
/// When the database fails.
pub fn find_optional(conn: &mut DbConn, key: &str) -> AppResult<Option<String>> {
    Ok(dsl::settings.find(key).select(dsl::value).first(conn).optional()?)
}

/// Sets `key` to `value`.
///
/// # Errors
/// When the database fails.
pub fn put(conn: &mut DbConn, key: &str, value: &str) -> AppResult<()> {
    let row = (dsl::key.eq(key), dsl::value.eq(value), dsl::updated_at.eq(Time::now()));
    on_each!(conn, inner => diesel::insert_into(settings::table)
        .values(row)
        .on_conflict(dsl::key)
        .do_update()
        .set((dsl::value.eq(excluded(dsl::value)), dsl::updated_at.eq(excluded(dsl::updated_at))))
        .execute(inner))?;
    Ok(())
}

/// Forgets `key` if its value is `value`; returns whether it was. Of two callers, one gets `true`.
///
/// # Errors
/// When the database fails.
pub fn take(conn: &mut DbConn, key: &str, value: &str) -> AppResult<bool> {
    let row = dsl::settings.filter(dsl::key.eq(key).and(dsl::value.eq(value)));
    Ok(diesel::delete(row).execute(conn)? > 0)
}
