//! A chapter taken apart: headings, prose and exercises in their order. Knows nothing of files or pages.

use std::sync::OnceLock;

use super::exercise::Exercise;
use crate::error::{AppError, AppResult, Thing};
use crate::markdown;
use crate::passages::scripts::is_han;

/// Chinese characters, and words of other scripts, that are read in a minute.
const CHARACTERS: usize = 380;
const WORDS: usize = 200;

/// A chapter in one language.
#[derive(Debug)]
pub struct Chapter {
    /// Its name in addresses, the same in all languages.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// One line about it.
    pub summary: String,
    /// What one can do after having read it.
    pub goals: Vec<String>,
    /// Whether only members read more than the beginning.
    pub members: bool,
    /// How many of `parts` are the beginning.
    pub(super) beginning: usize,
    pub(super) parts: Vec<Part>,
}

/// A piece of a chapter.
#[derive(Debug)]
pub enum Part {
    /// What the table of contents leads to.
    Heading(Heading),
    /// Everything between.
    Prose(Prose),
    /// A question to the reader.
    Exercise(Exercise),
}

/// A heading within a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 2 or 3.
    pub level: u8,
    /// Its id on the page, the same in all languages.
    pub anchor: String,
    /// Plain text.
    pub title: String,
}

/// Markdown of ours and, once somebody has read it, its HTML.
#[derive(Debug, Default)]
pub struct Prose {
    markdown: String,
    html: OnceLock<String>,
}

impl Prose {
    /// Markdown, rendered when it is first shown.
    pub fn new(markdown: impl Into<String>) -> Self {
        Self { markdown: markdown.into(), html: OnceLock::new() }
    }

    /// The text.
    pub fn markdown(&self) -> &str {
        &self.markdown
    }

    /// The text as safe HTML.
    pub fn html(&self) -> &str {
        self.html.get_or_init(|| markdown::render_ours(&self.markdown))
    }
}

impl Chapter {
    /// All of it.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What may be read of it: all, or the beginning of a members' chapter by those who are none.
    pub fn readable(&self, by_member: bool) -> &[Part] {
        match self.members && !by_member {
            true => self.parts.get(..self.beginning).unwrap_or_default(),
            false => &self.parts,
        }
    }

    /// Its headings, in order; for a table of contents.
    pub fn headings(&self) -> impl Iterator<Item = &Heading> {
        self.parts.iter().filter_map(|part| match part {
            Part::Heading(heading) => Some(heading),
            _ => None,
        })
    }

    /// Its exercises, in order.
    pub fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.parts.iter().filter_map(Part::exercise)
    }

    /// One of its exercises.
    ///
    /// # Errors
    /// `NotFound` for an unknown one; `Unauthorized` for one that only members see.
    pub fn exercise(&self, id: &str, by_member: bool) -> AppResult<&Exercise> {
        let found = self.exercises().find(|exercise| exercise.id == id);
        let found = found.ok_or(AppError::NotFound(Thing::Resource))?;
        let seen = self.readable(by_member).iter().filter_map(Part::exercise).any(|seen| seen.id == id);
        if seen { Ok(found) } else { Err(AppError::Unauthorized) }
    }

    /// Minutes it takes to read, at least one.
    pub fn minutes(&self) -> usize {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Prose(prose) => Some(prose.markdown()),
            _ => None,
        });
        texts.map(seconds).sum::<usize>().div_ceil(60).max(1)
    }

    /// The chapter as plain Markdown, without its exercises.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n{}\n", self.title, self.summary);
        for part in &self.parts {
            match part {
                Part::Heading(heading) => {
                    let marks = "#".repeat(usize::from(heading.level));
                    text.push_str(&format!("\n{marks} {}\n", heading.title));
                }
                Part::Prose(prose) => text.push_str(&format!("\n{}\n", prose.markdown())),
                Part::Exercise(_) => {}
            }
        }
        text
    }
}

impl Part {
    fn exercise(&self) -> Option<&Exercise> {
        match self {
            Self::Exercise(exercise) => Some(exercise),
            _ => None,
        }
    }
}

/// Seconds a text takes to read.
fn seconds(text: &str) -> usize {
    let characters = text.chars().filter(|c| is_han(*c)).count();
    let words = text.split_whitespace().filter(|word| word.chars().any(|c| c.is_ascii_alphabetic())).count();
    characters * 60 / CHARACTERS + words * 60 / WORDS
}
