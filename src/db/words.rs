//! Text cut into the words that both databases index, so that an index answers and never decides; knows no tables.
//!
//! Scripts with spaces give whole words and their first letters. Scripts without give every character and every pair
//! of neighbours, so that a Chinese word of two characters is one entry. The PostgreSQL migration says the same in SQL.

use std::collections::BTreeSet;

use crate::passages::scripts::{lower, spaced};

/// Longest word kept, in characters.
const LONGEST: usize = 40;
/// Beginnings of up to so many letters are words of their own. One is looked up as it stands, and its newest entries come
/// first; the entries of all longer words that begin alike would have to be gathered and sorted before the first is known.
/// Longer beginnings lead to few words, none of them frequent.
const BEGINNINGS: usize = 16;

/// A word that must be in what is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The word.
    pub word: String,
    /// Whether a longer one that begins with it will do.
    pub begins: bool,
}

/// The words under which a text of that kind is indexed for its owner, with spaces between.
pub fn indexed(owner: &str, kind: &str, text: &str) -> String {
    let text: String = text.chars().map(lower).collect();
    let mut words = BTreeSet::new();
    for run in runs(&text) {
        match run.spaced {
            true => {
                words.insert(beginning(run.text, LONGEST));
                words.extend((1..=BEGINNINGS).map(|letters| beginning(run.text, letters)));
            }
            false => words.extend(pairs(run.text).flat_map(|pair| [beginning(pair, 1), pair])),
        }
    }
    let owner = mark(owner);
    let mut all = kind_word(owner, kind);
    for word in words {
        all.push(' ');
        all.push_str(owner);
        all.push_str(word);
    }
    all
}

/// What the index is asked for, so that at least every text of the owner's with these `terms` is found.
pub fn wanted(owner: &str, kind: Option<&str>, terms: &[String]) -> Vec<Wanted> {
    let owner = mark(owner);
    let mut all = BTreeSet::new();
    for term in terms {
        let term: String = term.chars().map(lower).collect();
        for run in runs(&term) {
            let length = run.text.chars().count();
            let mut want = |word: &str, begins| {
                all.insert(Wanted { word: format!("{owner}{word}"), begins });
            };
            match (run.spaced, length) {
                (true, _) => {
                    let begins = run.last && (BEGINNINGS + 1..LONGEST).contains(&length);
                    want(beginning(run.text, LONGEST), begins);
                }
                (false, 1) => want(run.text, false),
                (false, _) => pairs(run.text).take(length - 1).for_each(|pair| want(pair, false)),
            }
        }
    }
    let kind = kind.filter(|_| !all.is_empty()).map(|kind| kind_word(owner, kind));
    all.into_iter().chain(kind.map(|word| Wanted { word, begins: false })).collect()
}

/// A question of the index for one of several words that may each be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Among {
    /// The word, among the texts of the owner.
    pub owned: Wanted,
    /// The same word, among what stands in the index for everybody.
    pub shared: Wanted,
}

/// The owner everybody is; triggers write it.
const EVERYBODY: &str = "everybody";

/// What the index is asked for, one after the other, where a text with any of the `terms` will do.
pub fn any_wanted(owner: &str, terms: &[String]) -> Vec<Among> {
    let shared = wanted(EVERYBODY, None, terms);
    let own = |shared: &Wanted| {
        let word = shared.word.strip_prefix(mark(EVERYBODY)).unwrap_or_default();
        Wanted { word: format!("{}{word}", mark(owner)), begins: shared.begins }
    };
    shared.into_iter().map(|shared| Among { owned: own(&shared), shared }).collect()
}

/// What the index has of the owner, if it is of one of the kinds.
pub fn kind_words(owner: &str, kinds: &[&str]) -> Vec<Wanted> {
    let word = |kind: &&str| Wanted { word: kind_word(mark(owner), kind), begins: false };
    kinds.iter().map(word).collect()
}

/// The end of an id, which is random: every word carries it, so that nobody's search is slowed down by what is others'.
fn mark(owner: &str) -> &str {
    owner.char_indices().rev().nth(7).and_then(|(place, _)| owner.get(place..)).unwrap_or(owner)
}

/// What every text of a kind is indexed under; no [`mark`] begins so.
fn kind_word(mark: &str, kind: &str) -> String {
    format!("x{kind}{mark}")
}

struct Run<'a> {
    text: &'a str,
    spaced: bool,
    /// Whether the text ends here.
    last: bool,
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let mut found: Vec<Run<'_>> = Vec::new();
    let mut begun: Option<(usize, bool)> = None;
    for (place, c) in text.char_indices() {
        let now = spaced(c);
        if begun.map(|(_, spaced)| spaced) == now {
            continue;
        }
        let ended = begun.and_then(|(from, spaced)| Some((text.get(from..place)?, spaced)));
        found.extend(ended.map(|(text, spaced)| Run { text, spaced, last: false }));
        begun = now.map(|spaced| (place, spaced));
    }
    let ended = begun.and_then(|(from, spaced)| Some((text.get(from..)?, spaced)));
    found.extend(ended.map(|(text, spaced)| Run { text, spaced, last: true }));
    found
}

fn beginning(text: &str, letters: usize) -> &str {
    text.char_indices().nth(letters).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Each character with the one after it; the last one alone.
fn pairs(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().filter_map(|(place, _)| Some(beginning(text.get(place..)?, 2)))
}

#[cfg(test)]
mod tests {
    use super::{indexed, wanted};

    const OWNER: &str = "0199d0a0-0000-7000-8000-0000deadbeef";

    fn words(text: &str) -> Vec<String> {
        let all = indexed(OWNER, "task", text);
        all.split(' ').filter_map(|word| word.strip_prefix("deadbeef")).map(str::to_owned).collect()
    }

    fn asked(terms: &[&str]) -> Vec<(String, bool)> {
        let terms: Vec<String> = terms.iter().map(|&term| term.to_owned()).collect();
        let wanted = wanted(OWNER, None, &terms);
        wanted.into_iter().map(|w| (w.word.replace("deadbeef", ""), w.begins)).collect()
    }

    #[test]
    fn words_keep_their_beginnings_and_chinese_its_pairs() {
        assert_eq!(words("Stream, x"), ["s", "st", "str", "stre", "strea", "stream", "x"]);
        assert_eq!(words("写锁ok"), ["o", "ok", "写", "写锁", "锁"]);
        assert_eq!(words("a🔒，。%_"), ["a", "🔒"]);
        assert_eq!(words("ΟΔΟΣ"), ["ο", "οδ", "οδο", "οδοσ"]);
        assert_eq!(words("İst"), ["i", "is", "ist"]);
        assert!(indexed(OWNER, "task", "").starts_with("xtaskdeadbeef"));
    }

    #[test]
    fn only_the_end_of_a_term_may_go_on() {
        assert_eq!(asked(&["Streams"]), [("streams".into(), false)]);
        assert_eq!(asked(&["counterrevolutionary"]), [("counterrevolutionary".into(), true)]);
        assert_eq!(
            asked(&["counterrevolutionary-incomprehensibility"]),
            [("counterrevolutionary".into(), false), ("incomprehensibility".into(), true)]
        );
        assert_eq!(asked(&["数据库"]), [("据库".into(), false), ("数据".into(), false)]);
        assert_eq!(asked(&["锁"]), [("锁".into(), false)]);
        assert!(asked(&["%", "\"*"]).is_empty());
    }
}
