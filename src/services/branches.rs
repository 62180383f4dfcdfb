//! Branches of a conversation: what stands beside a message, which branch is shown, and the end of one.

use std::collections::HashMap;

use super::messages::{find, leave_branch, lock, refuse_if_active};
use super::sessions;
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::chat_session::{ChatSession, ChatSessionChanges};
use crate::models::message::Message;
use crate::models::user::User;
use crate::repositories::{branches, chat_sessions, runs};

/// The messages that stand in each other's place, by what they follow; each group in the order it was said.
#[derive(Clone, Debug, Default)]
pub struct Siblings(HashMap<Option<String>, Vec<String>>);

impl Siblings {
    /// The ids of all messages that follow what `message` follows, itself included.
    pub fn of(&self, message: &Message) -> &[String] {
        self.0.get(&message.parent_id).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What stands beside each of some messages of one session, which were found through its owner.
///
/// # Errors
/// When the database fails.
pub fn siblings(conn: &mut DbConn, some: &[Message]) -> AppResult<Siblings> {
    let Some(session) = some.first().map(|message| &message.session_id) else {
        return Ok(Siblings::default());
    };
    let parents: Vec<&str> = some.iter().filter_map(|message| message.parent_id.as_deref()).collect();
    let beginnings = parents.len() < some.len();
    let mut groups = HashMap::<_, Vec<_>>::new();
    for (id, parent) in branches::children(conn, session, &parents, beginnings)? {
        groups.entry(parent).or_default().push(id);
    }
    Ok(Siblings(groups))
}

/// Shows the branch through a message: down to where it was left, else to its newest end. May be done while an answer
/// is being made; and it is no activity, so the session keeps its place in the list.
///
/// # Errors
/// `NotFound` for an unknown session or message.
pub fn select(conn: &mut DbConn, owner: &User, session: &str, message: &str) -> AppResult<ChatSession> {
    let session = lock(conn, owner, session)?;
    let message = find(conn, &session, message)?;
    let end = end_through(conn, &session, &message.id)?;
    if session.head_id.as_deref() != Some(&end) {
        leave_branch(conn, &session)?;
        let changes = ChatSessionChanges { head_id: Some(Some(end)), ..ChatSessionChanges::default() };
        chat_sessions::update_by_run(conn, &session.id, &changes)?;
    }
    sessions::find(conn, owner, &session.id)
}

/// The end of the branch through a message: the session's own, if it leads there.
fn end_through(conn: &mut DbConn, session: &ChatSession, message: &str) -> AppResult<String> {
    match &session.head_id {
        Some(head) if !branches::way(conn, message, head, 1)?.is_empty() => Ok(head.clone()),
        _ => branches::end_of(conn, message),
    }
}

/// A part of a branch around one message.
#[derive(Clone, Debug)]
pub struct Around {
    /// The last message of the part, as [`super::messages::ListMessages::branch`].
    pub last: String,
    /// Whether that is the end of the branch that is shown.
    pub newest: bool,
}

/// The part of a branch that has a message in it, and at most `below` messages after that one.
///
/// # Errors
/// `NotFound` for an unknown session or message.
pub fn around(
    conn: &mut DbConn,
    owner: &User,
    session: &str,
    message: &str,
    below: i64,
) -> AppResult<Around> {
    let session = sessions::find(conn, owner, session)?;
    let message = find(conn, &session, message)?;
    // Seldom does a conversation fork just there; only then its end has to tell which way is meant.
    let way = match branches::only_way(conn, &message.id, below + 1)? {
        Some(way) => way,
        None => {
            let end = end_through(conn, &session, &message.id)?;
            branches::way(conn, &message.id, &end, below + 1)?
        }
    };
    let last = way.last().cloned().unwrap_or(message.id);
    Ok(Around { newest: session.head_id.as_ref() == Some(&last), last })
}

/// A message that may be deleted, and how many go with it, itself included.
///
/// # Errors
/// `NotFound` for an unknown session or message.
pub fn weigh(conn: &mut DbConn, owner: &User, session: &str, message: &str) -> AppResult<(Message, usize)> {
    let session = sessions::find(conn, owner, session)?;
    let message = find(conn, &session, message)?;
    let all = branches::under(conn, &message.id)?.len();
    Ok((message, all))
}

/// Deletes a message with all that was said after it. Where the branch that is shown loses its end, the one beside
/// it is shown, else what the message had followed.
///
/// # Errors
/// `NotFound` for an unknown session or message, `Conflict("run_active")` while an answer is being made.
pub fn delete(conn: &mut DbConn, owner: &User, session: &str, message: &str) -> AppResult<()> {
    let session = lock(conn, owner, session)?;
    let message = find(conn, &session, message)?;
    refuse_if_active(conn, &session)?;
    let beside = beside(conn, &message)?;
    let gone = branches::under(conn, &message.id)?;
    branches::delete(conn, &gone)?;
    chat_sessions::add_messages(conn, &session.id, -i64::try_from(gone.len()).unwrap_or_default())?;
    let mut changes = ChatSessionChanges {
        run_status: Some(runs::latest_status(conn, &session.id)?),
        ..ChatSessionChanges::default()
    };
    if session.head_id.as_ref().is_some_and(|head| gone.contains(head)) {
        changes.head_id = Some(match beside {
            Some(sibling) => Some(branches::end_of(conn, &sibling)?),
            None => message.parent_id,
        });
    }
    chat_sessions::update_by_run(conn, &session.id, &changes)
}

/// What is shown in place of a message: what stands before it, else what stands after it.
fn beside(conn: &mut DbConn, message: &Message) -> AppResult<Option<String>> {
    let siblings = siblings(conn, std::slice::from_ref(message))?;
    let (mut before, mut after) = (None, None);
    let mut passed = false;
    for id in siblings.of(message) {
        match (*id == message.id, passed) {
            (true, _) => passed = true,
            (false, false) => before = Some(id),
            (false, true) => after = after.or(Some(id)),
        }
    }
    Ok(before.or(after).cloned())
}
