//! What to search for, out of a question.

use super::stop::{is_empty_word, segments};
use super::terms::{Word, words};

/// The most words.
const MOST: usize = 12;

/// The words of a question that say what it is about, as they are written, with blanks between: at most 12, no
/// operators. The question's own words when none of them does.
pub fn keywords(question: &str) -> String {
    let words = words(question);
    let telling = distinct(words.iter().flat_map(telling));
    let all = || distinct(words.iter().map(|word| word.text));
    let chosen = if telling.is_empty() { all() } else { telling };
    chosen.join(" ")
}

/// The parts of a word or run that say something.
pub(super) fn telling<'a>(word: &Word<'a>) -> Vec<&'a str> {
    match word.spaced {
        true => Some(word.text).filter(|_| !says_nothing(word)).into_iter().collect(),
        false => segments(word.text),
    }
}

fn says_nothing(word: &Word<'_>) -> bool {
    let folded = word.folded();
    is_empty_word(folded.split('\'').next().unwrap_or_default()) || folded.ends_with("n't")
}

fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for word in words {
        if found.len() < MOST && !found.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            found.push(word);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_only_ask_are_left_out() {
        assert_eq!(
            keywords("What did Darwin's book say about \"pigeons\" -site:x OR pigeons?"),
            "Darwin's book pigeons site x"
        );
        assert_eq!(keywords("庄子是如何看待鱼的快乐的？"), "庄子 鱼 快乐");
        assert_eq!(keywords("SQLite 的写锁和 WAL 是什么关系？"), "SQLite 写锁 WAL 关系");
    }

    #[test]
    fn a_question_without_others_keeps_its_words_and_none_has_more_than_twelve() {
        assert_eq!(keywords("What is it?"), "What is it");
        assert_eq!(keywords("？"), "");
        let many: Vec<String> = (0..40).map(|n| format!("word{n}")).collect();
        assert_eq!(keywords(&many.join(" ")).split(' ').count(), 12);
    }
}
