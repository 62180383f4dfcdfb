//! What of a text is compared with other texts.

use rust_stemmers::{Algorithm, Stemmer};

use super::fold::decompose;
use super::scripts::{lower, spaced};
use super::stop::{is_empty_word, segments};

/// The text's terms in order, as often as they stand there: lower-cased, full-width folded, without words that say nothing.
///
/// English words are their stems, numbers stay (`1,000` as `1000`). Text without blanks gives each pair of neighbouring
/// characters; one that stands alone gives itself.
pub fn terms(text: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut found = Vec::new();
    for word in words(text) {
        match word.spaced {
            true => found.extend(stem(&stemmer, &word.folded())),
            false => segments(&word.folded()).into_iter().for_each(|segment| pairs(segment, &mut found)),
        }
    }
    found
}

/// Characters that belong together.
pub(super) struct Word<'a> {
    /// As it is written.
    pub text: &'a str,
    /// One word of a script with blanks, or a whole run of a script without.
    pub spaced: bool,
}

impl Word<'_> {
    /// In lower case and ordinary width, without accents.
    pub fn folded(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        for c in self.text.chars() {
            decompose(c, |c| match c {
                '\u{300}'..='\u{36f}' => {}
                '’' => out.push('\''),
                _ => out.push(lower(c)),
            });
        }
        out
    }
}

/// Words and runs in order. Apostrophes between letters and signs between digits belong to the word.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut begun: Option<(usize, bool)> = None;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let now = if joins(before, c, next) { Some(true) } else { spaced(c) };
        before = c;
        if begun.map(|(_, spaced)| spaced) == now {
            continue;
        }
        found.extend(begun.and_then(|(from, spaced)| Some(Word { text: text.get(from..at)?, spaced })));
        begun = now.map(|spaced| (at, spaced));
    }
    found.extend(begun.and_then(|(from, spaced)| Some(Word { text: text.get(from..)?, spaced })));
    found
}

fn joins(before: char, sign: char, after: char) -> bool {
    match sign {
        '\'' | '’' => before.is_alphabetic() && after.is_alphabetic() && spaced(before) == Some(true),
        '.' | ',' => before.is_ascii_digit() && after.is_ascii_digit(),
        _ => false,
    }
}

/// What a folded word is compared by; `None` when it says nothing.
fn stem(stemmer: &Stemmer, word: &str) -> Option<String> {
    if is_number(word) {
        return Some(word.replace(',', ""));
    }
    let bare = ["'s", "'re", "'ll", "'ve", "'d", "'m"].iter().find_map(|end| word.strip_suffix(end));
    let word = bare.unwrap_or(word);
    if is_empty_word(word) || word.ends_with("n't") {
        return None;
    }
    Some(if word.is_ascii() { stemmer.stem(word).into_owned() } else { word.to_owned() })
}

/// Whether a folded word or a term is a number.
pub(super) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

/// Each character with the one after it; a single one alone.
fn pairs(segment: &str, found: &mut Vec<String>) {
    let mut chars = segment.chars().peekable();
    if let (Some(only), 1) = (chars.peek(), segment.chars().take(2).count()) {
        found.push(only.to_string());
    }
    while let Some(one) = chars.next() {
        found.extend(chars.peek().map(|two| String::from_iter([one, *two])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_words_are_stems_without_the_small_ones() {
        assert_eq!(
            terms("The Philosophers' teachings weren’t about Cato's 1,000 cafés."),
            ["philosoph", "teach", "cato", "1000", "cafe"]
        );
        assert_eq!(terms("Ｗｉｄｔｈ １２３ pi=3.14, v1.2."), ["width", "123", "pi", "3.14", "v1.2"]);
        assert_eq!(terms("It is what it is."), Vec::<String>::new());
    }

    #[test]
    fn chinese_is_pairs_without_the_small_words() {
        assert_eq!(terms("鱼的快乐，是什么？"), ["鱼", "快乐"]);
        assert_eq!(terms("Rust写的服务器"), ["rust", "写", "服务", "务器"]);
        assert_eq!(terms("第3章"), ["第", "3", "章"]);
        assert_eq!(terms(""), Vec::<String>::new());
    }
}
