//! What an import could not keep as it was, counted by kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::i18n::Locale;

/// Something that was not kept as it was in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A message that broke off, because it was still being written.
    Interrupted,
    /// A message by nobody we know.
    UnknownRole,
    /// A message without words, or hidden where it comes from.
    Hidden,
    /// A second message of the same id.
    Duplicate,
    /// A message whose parent is missing or follows the message itself: it begins a branch now.
    Rerooted,
    /// A NUL character.
    Nul,
    /// A text beyond the limit; what is beyond is gone.
    TooLong,
    /// A picture, a file or a tool's result: its kind stands in its place.
    Attachment,
    /// Tags, a model's name, an error or citations that are not as ours.
    Detail,
    /// A research without what it had planned, read and noted down.
    LeftOut,
}

impl Note {
    /// The name for programs, and the key of the sentence (`import_note.<code>`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::UnknownRole => "unknown_role",
            Self::Hidden => "hidden",
            Self::Duplicate => "duplicate",
            Self::Rerooted => "rerooted",
            Self::Nul => "nul",
            Self::TooLong => "too_long",
            Self::Attachment => "attachment",
            Self::Detail => "detail",
            Self::LeftOut => "left_out",
        }
    }
}

/// How often each happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes(BTreeMap<Note, usize>);

impl Notes {
    /// Counts one more.
    pub(super) fn add(&mut self, note: Note) {
        *self.0.entry(note).or_default() += 1;
    }

    /// Each kind that happened: its code, how often, and a sentence.
    pub fn told(&self, locale: Locale) -> Vec<(&'static str, usize, String)> {
        let sentence = |note: Note, n: usize| {
            locale.t_with(&format!("import_note.{}", note.code()), &[("n", &n.to_string())])
        };
        self.0.iter().map(|(note, n)| (note.code(), *n, sentence(*note, *n))).collect()
    }
}
