//! Personal access tokens.

use diesel::prelude::*;

use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::api_token::{ApiToken, NewApiToken};
use crate::models::user::User;
use crate::schema::{api_tokens, users};

/// The changes that make an earlier answer of [`find_by_hash`] untrue, as triggers name them. That a token was used
/// is none of them.
pub const CREDENTIAL_CHANGES: &[&str] = &[
    "UPDATE OF user_id, token_hash, expires_at ON api_tokens",
    "DELETE ON api_tokens",
    "UPDATE ON users",
    "DELETE ON users",
];

/// Keeps a token.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, token: &NewApiToken) -> AppResult<ApiToken> {
    Ok(diesel::insert_into(api_tokens::table)
        .values(token)
        .returning(api_tokens::all_columns)
        .get_result(conn)?)
}

/// The token whose secret has that hash, with its owner.
///
/// # Errors
/// When the database fails.
pub fn find_by_hash(conn: &mut DbConn, hash: &str) -> AppResult<Option<(ApiToken, User)>> {
    Ok(api_tokens::table
        .inner_join(users::table.on(users::id.eq(api_tokens::user_id)))
        .filter(api_tokens::token_hash.eq(hash))
        .select((api_tokens::all_columns, users::all_columns))
        .first(conn)
        .optional()?)
}

/// A member's tokens, newest first.
///
/// # Errors
/// When the database fails.
pub fn list_owned(conn: &mut DbConn, owner: &str) -> AppResult<Vec<ApiToken>> {
    Ok(api_tokens::table.filter(api_tokens::user_id.eq(owner)).order(api_tokens::id.desc()).load(conn)?)
}

/// A member's token.
///
/// # Errors
/// `NotFound` when the member has no such token.
pub fn find_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<ApiToken> {
    let row = api_tokens::table.filter(api_tokens::id.eq(id).and(api_tokens::user_id.eq(owner)));
    row.first(conn).optional()?.ok_or(AppError::NotFound(Thing::Resource))
}

/// Notes when a token was last used.
///
/// # Errors
/// When the database fails.
pub fn touch(conn: &mut DbConn, id: &str, now: Time) -> AppResult<()> {
    diesel::update(api_tokens::table.find(id)).set(api_tokens::last_used_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Revokes a token.
///
/// # Errors
/// `NotFound` when the member has no such token.
pub fn delete_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<()> {
    let row = api_tokens::table.filter(api_tokens::id.eq(id).and(api_tokens::user_id.eq(owner)));
    match diesel::delete(row).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::Resource)),
        _ => Ok(()),
    }
}

/// Revokes all of a member's tokens.
///
/// # Errors
/// When the database fails.
pub fn delete_all(conn: &mut DbConn, owner: &str) -> AppResult<()> {
    diesel::delete(api_tokens::table.filter(api_tokens::user_id.eq(owner))).execute(conn)?;
    Ok(())
}
