//! Sharing a conversation: a copy of the branch that is shown, for whoever is given its address, until it is revoked.

use super::text::parse_id;
use super::{export, secrets, sessions};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::message::{Message, MessageStatus};
use crate::models::new_id;
use crate::models::share::{Share, SharedMessage};
use crate::models::user::User;
use crate::repositories::{shares, users};

/// Length of a key, as [`secrets::random`] makes them.
const KEY: usize = 43;

/// What a stranger with the address is shown.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The session's title.
    pub name: String,
    /// The owner's display name, as it is today.
    pub owner: String,
    /// When the snapshot was taken.
    pub created_at: Time,
    /// Oldest first.
    pub messages: Vec<SharedMessage>,
}

/// Freezes a session as it is shown now. One that is shared already keeps its address and shows the new state there.
///
/// # Errors
/// `NotFound` for an unknown session and for somebody else's.
pub fn freeze(conn: &mut DbConn, owner: &User, session: &str) -> AppResult<Share> {
    let (session, said) = export::shown(conn, owner, session)?;
    let said: Vec<_> = said.into_iter().filter(is_said).map(public).collect();
    let share = Share {
        id: new_id(),
        user_id: owner.id.clone(),
        key: secrets::random(),
        snapshot: serde_json::to_string(&said).map_err(|error| AppError::Internal(error.into()))?,
        name: session.name,
        created_at: Time::now(),
        session_id: session.id,
    };
    shares::put(conn, &share)?;
    shares::find_owned(conn, &owner.id, &share.session_id)
}

/// Not while it is being written, nor an answer that broke off before its first word.
fn is_said(message: &Message) -> bool {
    message.status != MessageStatus::Streaming && !message.content.is_empty()
}

fn public(message: Message) -> SharedMessage {
    SharedMessage {
        role: message.role,
        content: message.content,
        model: message.model,
        created_at: message.created_at,
    }
}

/// The share of a session.
///
/// # Errors
/// `NotFound` when it is not shared, unknown, or somebody else's.
pub fn find(conn: &mut DbConn, owner: &User, session: &str) -> AppResult<Share> {
    let session = sessions::find(conn, owner, session)?;
    shares::find_owned(conn, &owner.id, &session.id)
}

/// Takes a share back for good: its address leads nowhere from now on, and a later share has another.
///
/// # Errors
/// `NotFound` when it is not shared, unknown, or somebody else's.
pub fn revoke(conn: &mut DbConn, owner: &User, session: &str) -> AppResult<()> {
    let id = parse_id(session).ok_or(AppError::NotFound(Thing::ChatSession))?;
    shares::delete_owned(conn, &owner.id, &id)
}

/// What lies at the address with that key, for anybody.
///
/// # Errors
/// `NotFound` for any other key, for one that was revoked, and while its owner's account is disabled.
pub fn open(conn: &mut DbConn, key: &str) -> AppResult<Shared> {
    let unknown = || AppError::NotFound(Thing::Resource);
    if key.len() != KEY || !key.is_ascii() || key.contains('\0') {
        return Err(unknown());
    }
    let share = shares::find_by_key(conn, key)?;
    let owner =
        users::find_optional(conn, &share.user_id)?.filter(|user| !user.disabled).ok_or_else(unknown)?;
    let messages = serde_json::from_str(&share.snapshot).map_err(|error| AppError::Internal(error.into()))?;
    Ok(Shared { name: share.name, owner: owner.name, created_at: share.created_at, messages })
}
