//! Stores what was read of a file in one transaction, and tells its owner how that stands; reads no file.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Imported, Incoming, Progress, Tidied};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::import::{Import, ImportEnd, ImportStatus};
use crate::models::message::Message;
use crate::models::new_id;
use crate::models::user::User;
use crate::repositories::{chat_sessions, imports, messages, search_backlog};
use crate::services::text::parse_id;

/// Messages in one statement: their columns stay below both databases' limit of variables.
const CHUNK: usize = 500;
/// Messages of an import that are found as soon as they are stored; those of larger ones are indexed later.
const INDEXED_AT_ONCE: usize = 500;
/// Messages indexed in one transaction: some hundredths of a second.
const INDEXED_LATER: i64 = 100;
/// For how long an import is remembered, in seconds.
const REMEMBERED: i64 = 24 * 60 * 60;
/// After which time an import that no process has ended must have ended with its process, in seconds.
const PATIENCE: i64 = 15 * 60;

/// How an import stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// Whether it is over.
    pub status: ImportStatus,
    /// Messages stored so far; they are seen when all are.
    pub stored: i64,
    /// Messages in the file.
    pub total: i64,
    /// What it has done, once it has succeeded.
    pub imported: Option<Imported>,
    /// Why it failed: the key of a sentence (`error.<code>`).
    pub error_code: Option<String>,
    /// When the file was read.
    pub created_at: Time,
    /// When it was stored, or failed.
    pub finished_at: Option<Time>,
}

/// Notes that `total` messages of a member's are going to be stored, and forgets older imports; the new one's id.
///
/// # Errors
/// When the database fails.
pub fn begin(conn: &mut DbConn, owner: &User, total: usize) -> AppResult<String> {
    let now = Time::now();
    imports::delete_before(conn, &owner.id, now.plus_seconds(-REMEMBERED))?;
    let import = Import {
        id: new_id(),
        user_id: owner.id.clone(),
        status: ImportStatus::Running,
        total: number(total),
        result: None,
        error_code: None,
        created_at: now,
        finished_at: None,
    };
    imports::insert(conn, &import)?;
    Ok(import.id)
}

/// Stores what was understood as `owner`'s own and ends the import of that id. Ids are kept where nothing has them yet;
/// otherwise a session and its messages get new ones, so that nothing is ever overwritten.
///
/// # Errors
/// When the database fails; the transaction around it leaves nothing behind then.
pub fn store(
    conn: &mut DbConn,
    owner: &User,
    id: &str,
    incoming: Incoming,
    stored: &AtomicUsize,
) -> AppResult<Imported> {
    imports::lock(conn)?;
    let later = incoming.messages() > INDEXED_AT_ONCE;
    let mut done = Imported { sessions: Vec::new(), messages: 0, notes: incoming.notes };
    for mut tidied in incoming.sessions {
        if !tidied.has_usable_ids() || is_taken(conn, &tidied)? {
            tidied.renew_ids();
        }
        chat_sessions::insert_whole(conn, &tidied.session)?;
        for chunk in tidied.messages.chunks(CHUNK) {
            if later {
                search_backlog::put_off(conn, ids(chunk))?;
            }
            messages::insert_whole(conn, chunk)?;
            stored.fetch_add(chunk.len(), Ordering::Relaxed);
        }
        done.messages += tidied.messages.len();
        done.sessions.push(tidied.session.id);
    }
    let result = serde_json::to_string(&done).map_err(|error| AppError::Internal(error.into()))?;
    end(conn, owner, id, ImportStatus::Succeeded, Some(result), None)?;
    Ok(done)
}

/// Ends the import of that id as one that left nothing behind.
///
/// # Errors
/// When the database fails.
pub fn fail(conn: &mut DbConn, owner: &User, id: &str, code: &str) -> AppResult<()> {
    end(conn, owner, id, ImportStatus::Failed, None, Some(code.to_owned()))
}

fn end(
    conn: &mut DbConn,
    owner: &User,
    id: &str,
    status: ImportStatus,
    result: Option<String>,
    error_code: Option<String>,
) -> AppResult<()> {
    imports::end_owned(
        conn,
        &owner.id,
        id,
        &ImportEnd { status, result, error_code, finished_at: Time::now() },
    )
}

/// How a member's import stands. `alone`: no other process stores any.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn find(
    conn: &mut DbConn,
    owner: &User,
    id: &str,
    progress: &Progress,
    alone: bool,
) -> AppResult<Standing> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    // Asked before the row is: what ends in between has ended in the row.
    let stored = progress.of(&id);
    let row = imports::find_owned(conn, &owner.id, &id)?;
    let is_old = row.created_at.plus_seconds(PATIENCE) < Time::now();
    let is_lost = row.status == ImportStatus::Running && stored.is_none() && (alone || is_old);
    let imported = row.result.as_deref().map(serde_json::from_str).transpose();
    Ok(Standing {
        status: if is_lost { ImportStatus::Failed } else { row.status },
        stored: if row.status == ImportStatus::Succeeded {
            row.total
        } else {
            number(stored.unwrap_or_default())
        },
        total: row.total,
        imported: imported.map_err(|error| AppError::Internal(error.into()))?,
        error_code: if is_lost { Some("import_interrupted".to_owned()) } else { row.error_code },
        created_at: row.created_at,
        finished_at: row.finished_at,
        id,
    })
}

/// Indexes some of the messages whose imports have put that off; whether there may be more.
///
/// # Errors
/// When the database fails.
pub fn index_some(conn: &mut DbConn) -> AppResult<bool> {
    Ok(search_backlog::index(conn, INDEXED_LATER)? > 0)
}

fn ids(messages: &[Message]) -> impl Iterator<Item = &str> {
    messages.iter().map(|message| message.id.as_str())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn is_taken(conn: &mut DbConn, tidied: &Tidied) -> AppResult<bool> {
    if chat_sessions::exists(conn, &tidied.session.id)? {
        return Ok(true);
    }
    for chunk in tidied.messages.chunks(CHUNK) {
        if messages::any_exists(conn, ids(chunk))? {
            return Ok(true);
        }
    }
    Ok(false)
}
