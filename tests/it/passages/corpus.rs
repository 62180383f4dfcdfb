//! How good the core is: for how many questions the right passage is among the first ones, by words alone.

use std::collections::BTreeSet;
use std::ops::Range;

use stoa::i18n::Locale;
use stoa::passages::{diverse, keywords, language, rank, sentences};

use crate::support::corpus::{Question, Source, questions, sources};

/// So many sentences are chosen for a question.
const CHOSEN: usize = 8;

struct Sentence<'a> {
    source: &'a Source,
    range: Range<usize>,
}

impl Sentence<'_> {
    fn text(&self) -> &str {
        &self.source.text[self.range.clone()]
    }

    fn answers(&self, question: &Question) -> bool {
        let overlaps = |passage: &String| {
            let start = self.source.text.find(passage).unwrap();
            self.range.start < start + passage.len() && start < self.range.end
        };
        self.source.file == question.file && question.passages.iter().any(overlaps)
    }
}

/// The place of the right passage among the chosen ones, for each question.
fn places<'a>(sources: &[Source], questions: &'a [Question]) -> Vec<(&'a str, Option<usize>)> {
    let all: Vec<Sentence<'_>> = sources
        .iter()
        .flat_map(|source| sentences(&source.text).into_iter().map(move |range| Sentence { source, range }))
        .collect();
    let texts: Vec<&str> = all.iter().map(Sentence::text).collect();
    let place = |question: &Question| {
        let chosen = diverse(&rank(&question.question, texts.iter().copied()), &texts, CHOSEN);
        chosen.iter().position(|place| all[*place].answers(question))
    };
    questions.iter().map(|question| (question.id.as_str(), place(question))).collect()
}

/// How many have a place, and the others by their ids.
fn told<'a>(places: &[(&'a str, Option<usize>)]) -> Vec<&'a str> {
    let missed: Vec<_> = places.iter().filter(|(_, place)| place.is_none()).map(|(id, _)| *id).collect();
    let first = places.iter().filter(|(_, place)| *place == Some(0)).count();
    println!(
        "{} of {}, {first} of them first; missed: {missed:?}",
        places.len() - missed.len(),
        places.len()
    );
    missed
}

#[test]
fn the_right_passage_is_among_the_first_for_nine_in_ten() {
    let (sources, questions) = (sources(), questions());
    let missed = told(&places(&sources, &questions)).len();
    assert!(missed <= 3, "{missed} missed");
}

#[test]
fn the_words_that_are_searched_for_find_the_right_text() {
    let (sources, questions) = (sources(), questions());
    let place = |question: &Question| {
        let texts = sources.iter().map(|source| source.text.as_str());
        let scores = rank(&keywords(&question.question), texts);
        let right = sources.iter().position(|source| source.file == question.file).unwrap();
        Some(scores.iter().filter(|score| **score > scores[right]).count()).filter(|place| *place < 3)
    };
    let places: Vec<_> = questions.iter().map(|question| (question.id.as_str(), place(question))).collect();
    let missed = told(&places).len();
    assert!(missed <= 3, "{missed} missed");
}

#[test]
fn every_expected_passage_stands_in_its_file_once() {
    let (sources, questions) = (sources(), questions());
    for question in &questions {
        let source = sources.iter().find(|source| source.file == question.file).unwrap();
        for passage in &question.passages {
            assert_eq!(source.text.matches(passage).count(), 1, "{}: {passage}", question.id);
        }
    }
}

#[test]
fn there_are_fifteen_questions_in_each_language_about_many_texts() {
    let questions = questions();
    let ids: BTreeSet<_> = questions.iter().map(|question| &question.id).collect();
    assert_eq!(ids.len(), 30);
    let chinese = questions.iter().filter(|question| language(&question.question) == Locale::ZhCn).count();
    assert_eq!(chinese, 15);
    assert!(
        questions.iter().all(|question| question.id.starts_with("zh-") == question.file.starts_with("zh/"))
    );
}
