//! Imports, found through their owner.

use diesel::prelude::*;

use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::import::{Import, ImportEnd};
use crate::schema::imports::{self, dsl};

/// Adds an import.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, import: &Import) -> AppResult<()> {
    diesel::insert_into(imports::table).values(import).execute(conn)?;
    Ok(())
}

/// A member's import.
///
/// # Errors
/// `NotFound` when the member has no such import.
pub fn find_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<Import> {
    let row = dsl::imports.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner))).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Resource))
}

/// Notes how a member's import ended.
///
/// # Errors
/// `NotFound` when it is gone.
pub fn end_owned(conn: &mut DbConn, owner: &str, id: &str, end: &ImportEnd) -> AppResult<()> {
    let row = dsl::imports.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    match diesel::update(row).set(end).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::Resource)),
        _ => Ok(()),
    }
}

/// Forgets a member's imports that were begun before `moment`.
///
/// # Errors
/// When the database fails.
pub fn delete_before(conn: &mut DbConn, owner: &str, moment: Time) -> AppResult<()> {
    diesel::delete(dsl::imports.filter(dsl::user_id.eq(owner).and(dsl::created_at.lt(moment))))
        .execute(conn)?;
    Ok(())
}

/// Lets one import after the other store what it has, until the transaction ends: two of one file would ask for the same
/// ids. On SQLite there is one writer anyway.
///
/// # Errors
/// When the database fails.
pub fn lock(conn: &mut DbConn) -> AppResult<()> {
    if let DbConn::Postgres(conn) = conn {
        diesel::sql_query("SELECT pg_advisory_xact_lock(7362)").execute(conn)?;
    }
    Ok(())
}
