//! What a report is worth: whether it cites the right passage, and whether its citations are what they say.

use std::collections::HashMap;

use stoa::models::report::{Citation, Verdict};

use super::corpus::Question;
use super::inventing::is_invented;
use super::member::{Kept, Researched};

/// What was counted in all reports.
#[derive(Debug, Default)]
pub struct Tally {
    /// All questions.
    pub questions: usize,
    /// Those whose report cites the right passage.
    pub right: usize,
    /// Those whose report cites it first.
    pub first: usize,
    /// Citations of a passage.
    pub citations: usize,
    /// Those whose quote stands in the kept source where they say, to the byte.
    pub exact: usize,
    /// Those whose sentence is the quote.
    pub verbatim: usize,
    /// Citations whose passage is called supporting.
    pub supported: usize,
    /// Those whose sentence really was taken from the notes.
    pub truly: usize,
    /// Citations of what does not exist: a source, a passage, a footnote.
    pub invented: usize,
    /// Sentences that the report itself says no passage has.
    pub marked: usize,
    /// Pages read.
    pub pages: i64,
    /// The questions whose report does not cite the right passage.
    pub missed: Vec<String>,
}

impl Tally {
    /// Counts a report; `paths` are where the texts of the corpus are read, by their files.
    pub fn add(&mut self, question: &Question, paths: &HashMap<String, String>, made: &Researched) {
        let path = paths.get(&question.file).map(String::as_str).unwrap_or_default();
        let place =
            made.report.citations.iter().position(|one| one.url == path && answers(&one.quote, question));
        self.questions += 1;
        self.right += usize::from(place.is_some());
        self.first += usize::from(place == Some(0));
        if place.is_none() {
            self.missed.push(question.id.clone());
        }
        self.pages += made.report.figures.pages;
        made.report.citations.iter().for_each(|citation| self.cited(citation, &made.sources));
        self.invented += dangling(&made.text, &made.report.citations);
    }

    fn cited(&mut self, citation: &Citation, sources: &[Kept]) {
        let Some(number) = citation.source else {
            self.marked += 1;
            return;
        };
        let source = sources.iter().find(|source| source.number == number && source.url == citation.url);
        let is_exact = source.is_some_and(|source| stands(citation, &source.content));
        let (is_supported, is_invention) =
            (citation.verdict == Verdict::Supported, is_invented(&citation.sentence));
        self.citations += 1;
        self.exact += usize::from(is_exact);
        self.verbatim += usize::from(plain(&citation.sentence) == plain(&citation.quote));
        self.invented += usize::from(!is_exact || is_invented(&citation.quote));
        self.supported += usize::from(is_supported);
        self.truly += usize::from(is_supported && !is_invention);
    }
}

fn stands(citation: &Citation, content: &str) -> bool {
    let at = |byte: i64| usize::try_from(byte).unwrap_or(usize::MAX);
    content.get(at(citation.start)..at(citation.end)) == Some(&citation.quote) && !citation.quote.is_empty()
}

/// Whether a quote has one of the expected passages in it, or is the better part of one.
fn answers(quote: &str, question: &Question) -> bool {
    let quote = plain(quote);
    let is_in = |passage: &String| {
        let passage = plain(passage);
        quote.contains(&passage) || (passage.contains(&quote) && quote.len() * 2 >= passage.len())
    };
    question.passages.iter().any(is_in)
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// References in the text that no citation stands behind.
fn dangling(text: &str, citations: &[Citation]) -> usize {
    let numbers = text.split("[^").skip(1).filter_map(|part| part.split_once(']'));
    let is_known = |number: &str| citations.iter().any(|one| one.number.to_string() == number);
    numbers.filter(|(number, _)| !is_known(number)).count()
}
