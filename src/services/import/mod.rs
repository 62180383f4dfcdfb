//! Bringing conversations in from a file: all of it or nothing, under the importer's name, and every loss is told.

mod arrange;
mod notes;
mod open_webui;
mod openai;
mod progress;
mod stoa;
mod store;
mod tidy;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

pub use notes::{Note, Notes};
pub use progress::Progress;
pub use store::{Standing, begin, fail, find, index_some, store};

use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::user::User;
use tidy::{Tidied, tidy};

/// Largest file, in bytes.
pub const LARGEST: usize = 64 * 1024 * 1024;
/// Most sessions and messages of a file, together: storing them is one write of a few seconds, for which others wait.
const MOST: usize = 200_000;

/// A file that was understood and is ready to be stored.
pub struct Incoming {
    sessions: Vec<Tidied>,
    notes: Notes,
}

impl Incoming {
    /// How many messages it has.
    pub fn messages(&self) -> usize {
        self.sessions.iter().map(|session| session.messages.len()).sum()
    }
}

/// What an import has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Understands a file by its shape: our own, OpenAI's `conversations.json`, or a chat export of Open WebUI. Makes rows
/// of it, `owner`'s from now on, so that storing them is all that is left to do. Takes time and memory in proportion to
/// the file's size.
///
/// # Errors
/// `Unreadable` with `invalid_json`, or with `invalid_field_type` when it is not as its kind should be;
/// `BadRequest("import_unknown")` when it is of no kind we know, `BadRequest("import_too_many")` when more than 200,000
/// sessions and messages are in it.
pub fn read(file: &[u8], owner: &User, locale: Locale) -> AppResult<Incoming> {
    let mut notes = Notes::default();
    let is_list = file.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let shape = match is_list {
        true => probe::<Vec<Shape>>(file)?.into_iter().next(),
        false => Some(probe::<Shape>(file)?),
    };
    let archived = match (shape, is_list) {
        (Some(Shape { format: Some(_), .. }), false) => stoa::read(parse(file)?)?,
        (Some(Shape { mapping: Some(_), .. }), true) => openai::read(parse(file)?, &mut notes),
        (Some(Shape { mapping: Some(_), .. }), false) => openai::read(vec![parse(file)?], &mut notes),
        (Some(Shape { chat: Some(_), .. }), true) => open_webui::read(parse(file)?),
        (Some(Shape { chat: Some(_), .. }), false) => open_webui::read(vec![parse(file)?]),
        _ => return Err(AppError::BadRequest("import_unknown")),
    };
    if archived.iter().map(|session| 1 + session.messages.len()).sum::<usize>() > MOST {
        return Err(AppError::BadRequest("import_too_many"));
    }
    let sessions = archived.into_iter().map(|session| tidy(session, owner, locale, &mut notes)).collect();
    Ok(Incoming { sessions, notes })
}

fn probe<T: DeserializeOwned>(file: &[u8]) -> AppResult<T> {
    serde_json::from_slice(file).map_err(|error| match error.is_data() {
        true => AppError::BadRequest("import_unknown"),
        false => AppError::unreadable(&error, "import_unknown"),
    })
}

fn parse<T: DeserializeOwned>(file: &[u8]) -> AppResult<T> {
    serde_json::from_slice(file).map_err(|error| AppError::unreadable(&error, "invalid_field_type"))
}
