//! Signed-in browsers: what the session store keeps, and the list under Settings.
//!
//! The cookie holds only a random key, the table only its hash. A session ends 30 days after it was last
//! used, and 90 days after sign-in whatever happens.

use std::collections::HashMap;

use super::secrets;
use super::text::parse_id;
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::login_session::{LoginSession, NewLoginSession};
use crate::models::new_id;
use crate::models::user::User;
use crate::repositories::login_sessions;

const DAY: i64 = 24 * 60 * 60;
/// Days without use after which a session ends.
pub const SLIDING_DAYS: i64 = 30;
/// Days after sign-in at which a session ends.
const ABSOLUTE_DAYS: i64 = 90;
/// Uses within this many milliseconds are noted once.
const TOUCH_INTERVAL: i64 = 3_600_000;

/// What a browser's session holds: JSON values by name, as the store hands them over.
pub type State = HashMap<String, String>;

/// Names in [`State`] that have columns of their own.
pub mod keys {
    /// The id of the row itself, made at sign-in, so that a browser can tell itself from others.
    pub const DEVICE_ID: &str = "device_id";
    /// The id of the member who is signed in.
    pub const USER_ID: &str = "user_id";
    /// The browser, as it called itself at sign-in.
    pub const USER_AGENT: &str = "user_agent";
    /// Where it signed in from.
    pub const ADDRESS: &str = "address";
}

fn word(state: &State, key: &str) -> Option<String> {
    state.get(key).and_then(|json| serde_json::from_str(json).ok())
}

/// Remembers a browser; returns the key for its cookie.
///
/// # Errors
/// When the database fails.
pub fn save(conn: &mut DbConn, state: &State) -> AppResult<String> {
    let key = secrets::random();
    let now = Time::now();
    let row = NewLoginSession {
        id: word(state, keys::DEVICE_ID).unwrap_or_else(new_id),
        key_hash: secrets::hash(&key),
        user_id: word(state, keys::USER_ID),
        state: serde_json::json!(state).to_string(),
        user_agent: word(state, keys::USER_AGENT).unwrap_or_default(),
        address: word(state, keys::ADDRESS).unwrap_or_default(),
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus_seconds(SLIDING_DAYS * DAY),
    };
    login_sessions::insert(conn, &row)?;
    Ok(key)
}

/// What the browser with that key holds; `None` when it is unknown or its time is over.
///
/// # Errors
/// When the database fails.
pub fn load(conn: &mut DbConn, key: &str) -> AppResult<Option<State>> {
    let found = find(conn, key)?;
    Ok(found.and_then(|row| serde_json::from_str(&row.state).ok()))
}

fn find(conn: &mut DbConn, key: &str) -> AppResult<Option<LoginSession>> {
    let now = Time::now();
    let row = login_sessions::find_by_key(conn, &secrets::hash(key))?;
    Ok(row.filter(|row| row.expires_at > now && end(row) > now))
}

fn end(row: &LoginSession) -> Time {
    row.created_at.plus_seconds(ABSOLUTE_DAYS * DAY)
}

/// Keeps what the browser with that key holds now; `false` when it has been signed out meanwhile.
///
/// # Errors
/// When the database fails.
pub fn update(conn: &mut DbConn, key: &str, state: &State) -> AppResult<bool> {
    let user = word(state, keys::USER_ID);
    let json = serde_json::json!(state).to_string();
    Ok(login_sessions::update_state(conn, &secrets::hash(key), user.as_deref(), &json)? > 0)
}

/// Whether a use of the browser with that key is worth noting now.
///
/// # Errors
/// When the database fails.
pub fn is_touch_due(conn: &mut DbConn, key: &str) -> AppResult<bool> {
    let row = find(conn, key)?;
    Ok(row.is_some_and(|row| Time::now().millis() - row.last_seen_at.millis() > TOUCH_INTERVAL))
}

/// Notes that the browser with that key was used, and puts its end off.
///
/// # Errors
/// When the database fails.
pub fn touch(conn: &mut DbConn, key: &str) -> AppResult<()> {
    let Some(row) = find(conn, key)? else { return Ok(()) };
    let now = Time::now();
    let expires = now.plus_seconds(SLIDING_DAYS * DAY).min(end(&row));
    login_sessions::touch(conn, &row.key_hash, now, expires)
}

/// Signs the browser with that key out.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut DbConn, key: &str) -> AppResult<()> {
    login_sessions::delete_by_key(conn, &secrets::hash(key))
}

/// A member's signed-in browsers, last used first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut DbConn, owner: &User) -> AppResult<Vec<LoginSession>> {
    login_sessions::list_owned(conn, &owner.id, Time::now())
}

/// Signs one of a member's browsers out.
///
/// # Errors
/// `NotFound` when the member has no such browser.
pub fn revoke(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<()> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    match login_sessions::delete_owned(conn, &owner.id, &id)? {
        true => Ok(()),
        false => Err(AppError::NotFound(Thing::Resource)),
    }
}

/// Forgets browsers whose time is over.
///
/// # Errors
/// When the database fails.
pub fn delete_expired(conn: &mut DbConn) -> AppResult<usize> {
    login_sessions::delete_expired(conn, Time::now())
}
