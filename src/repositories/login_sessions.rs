//! Signed-in browsers.

use diesel::prelude::*;

use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::login_session::{LoginSession, NewLoginSession};
use crate::schema::login_sessions::{self, dsl};

/// Remembers a browser.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, session: &NewLoginSession) -> AppResult<()> {
    diesel::insert_into(login_sessions::table).values(session).execute(conn)?;
    Ok(())
}

/// The browser whose key has that hash.
///
/// # Errors
/// When the database fails.
pub fn find_by_key(conn: &mut DbConn, key_hash: &str) -> AppResult<Option<LoginSession>> {
    Ok(dsl::login_sessions.filter(dsl::key_hash.eq(key_hash)).first(conn).optional()?)
}

/// Keeps what the browser's session holds now.
///
/// # Errors
/// When the database fails.
pub fn update_state(
    conn: &mut DbConn,
    key_hash: &str,
    user_id: Option<&str>,
    state: &str,
) -> AppResult<usize> {
    let row = dsl::login_sessions.filter(dsl::key_hash.eq(key_hash));
    Ok(diesel::update(row).set((dsl::user_id.eq(user_id), dsl::state.eq(state))).execute(conn)?)
}

/// Notes that the browser was used and puts its end off.
///
/// # Errors
/// When the database fails.
pub fn touch(conn: &mut DbConn, key_hash: &str, seen: Time, expires: Time) -> AppResult<()> {
    let row = dsl::login_sessions.filter(dsl::key_hash.eq(key_hash));
    diesel::update(row).set((dsl::last_seen_at.eq(seen), dsl::expires_at.eq(expires))).execute(conn)?;
    Ok(())
}

/// Forgets the browser whose key has that hash.
///
/// # Errors
/// When the database fails.
pub fn delete_by_key(conn: &mut DbConn, key_hash: &str) -> AppResult<()> {
    diesel::delete(dsl::login_sessions.filter(dsl::key_hash.eq(key_hash))).execute(conn)?;
    Ok(())
}

/// A member's browsers that are still signed in, last used first.
///
/// # Errors
/// When the database fails.
pub fn list_owned(conn: &mut DbConn, owner: &str, now: Time) -> AppResult<Vec<LoginSession>> {
    Ok(dsl::login_sessions
        .filter(dsl::user_id.eq(owner).and(dsl::expires_at.gt(now)))
        .order((dsl::last_seen_at.desc(), dsl::id.desc()))
        .load(conn)?)
}

/// Signs one of a member's browsers out; returns whether there was one.
///
/// # Errors
/// When the database fails.
pub fn delete_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<bool> {
    let row = dsl::login_sessions.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    Ok(diesel::delete(row).execute(conn)? > 0)
}

/// Signs all of a member's browsers out but the one of that id.
///
/// # Errors
/// When the database fails.
pub fn delete_others(conn: &mut DbConn, owner: &str, kept: &str) -> AppResult<()> {
    let rows = dsl::login_sessions.filter(dsl::user_id.eq(owner).and(dsl::id.ne(kept)));
    diesel::delete(rows).execute(conn)?;
    Ok(())
}

/// Signs all of a member's browsers out.
///
/// # Errors
/// When the database fails.
pub fn delete_all(conn: &mut DbConn, owner: &str) -> AppResult<()> {
    diesel::delete(dsl::login_sessions.filter(dsl::user_id.eq(owner))).execute(conn)?;
    Ok(())
}

/// Forgets browsers whose time is over.
///
/// # Errors
/// When the database fails.
pub fn delete_expired(conn: &mut DbConn, now: Time) -> AppResult<usize> {
    Ok(diesel::delete(dsl::login_sessions.filter(dsl::expires_at.le(now))).execute(conn)?)
}
