//! A signed-in browser.

use diesel::prelude::*;

use crate::db::Time;
use crate::schema::login_sessions;

/// A row of `login_sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable)]
pub struct LoginSession {
    /// UUIDv7; how its owner names it to revoke it. Never the key in the cookie.
    pub id: String,
    /// SHA-256 of the key in the cookie, hexadecimal.
    pub key_hash: String,
    /// Who is signed in; nobody yet when `None`.
    pub user_id: Option<String>,
    /// What the browser's session holds, a JSON object of strings.
    pub state: String,
    /// The browser, as it called itself at sign-in.
    pub user_agent: String,
    /// Where it signed in from.
    pub address: String,
    /// When it signed in; 90 days later it ends whatever happens.
    pub created_at: Time,
    /// When it was last used, to the hour.
    pub last_seen_at: Time,
    /// When it ends unless used before.
    pub expires_at: Time,
}

/// A browser about to be remembered.
#[derive(Insertable)]
#[diesel(table_name = login_sessions)]
pub struct NewLoginSession {
    /// UUIDv7.
    pub id: String,
    /// SHA-256 of the key, hexadecimal.
    pub key_hash: String,
    /// Who is signed in.
    pub user_id: Option<String>,
    /// JSON object of strings.
    pub state: String,
    /// The browser.
    pub user_agent: String,
    /// Its address.
    pub address: String,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub last_seen_at: Time,
    /// Now plus the sliding time.
    pub expires_at: Time,
}
