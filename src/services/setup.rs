//! The first start: a one-time code, printed by the server, lets its holder create the first admin.

use super::accounts::{self, NewAccount};
use super::secrets;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::user::User;
use crate::repositories::{settings, users};

/// Where the code's hash is kept.
const KEY: &str = "setup_code_hash";

/// Makes a new code if there are no members yet; the one before it stops working.
///
/// # Errors
/// When the database fails.
pub fn open(conn: &mut DbConn) -> AppResult<Option<String>> {
    if !is_open(conn)? {
        return Ok(None);
    }
    let code = secrets::random();
    settings::put(conn, KEY, &secrets::hash(&code))?;
    Ok(Some(code))
}

/// Whether there are no members yet.
///
/// # Errors
/// When the database fails.
pub fn is_open(conn: &mut DbConn) -> AppResult<bool> {
    Ok(users::count(conn)? == 0)
}

/// Whether `code` opens the set-up now. None does once somebody was made a member in another way: the code stands in
/// the log.
///
/// # Errors
/// `Forbidden("setup_code_invalid")` for a wrong or used code, and when there are members.
pub fn check(conn: &mut DbConn, code: &str) -> AppResult<()> {
    let known = settings::find_optional(conn, KEY)?;
    match known.is_some_and(|hash| hash == secrets::hash(code)) && is_open(conn)? {
        true => Ok(()),
        false => Err(AppError::Forbidden("setup_code_invalid")),
    }
}

/// Uses the code up and creates the first admin. Of two people with the same code one succeeds.
///
/// # Errors
/// As [`check`]; then nothing is changed.
pub fn complete(conn: &mut DbConn, code: &str, admin: NewAccount) -> AppResult<User> {
    check(conn, code)?;
    if !settings::take(conn, KEY, &secrets::hash(code))? {
        return Err(AppError::Forbidden("setup_code_invalid"));
    }
    accounts::create(conn, admin)
}
