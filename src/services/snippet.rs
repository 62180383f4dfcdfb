//! What was searched for, compared as the index compares and shown where it stands; knows neither index nor tables.

use crate::passages::scripts::lower;

/// Characters in an excerpt, and those before the first match.
const LENGTH: usize = 160;
const BEFORE: usize = 60;
/// So many characters are given up for the sake of a whole word.
const SLACK: usize = 20;

/// What is looked for: each must stand in the text, as it is written but for upper and lower case.
#[derive(Clone, Debug)]
pub struct Terms(Vec<String>);

/// A text and where the terms stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// First character and the one after the last, counted from 0, in order and apart from each other.
    pub marks: Vec<[usize; 2]>,
}

impl Terms {
    /// What stands between white space.
    pub fn split(text: &str) -> Self {
        let mut terms: Vec<String> = text.split_whitespace().map(folded).collect();
        terms.sort_unstable();
        terms.dedup();
        Self(terms)
    }

    /// The terms, in lower case.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether each term stands in one of the texts.
    pub fn all_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().copied().map(folded).collect();
        self.0.iter().all(|term| texts.iter().any(|text| text.contains(term)))
    }

    /// The whole text.
    pub fn mark(&self, text: &str) -> Marked {
        let letters: Vec<char> = text.chars().map(lower).collect();
        let terms: Vec<Vec<char>> = self.0.iter().map(|term| term.chars().collect()).collect();
        let mut marks: Vec<[usize; 2]> = Vec::new();
        for from in 0..letters.len() {
            let rest = letters.get(from..).unwrap_or_default();
            let Some(length) = terms.iter().filter(|term| rest.starts_with(term)).map(Vec::len).max() else {
                continue;
            };
            match marks.last_mut().filter(|[_, end]| *end >= from) {
                Some([_, end]) => *end = (*end).max(from + length),
                None => marks.push([from, from + length]),
            }
        }
        Marked { text: text.to_owned(), marks }
    }

    /// About 160 characters around the first match, or the beginning where there is none; on one line.
    pub fn excerpt(&self, text: &str) -> Marked {
        let (first, length) = self.first(text);
        let from = first.saturating_sub(BEFORE);
        let before = lead(&text.chars().skip(from).take(first - from).collect::<String>(), from > 0);
        let room = LENGTH.max(BEFORE + length + SLACK) - before.chars().count();
        let rest = text.chars().skip(first).take(room + 1).collect::<String>();
        let more = rest.chars().count() > room;
        self.mark(one_line(&format!("{before}{}", tail(&rest, length, more))).trim())
    }

    /// Where the first match is and how long, in characters.
    fn first(&self, text: &str) -> (usize, usize) {
        let text = folded(text);
        let places = self.0.iter().filter_map(|term| Some((text.find(term)?, term)));
        let Some((place, term)) = places.min_by_key(|(place, _)| *place) else { return (0, 0) };
        (text.get(..place).map_or(0, |before| before.chars().count()), term.chars().count())
    }
}

fn folded(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// What comes before the match, from a word's beginning.
fn lead(text: &str, cut: bool) -> String {
    if !cut {
        return text.to_owned();
    }
    let space = text.char_indices().take(SLACK).find(|(_, c)| c.is_whitespace());
    format!("…{}", space.and_then(|(place, _)| text.get(place..)).unwrap_or(text).trim_start())
}

/// The match and what follows, to a word's end.
fn tail(text: &str, least: usize, cut: bool) -> String {
    if !cut {
        return text.to_owned();
    }
    let text = text.char_indices().next_back().and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    let length = text.chars().count();
    let space = text.char_indices().rev().take(SLACK.min(length.saturating_sub(least)));
    let end = space.filter(|(_, c)| c.is_whitespace()).map(|(place, _)| place).next();
    format!("{}…", end.and_then(|end| text.get(..end)).unwrap_or(text))
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_whitespace() || c.is_control() {
            true if line.ends_with(' ') => {}
            true => line.push(' '),
            false => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{Marked, Terms};

    fn shown(marked: &Marked) -> Vec<String> {
        let cut = |[from, to]: &[usize; 2]| marked.text.chars().skip(*from).take(to - from).collect();
        marked.marks.iter().map(cut).collect()
    }

    #[test]
    fn an_excerpt_is_about_as_long_as_promised_and_holds_the_match() {
        let text = format!("{}needle{}", "some words\n\tand ".repeat(40), " and  then more".repeat(40));
        let excerpt = Terms::split("NEEDLE").excerpt(&text);
        assert!((120..=170).contains(&excerpt.text.chars().count()), "{excerpt:?}");
        assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'), "{excerpt:?}");
        assert!(!excerpt.text.contains("  ") && !excerpt.text.contains('\n'), "{excerpt:?}");
        assert_eq!(shown(&excerpt), ["needle"]);
    }

    #[test]
    fn marks_count_characters_and_never_overlap() {
        let excerpt = Terms::split("据库 数据 🔒").excerpt("用🔒数据库");
        assert_eq!(excerpt.marks, [[1, 5]]);
        let long = "锁".repeat(1000);
        assert_eq!(Terms::split("锁").excerpt(&long).marks.len(), 1);
        assert_eq!(Terms::split(&"x".repeat(200)).excerpt(&"X".repeat(300)).marks.len(), 1);
        assert_eq!(Terms::split("nothing").excerpt("short").text, "short");
    }
}
