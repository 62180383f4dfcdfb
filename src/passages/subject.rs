//! What a request is about, so that each of its questions can name it.

use super::clauses::before_asking;
use super::keywords::telling;
use super::language;
use super::terms::words;
use crate::i18n::Locale;

/// The most words of a subject.
const MOST: usize = 4;
/// The longest title that is taken for one, in bytes.
const TITLE: usize = 60;
/// What a question has at least that can be searched by itself: English words, or Chinese characters, that say something.
const WORDS: usize = 3;
const CHARACTERS: usize = 4;
/// Words that stand for what was named before.
const PRONOUNS: &[&str] =
    &["it", "its", "they", "their", "them", "he", "his", "him", "she", "her", "this", "these", "those"];
const CHINESE_PRONOUNS: &[&str] = &["它", "他", "她", "其", "这", "该", "两者", "二者"];
/// What a Chinese clause begins with whose subject stands in an earlier one.
const WITHOUT_SUBJECT: &[&str] = &[
    "对",
    "有",
    "是",
    "在",
    "由",
    "用",
    "被",
    "不",
    "为什么",
    "为何",
    "如何",
    "怎么",
    "怎样",
    "什么",
    "何时",
    "哪",
];

/// The words that name what a request is about.
pub(super) struct Subject<'a>(Vec<&'a str>);

impl<'a> Subject<'a> {
    /// The first names in the parts of a request; else what its first part speaks of.
    pub fn of(parts: &[&'a str]) -> Self {
        let first = || parts.first().map(|part| all(before_asking(part))).unwrap_or_default();
        Self(parts.iter().find_map(|part| named(part)).unwrap_or_else(first))
    }

    /// The part with the subject before it, if it does not name it.
    pub fn before(&self, part: &str) -> String {
        if self.0.is_empty() || self.0.iter().any(|name| part.contains(name)) {
            return part.to_owned();
        }
        let subject = self.0.join(" ");
        match language(part) {
            Locale::ZhCn => format!("{subject}：{part}"),
            Locale::En => format!("{subject}: {part}"),
        }
    }

    /// As [`Self::before`], for a part that says too little alone.
    pub fn before_if_needed(&self, part: &str) -> String {
        if needs_subject(part) { self.before(part) } else { part.to_owned() }
    }
}

fn needs_subject(part: &str) -> bool {
    let words = words(part);
    let telling: Vec<&str> = words.iter().flat_map(telling).collect();
    let short = match language(part) {
        Locale::ZhCn => telling.iter().map(|word| word.chars().count()).sum::<usize>() < CHARACTERS,
        Locale::En => telling.len() < WORDS && !telling.iter().skip(1).any(is_name),
    };
    short
        || words.iter().any(|word| PRONOUNS.contains(&word.folded().as_str()))
        || CHINESE_PRONOUNS.iter().any(|pronoun| part.contains(pronoun))
        || WITHOUT_SUBJECT.iter().any(|word| part.starts_with(word))
}

/// The words of a part that say something.
fn all(part: &str) -> Vec<&str> {
    words(part).iter().flat_map(telling).take(MOST).collect()
}

/// Names in a part: a title in its marks, else words with a capital that do not begin it.
fn named(part: &str) -> Option<Vec<&str>> {
    let title = part.split_once('《').and_then(|(_, rest)| rest.split_once('》')).map(|(title, _)| title);
    if let Some(title) = title.filter(|title| (1..=TITLE).contains(&title.len())) {
        return Some(vec![title]);
    }
    let names: Vec<&str> = words(part).iter().skip(1).flat_map(telling).filter(is_name).take(MOST).collect();
    Some(names).filter(|names| !names.is_empty())
}

fn is_name(word: &&str) -> bool {
    word.starts_with(char::is_uppercase)
}
