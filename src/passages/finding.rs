//! The passages of several texts that answer a question, found without keeping the texts.

use std::collections::HashSet;
use std::ops::Range;

use super::keywords::keywords;
use super::rank::{Asked, Counted, characters, is_character};
use super::sentences::sentences;

/// Shorter sentences are captions and greetings; in bytes.
const SHORTEST: usize = 12;
/// So many sentences before and after one are what it is understood by.
const NEAR: usize = 2;
/// Terms that a passage has in common with the question, with what stands near: one may be chance, two seldom are.
const COMMON: usize = 2;
/// Chinese characters that do as well, if one pair of them stands together: classical Chinese says in one what is asked in two.
const CHARACTERS: usize = 3;

/// What answers less well than the best by so much has to do with something else.
const LEAST: f64 = 0.2;
/// What a sentence ends with, and a quotation in it.
const ENDS: &[char] = &[
    '.', '!', '?', ';', ':', '。', '！', '？', '；', '：', '…', '"', '\'', '”', '’', ')', '）', '」', '』',
    '》',
];

/// Reads texts one after the other for a question.
pub struct Finding {
    question: String,
    asked: Asked,
    /// The places of pairs and words.
    words: HashSet<usize>,
    /// The places of those characters that say something.
    characters: HashSet<usize>,
    read: usize,
    found: Vec<(Found, Counted)>,
}

/// A sentence that may answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Of which text, from 0 in the order they were read.
    pub text: usize,
    /// Where it stands.
    pub range: Range<usize>,
    /// Whether it is to be quoted; the others only tell which terms are rare.
    fits: bool,
}

impl Finding {
    /// Is going to look for what answers `question`.
    pub fn new(question: &str) -> Self {
        let asked = Asked::new(question);
        let telling: HashSet<String> = characters(&keywords(question)).collect();
        let places = |wanted: &dyn Fn(&str) -> bool| {
            asked.terms().filter(|(term, _)| wanted(term)).map(|(_, place)| place).collect()
        };
        let words = places(&|term| !is_character(term));
        let characters = places(&|term| telling.contains(term));
        Self { question: question.trim().to_owned(), words, characters, asked, read: 0, found: Vec::new() }
    }

    /// Reads the next text. Its title says what it is about, too.
    pub fn read(&mut self, title: &str, text: &str) {
        let title = self.asked.count(title);
        let ranges = sentences(text);
        let sentence = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let code = code(text);
        let is_code = |range: &Range<usize>| code.iter().any(|code| code.contains(&range.start));
        // Neither examples nor the question itself tell anything of what stands beside them.
        let count = |range| match is_code(range) || self.asks_again(sentence(range)) {
            true => Counted::default(),
            false => self.asked.count(sentence(range)),
        };
        let counted: Vec<Counted> = ranges.iter().map(count).collect();
        let fits = |at: usize, range: &Range<usize>| {
            let near = counted.iter().skip(at.saturating_sub(NEAR)).take(NEAR + at.min(NEAR) + 1);
            counted.get(at).is_some_and(|one| !one.times.is_empty())
                && is_sentence(text, range)
                && self.speaks(near.chain([&title]))
        };
        let fitting: Vec<bool> = ranges.iter().enumerate().map(|(at, range)| fits(at, range)).collect();
        let found =
            ranges.into_iter().zip(fitting).map(|(range, fits)| Found { text: self.read, range, fits });
        self.found.extend(found.zip(counted));
        self.read += 1;
    }

    /// Whether a sentence says the question over: nothing fits its words better, and nothing answers it less.
    fn asks_again(&self, sentence: &str) -> bool {
        self.question.ends_with(['?', '？']) && sentence.contains(&self.question)
    }

    /// Whether passages together have to do with the question.
    fn speaks<'a>(&self, near: impl Iterator<Item = &'a Counted>) -> bool {
        let common: HashSet<usize> = near.flat_map(|one| &one.times).map(|(place, _)| *place).collect();
        let words = common.intersection(&self.words).count();
        let characters = common.intersection(&self.characters).count();
        words >= COMMON.min(self.words.len().max(1)) || (words > 0 && characters >= CHARACTERS)
    }

    /// The sentences that answer best, at most `most`, best first, with how well each does.
    pub fn best(self, most: usize) -> Vec<(Found, f64)> {
        let (found, counted): (Vec<Found>, Vec<Counted>) = self.found.into_iter().unzip();
        let scored = found.into_iter().zip(self.asked.scores(&counted));
        let mut best: Vec<(Found, f64)> = scored.filter(|(one, score)| one.fits && *score > 0.0).collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        best.truncate(most);
        let least = best.first().map_or(0.0, |(_, score)| LEAST * score);
        best.retain(|(_, score)| *score >= least);
        best
    }
}

/// Whether it is what somebody says, and no heading or row.
fn is_sentence(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let sentence = text.get(range.clone()).unwrap_or_default();
    range.len() >= SHORTEST
        && !line.starts_with('#')
        && !sentence.starts_with('|')
        && sentence.ends_with(ENDS)
}

/// What stands between fences.
fn code(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut open, mut at) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let mark = line.trim_start().get(..3).filter(|mark| matches!(*mark, "```" | "~~~"));
        at += line.len();
        match (open, mark) {
            (None, Some(mark)) => open = Some((mark, at - line.len())),
            (Some((known, start)), Some(mark)) if mark == known => {
                found.push(start..at);
                open = None;
            }
            _ => {}
        }
    }
    found.extend(open.map(|(_, start)| start..text.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::Finding;

    fn found(question: &str, texts: &[(&str, &str)]) -> Vec<String> {
        let mut finding = Finding::new(question);
        texts.iter().for_each(|(title, text)| finding.read(title, text));
        let best = finding.best(3).into_iter();
        best.map(|(found, _)| texts[found.text].1[found.range].to_owned()).collect()
    }

    #[test]
    fn sentences_are_quoted_and_headings_rows_and_code_are_not() {
        let text = "# Restoring a backup\n\n| restore | backup |\n\nTo restore it, stop the service and copy the backup.\n\n\
                    ```sh\nrestore backup;\n```\n";
        assert_eq!(
            found("How do I restore a backup?", &[("Production", text)]),
            ["To restore it, stop the service and copy the backup."]
        );
    }

    #[test]
    fn one_word_in_common_is_chance_unless_the_title_has_another() {
        let text = "Letters were written on it. If you see it, everything works.";
        assert_eq!(found("How do vaccines work?", &[("Guide", text)]), Vec::<String>::new());
        assert_eq!(
            found("How do vaccines work?", &[("Vaccines", text)]),
            ["If you see it, everything works."]
        );
        assert_eq!(found("Does everything work?", &[("Guide", text)]), ["If you see it, everything works."]);
    }

    #[test]
    fn single_characters_are_enough_when_some_stand_together() {
        let text = "先知迂直之计者胜。\n\n故用间有五：有因间，有内间，有反间，有死间，有生间。";
        let of = |question| found(question, &[("孙子兵法", text)]);
        assert_eq!(of("孙子把间谍分成哪五种？"), ["故用间有五：有因间，有内间，有反间，有死间，有生间。"]);
        assert_eq!(of("如何申请营业执照？"), Vec::<String>::new());
    }

    #[test]
    fn a_question_is_no_answer_to_itself_nor_makes_one_of_what_stands_beside_it() {
        let asked = "罗马浴场用什么燃料加热？";
        let guide = "先提一个问题。\n\n```sh\nask '罗马浴场用什么燃料加热？'\n```\n\n再问罗马浴场用什么燃料加热？服务会说没有找到。";
        assert!(found(asked, &[("研究", guide)]).is_empty());
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert_eq!(found("", &[("", "Something is said.")]), Vec::<String>::new());
        assert_eq!(found("What is it?", &[("", "")]), Vec::<String>::new());
    }
}
