//! Shared conversations: found by their owner, or by whoever has the key.

use diesel::prelude::*;

use crate::db::{DbConn, on_each};
use crate::error::{AppError, AppResult, Thing};
use crate::models::share::Share;
use crate::schema::shares::{self, dsl};

/// The share of a member's session.
///
/// # Errors
/// `NotFound` when it is not shared, or not the member's.
pub fn find_owned(conn: &mut DbConn, owner: &str, session: &str) -> AppResult<Share> {
    let row = dsl::shares.filter(dsl::session_id.eq(session).and(dsl::user_id.eq(owner))).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Resource))
}

/// The share of that key.
///
/// # Errors
/// `NotFound` when there is none (any more).
pub fn find_by_key(conn: &mut DbConn, key: &str) -> AppResult<Share> {
    let row = dsl::shares.filter(dsl::key.eq(key)).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Resource))
}

/// Adds a share, or gives the one its session has already a new snapshot; id and key of that one stay.
///
/// # Errors
/// When the database fails.
pub fn put(conn: &mut DbConn, share: &Share) -> AppResult<()> {
    on_each!(conn, inner => diesel::insert_into(shares::table)
        .values(share)
        .on_conflict(dsl::session_id)
        .do_update()
        .set((
            dsl::name.eq(&share.name),
            dsl::snapshot.eq(&share.snapshot),
            dsl::created_at.eq(share.created_at),
        ))
        .execute(inner))?;
    Ok(())
}

/// Takes the share of a member's session back.
///
/// # Errors
/// `NotFound` when it is not shared, or not the member's.
pub fn delete_owned(conn: &mut DbConn, owner: &str, session: &str) -> AppResult<()> {
    let row = dsl::shares.filter(dsl::session_id.eq(session).and(dsl::user_id.eq(owner)));
    match diesel::delete(row).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::Resource)),
        _ => Ok(()),
    }
}
