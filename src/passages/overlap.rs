//! How much of a claim stands in a passage, by its words alone.

use std::collections::{BTreeSet, HashSet};

use super::rank::real;
use super::scripts::is_han;
use super::terms::{is_number, terms, words};

/// From here on a claim counts as supported. Sentences that are said again in other order, shorter or with a word more reach
/// 0.78 and mostly 0.9 in the examples below; those with another verb, one more fact or a “not” more or less have 0.67 at most.
/// Words alone cannot tell one wrong word among many right ones, nor who did what to whom.
pub const SUPPORTED: f64 = 0.7;
/// From here on a claim counts as weakly supported: the passage speaks of the same things, and may say something else of them.
/// Passages about other things that share a name and a word have 0.25 at most in the examples.
pub const WEAK: f64 = 0.35;

/// What a number or a “not” counts beside a word.
const DOUBLE: f64 = 2.0;
/// What a Chinese pair counts whose characters both stand in the passage, but apart: Chinese says much the same with a
/// character between.
const APART: f64 = 0.5;

/// The most where one denies and the other does not: never supported, however much else is the same.
const DISPUTED: f64 = 0.5;

/// Numbers that are often words in one text and digits in the other.
const NUMBERS: &[(&str, &[&str])] = &[
    ("1", &["one", "once", "一"]),
    ("2", &["two", "twice", "二", "两"]),
    ("3", &["three", "三"]),
    ("4", &["four", "四"]),
    ("5", &["five", "五"]),
    ("6", &["six", "六"]),
    ("7", &["seven", "七"]),
    ("8", &["eight", "八"]),
    ("9", &["nine", "九"]),
    ("10", &["ten", "十"]),
    ("11", &["eleven", "十一"]),
    ("12", &["twelve", "十二"]),
    ("20", &["twenty", "二十"]),
    ("100", &["hundred", "百", "一百"]),
    ("1000", &["thousand", "千", "一千"]),
];
/// What Chinese writes numbers with.
const NUMERALS: &str = "〇零一二两三四五六七八九十百千万亿";
const NEGATIONS: &[&str] =
    &["not", "no", "never", "none", "nor", "neither", "without", "cannot", "nothing", "nobody", "nowhere"];
const CHINESE_NEGATIONS: &[char] = &['不', '没', '沒', '未', '无', '無', '非', '勿', '莫', '弗', '毋'];
/// These hold one and deny nothing.
const NO_NEGATIONS: &[&str] =
    &["不但", "不仅", "不只", "不过", "无论", "非常", "除非", "未来", "莫非", "无疑", "不断"];

/// The share of what a claim says that stands in the passage, 0 to 1. A number and whether something is denied count
/// double; a number of the claim that the passage does not have makes it 0. A claim that says nothing has 0.
pub fn overlap(claim: &str, passage: &str) -> f64 {
    let said: BTreeSet<String> = terms(claim).into_iter().collect();
    let known: HashSet<String> = terms(passage).into_iter().collect();
    let (numbers, said): (Vec<_>, Vec<_>) = said.into_iter().partition(|term| is_number(term));
    if said.is_empty() && numbers.is_empty()
        || !numbers.iter().all(|number| has_number(passage, &known, number))
    {
        return 0.0;
    }
    let characters: HashSet<char> = passage.chars().filter(|c| is_han(*c)).collect();
    let found: f64 = said.iter().map(|term| share(term, &known, &characters)).sum();
    let counted = DOUBLE * real(numbers.len());
    let (denied, denies) = (is_denied(claim), is_denied(passage));
    let weight = if denied || denies { DOUBLE } else { 0.0 };
    let agreed = if denied == denies { weight } else { 0.0 };
    let share = (found + counted + agreed) / (real(said.len()) + counted + weight);
    if denied == denies { share } else { share.min(DISPUTED) }
}

fn share(term: &str, known: &HashSet<String>, characters: &HashSet<char>) -> f64 {
    match () {
        () if known.contains(term) => 1.0,
        () if term.chars().all(|c| characters.contains(&c)) => APART,
        () => 0.0,
    }
}

fn has_number(passage: &str, known: &HashSet<String>, number: &str) -> bool {
    let names =
        NUMBERS.iter().find(|(digits, _)| *digits == number).map(|(_, names)| *names).unwrap_or_default();
    let named = |word: &str| names.contains(&word.to_lowercase().as_str());
    known.contains(number)
        || words(passage).iter().any(|word| match word.spaced {
            true => named(word.text),
            false => word.text.split(|c| !NUMERALS.contains(c)).any(named),
        })
}

fn is_denied(text: &str) -> bool {
    words(text).iter().any(|word| {
        let folded = word.folded();
        match word.spaced {
            true => NEGATIONS.contains(&folded.as_str()) || folded.ends_with("n't"),
            false => {
                let plain = NO_NEGATIONS.iter().fold(folded, |text, word| text.replace(word, " "));
                plain.contains(CHINESE_NEGATIONS)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANDLE: &str =
        "The heat of the flame melts the wax of the candle, and the air that rises keeps the outside cool.";
    const PIGEONS: &str =
        "Darwin joined two London pigeon clubs in 1856 and kept every breed that he could buy.";
    const WAL: &str = "在 WAL 模式下，读者不会阻塞写者，写者也不会阻塞读者。";
    const FISH: &str = "庄子与惠子游于濠梁之上，庄子说鱼儿出游从容，这就是鱼的快乐。";

    #[test]
    fn what_says_the_same_is_supported() {
        for (claim, passage) in [
            (CANDLE, CANDLE),
            (WAL, WAL),
            ("The flame's heat melts the candle's wax.", CANDLE),
            ("Rising air keeps the outside of the candle cool.", CANDLE),
            ("In 1856 Darwin joined two pigeon clubs in London.", PIGEONS),
            ("Darwin joined 2 pigeon clubs.", PIGEONS),
            ("庖丁的刀用了 10 年。", "庖丁的刀用了十年。"),
            ("读者不会阻塞写者。", WAL),
            ("在 WAL 模式下，写者不阻塞读者。", WAL),
            ("庄子说鱼出游从容就是快乐。", FISH),
            ("It is known that in 1856 Darwin joined two of the London pigeon clubs.", PIGEONS),
            ("The wax of candles is melted by hot flames.", CANDLE),
            ("庄子和惠子在濠梁上游玩，庄子说鱼很快乐。", FISH),
        ] {
            let share = overlap(claim, passage);
            assert!((SUPPORTED..=1.0).contains(&share), "{share:.2} {claim}");
        }
    }

    #[test]
    fn what_says_more_or_otherwise_is_weak() {
        for (claim, passage) in [
            ("The heat of the flame freezes the air around a house.", CANDLE),
            ("Darwin left two London clubs in anger.", PIGEONS),
            ("在 WAL 模式下，读者会阻塞写者。", WAL),
            ("惠子说鱼儿出游从容，并不快乐。", FISH),
            ("Darwin did not join pigeon clubs.", PIGEONS),
            ("Darwin kept all the breeds that he was able to purchase.", PIGEONS),
        ] {
            let share = overlap(claim, passage);
            assert!((WEAK..SUPPORTED).contains(&share), "{share:.2} {claim}");
        }
    }

    #[test]
    fn what_speaks_of_something_else_is_not_supported() {
        for (claim, passage) in [
            ("Darwin joined two London pigeon clubs in 1857.", PIGEONS),
            ("庖丁的刀用了 10 年。", "庖丁的刀用了五十年。"),
            ("Darwin sailed around the world for five years.", PIGEONS),
            ("Candles are sold in most countries of Europe.", CANDLE),
            ("PostgreSQL 使用多版本并发控制。", WAL),
            ("惠子做过梁国的宰相。", FISH),
            ("", CANDLE),
            ("是的。", FISH),
        ] {
            let share = overlap(claim, passage);
            assert!(share < WEAK, "{share:.2} {claim}");
        }
    }
}
