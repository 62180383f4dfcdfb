//! Bringing conversations in from a file: all of it or nothing, under the importer's name, and every loss is told.

mod arrange;
mod notes;
mod open_webui;
mod openai;
mod stoa;
mod tidy;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

pub use notes::{Note, Notes};

use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::archive::ArchivedSession;
use crate::models::user::User;
use crate::repositories::{chat_sessions, messages};

/// Largest file, in bytes.
pub const LARGEST: usize = 64 * 1024 * 1024;
/// Messages in one statement: their columns stay below both databases' limit of variables.
const CHUNK: usize = 500;

/// A file that was understood, not stored yet.
#[derive(Debug)]
pub struct Incoming {
    sessions: Vec<ArchivedSession>,
    notes: Notes,
}

/// What an import has done.
#[derive(Debug)]
pub struct Imported {
    /// The ids of the sessions, in the order of the file.
    pub sessions: Vec<String>,
    /// How many messages they have in all.
    pub messages: usize,
    /// What could not be kept as it was.
    pub notes: Notes,
}

/// By what the kinds of files are told apart; anything else is skipped without being kept.
#[derive(Deserialize)]
struct Shape {
    format: Option<IgnoredAny>,
    mapping: Option<IgnoredAny>,
    chat: Option<IgnoredAny>,
}

/// Understands a file by its shape: our own, OpenAI's `conversations.json`, or a chat export of Open WebUI. Takes time
/// and memory in proportion to its size.
///
/// # Errors
/// `BadRequest` with `invalid_json`, `import_unknown` when it is of no kind we know, or `invalid_field_type` when it
/// is of one but not as that kind should be.
pub fn read(file: &[u8]) -> AppResult<Incoming> {
    let mut notes = Notes::default();
    let is_list = file.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let shape = match is_list {
        true => probe::<Vec<Shape>>(file)?.into_iter().next(),
        false => Some(probe::<Shape>(file)?),
    };
    let sessions = match (shape, is_list) {
        (Some(Shape { format: Some(_), .. }), false) => stoa::read(parse(file)?)?,
        (Some(Shape { mapping: Some(_), .. }), true) => openai::read(parse(file)?, &mut notes),
        (Some(Shape { mapping: Some(_), .. }), false) => openai::read(vec![parse(file)?], &mut notes),
        (Some(Shape { chat: Some(_), .. }), true) => open_webui::read(parse(file)?),
        (Some(Shape { chat: Some(_), .. }), false) => open_webui::read(vec![parse(file)?]),
        _ => return Err(AppError::BadRequest("import_unknown")),
    };
    Ok(Incoming { sessions, notes })
}

fn probe<T: DeserializeOwned>(file: &[u8]) -> AppResult<T> {
    serde_json::from_slice(file).map_err(|error| problem(&error, "import_unknown"))
}

fn parse<T: DeserializeOwned>(file: &[u8]) -> AppResult<T> {
    serde_json::from_slice(file).map_err(|error| problem(&error, "invalid_field_type"))
}

fn problem(error: &serde_json::Error, otherwise: &'static str) -> AppError {
    AppError::BadRequest(if error.is_data() { otherwise } else { "invalid_json" })
}

/// Stores what was understood as `owner`'s own. Ids are kept where nothing has them yet; otherwise a session and its
/// messages get new ones, so that nothing is ever overwritten.
///
/// # Errors
/// When the database fails; the transaction around it leaves nothing behind then.
pub fn store(conn: &mut DbConn, owner: &User, incoming: Incoming, locale: Locale) -> AppResult<Imported> {
    let mut done = Imported { sessions: Vec::new(), messages: 0, notes: incoming.notes };
    for archived in incoming.sessions {
        let mut tidied = tidy::tidy(archived, owner, locale, &mut done.notes);
        if !tidied.has_usable_ids() || is_taken(conn, &tidied)? {
            tidied.renew_ids();
        }
        chat_sessions::insert_whole(conn, &tidied.session)?;
        for chunk in tidied.messages.chunks(CHUNK) {
            messages::insert_whole(conn, chunk)?;
        }
        done.messages += tidied.messages.len();
        done.sessions.push(tidied.session.id);
    }
    Ok(done)
}

fn is_taken(conn: &mut DbConn, tidied: &tidy::Tidied) -> AppResult<bool> {
    if chat_sessions::exists(conn, &tidied.session.id)? {
        return Ok(true);
    }
    for chunk in tidied.messages.chunks(CHUNK) {
        if messages::any_exists(conn, chunk.iter().map(|message| message.id.as_str()))? {
            return Ok(true);
        }
    }
    Ok(false)
}
