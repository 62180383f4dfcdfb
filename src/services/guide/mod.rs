//! The guide: its chapters in both languages, read once at start from the files inside the binary. Knows nothing of
//! who reads it.
//!
//! A chapter is `templates/guide/<language>/NN-slug.md`; [`parse`] says what may stand in one. Its code blocks that
//! say `run` are run by the tests.

mod chapter;
mod exercise;
mod parse;

pub use chapter::{Chapter, Heading, Part, Prose};
pub use exercise::{Exercise, Kind, Outcome};

use anyhow::{Context, bail};
use rust_embed::RustEmbed;

use crate::error::{AppError, AppResult, Thing};
use crate::i18n::Locale;

#[derive(RustEmbed)]
#[folder = "templates/guide/zh"]
struct Chinese;

#[derive(RustEmbed)]
#[folder = "templates/guide/en"]
struct English;

/// The chapters, in the order of their numbers.
pub struct Guide {
    chinese: Vec<Chapter>,
    english: Vec<Chapter>,
}

impl Guide {
    /// Reads the chapters. `members` names those of which only members read more than the beginning; what the
    /// chapters themselves say counts when absent.
    ///
    /// # Errors
    /// When no chapter has a name in `members`, or a file is not a chapter.
    pub fn load(members: Option<&[String]>) -> anyhow::Result<Self> {
        let mut guide = Self { chinese: chapters::<Chinese>()?, english: chapters::<English>()? };
        if let Some(members) = members {
            guide.reserve(members)?;
        }
        Ok(guide)
    }

    fn reserve(&mut self, members: &[String]) -> anyhow::Result<()> {
        let slugs: Vec<&str> = self.english.iter().map(|chapter| chapter.slug.as_str()).collect();
        if let Some(unknown) = members.iter().find(|slug| !slugs.contains(&slug.as_str())) {
            bail!(
                "guide.members_chapters names {unknown:?}, which is no chapter; there are: {}",
                slugs.join(", ")
            );
        }
        for chapter in self.chinese.iter_mut().chain(&mut self.english) {
            chapter.members = members.contains(&chapter.slug);
        }
        Ok(())
    }

    /// All chapters in a language, in reading order.
    pub fn chapters(&self, locale: Locale) -> &[Chapter] {
        match locale {
            Locale::ZhCn => &self.chinese,
            Locale::En => &self.english,
        }
    }

    /// The chapter of that name.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn find(&self, locale: Locale, slug: &str) -> AppResult<&Chapter> {
        let chapter = self.chapters(locale).iter().find(|chapter| chapter.slug == slug);
        chapter.ok_or(AppError::NotFound(Thing::Resource))
    }

    /// The chapters before and after the one of that name.
    pub fn around(&self, locale: Locale, slug: &str) -> (Option<&Chapter>, Option<&Chapter>) {
        let chapters = self.chapters(locale);
        let Some(at) = chapters.iter().position(|chapter| chapter.slug == slug) else { return (None, None) };
        (at.checked_sub(1).and_then(|before| chapters.get(before)), chapters.get(at + 1))
    }
}

fn chapters<Files: RustEmbed>() -> anyhow::Result<Vec<Chapter>> {
    let mut names: Vec<_> = Files::iter().filter(|name| name.ends_with(".md")).collect();
    names.sort();
    names.iter().map(|name| read::<Files>(name)).collect()
}

fn read<Files: RustEmbed>(name: &str) -> anyhow::Result<Chapter> {
    let file = Files::get(name).with_context(|| format!("{name} is gone"))?;
    let text = std::str::from_utf8(&file.data).with_context(|| format!("{name} is not UTF-8"))?;
    parse::chapter(name, text).with_context(|| format!("the guide's chapter {name}"))
}
