//! What holds for any text, tried on many that a seeded generator makes.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use stoa::passages::{diverse, find_quote, keywords, language, overlap, questions, rank, sentences, terms};

/// What texts are made of: both languages, signs of all kinds, letters of several characters, and what no one expects.
const PARTS: &[&str] = &[
    "The",
    "candle",
    "Dr.",
    "e.g.",
    "U.S.",
    "J.",
    "vol. 3",
    "3.14",
    "1,000",
    "don't",
    "cafe\u{301}",
    "ﬁsh",
    "İ",
    "ß",
    "鱼",
    "快乐",
    "为什么",
    "和",
    "的",
    "庄子",
    "不",
    "一",
    "。",
    "，",
    "；",
    "……",
    "？",
    "！",
    "“",
    "”",
    "「",
    "」",
    "（",
    "）",
    ".",
    "!",
    "?",
    "...",
    ",",
    ";",
    "\"",
    "'",
    "(",
    ")",
    "[1]",
    "[^2]",
    "[",
    "]",
    "*",
    "_",
    "`",
    "—",
    "--",
    "\u{ad}",
    "\u{200b}",
    "\u{3000}",
    "\u{a0}",
    " ",
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "# ",
    "- ",
    "1. ",
    "1、",
    "> ",
    "| ",
    "```",
    "~~~",
    "👩‍👩‍👧",
    "🇨🇳",
    "각",
    "\u{1100}\u{1161}\u{11a8}",
    "ｆｕｌｌ",
    "１２",
    "ก็",
    "नमस्ते",
    "العربية",
    "\u{300}",
    "\u{10ffff}",
    "and",
    "以及",
];

fn texts() -> impl Iterator<Item = String> {
    let mut random = StdRng::seed_from_u64(5);
    (0..3000).map(move |round| {
        let blank = ["", " "][round % 2];
        let length = random.random_range(0..80);
        let parts: Vec<&str> = (0..length).map(|_| *PARTS.choose(&mut random).unwrap()).collect();
        parts.join(blank)
    })
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn sentences_are_in_order_short_and_hold_every_letter() {
    for text in texts() {
        let ranges = sentences(&text);
        let mut end = 0;
        let mut held = String::new();
        for range in &ranges {
            assert!(
                range.start >= end && range.start < range.end && range.len() <= 600,
                "{ranges:?} {text:?}"
            );
            let sentence = &text[range.clone()];
            assert_eq!(sentence, sentence.trim(), "{text:?}");
            held.push_str(sentence);
            end = range.end;
        }
        assert_eq!(bare(&held), bare(&text), "{text:?}");
    }
}

#[test]
fn each_sentence_is_found_where_it_stands_or_where_it_stands_first() {
    for text in texts() {
        for range in sentences(&text) {
            let sentence = &text[range.clone()];
            if let Some(found) = find_quote(&text, sentence) {
                let letter = sentence.find(char::is_alphanumeric).unwrap();
                assert!(found.start <= range.start + letter, "{sentence:?} {text:?}");
                assert_eq!(bare(&fold(&text[found.clone()])), bare(&fold(sentence)), "{text:?}");
                assert!(find_quote(&text, &text[found]).is_some(), "{text:?}");
            }
        }
    }
}

/// Ligatures and widths as ordinary letters, and letters with marks in one way.
fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkd().collect()
}

#[test]
fn nothing_is_found_that_differs_in_a_letter() {
    for text in texts() {
        let changed = format!("{text}x").replace("candle", "kandle");
        for range in sentences(&text).into_iter().filter(|range| text[range.clone()].contains("candle")) {
            let found = find_quote(&changed, &text[range]).map(|range| changed[range].to_owned());
            assert!(found.as_ref().is_none_or(|found| found.contains("candle")), "{found:?}");
        }
    }
}

#[test]
fn every_function_answers_for_every_text() {
    let all: Vec<String> = texts().take(500).collect();
    let texts: Vec<&str> = all.iter().map(String::as_str).take(20).collect();
    for text in &all {
        assert!(
            terms(text).iter().all(|term| !term.is_empty() && !term.contains(char::is_whitespace)),
            "{text:?}"
        );
        assert!(keywords(text).split(' ').count() <= 12, "{text:?}");
        let asked = questions(text, 4);
        assert!(asked.len() <= 4 && asked.is_empty() == text.trim().is_empty(), "{asked:?} {text:?}");
        let scores = rank(text, texts.iter().copied());
        assert!(scores.len() == texts.len() && scores.iter().all(|score| score.is_finite() && *score >= 0.0));
        let chosen = diverse(&scores, &texts, 8);
        assert!(chosen.len() <= 8 && chosen.iter().all(|place| scores[*place] > 0.0));
        let share = overlap(text, text);
        assert!(share == if terms(text).is_empty() { 0.0 } else { 1.0 }, "{share} {text:?}");
        language(text);
    }
}

#[test]
fn a_page_of_two_mebibytes_is_ranked_and_chosen_from() {
    let text = "Darwin kept pigeons, 达尔文养过鸽子。".repeat(2 << 20 >> 5);
    let parts: Vec<&str> = sentences(&text).into_iter().map(|range| &text[range]).collect();
    let scores = rank("Who kept pigeons? 谁养过鸽子？", parts.iter().copied());
    assert_eq!(diverse(&scores, &parts, 5).len(), 5);
    assert!(questions(&text, 6).len() <= 6 && keywords(&text).len() < 200);
}
