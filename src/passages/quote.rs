//! Where a quote stands in a text.

use std::ops::Range;

use super::fold::{continues, fold, folded};
use super::scripts::{is_han, spaced};

/// A quote of fewer letters stands everywhere. A Chinese character counts as two.
const FEWEST: usize = 8;

/// The first place of `text` where `quote` stands word for word, in bytes of `text`.
///
/// White space, quote marks, hyphens and widths may be written otherwise, letters may not. Quote marks, blanks and dots
/// around the quote are no part of it. It neither begins nor ends within a word or a number: “can” does not stand in
/// “cannot”. `None` as well when the quote has fewer than 8 letters (4 of Chinese).
pub fn find_quote(text: &str, quote: &str) -> Option<Range<usize>> {
    let quote = folded(quote);
    let quote = quote.trim_matches(|c| matches!(c, '\'' | ' ' | '…')).trim_start_matches('.');
    let whole = folded(text);
    // A full stop may be the quote's own, which ends earlier than the sentence.
    [quote, quote.trim_end_matches('.')].into_iter().find_map(|quote| {
        if letters(quote) < FEWEST {
            return None;
        }
        let (start, _) = whole.match_indices(quote).find(|(start, _)| stands_alone(&whole, *start, quote))?;
        Some(original(text, start..start + quote.len()))
    })
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if is_han(c) { 2 } else { 1 }).sum()
}

/// Whether no word or number is cut in two where the quote begins and ends.
fn stands_alone(whole: &str, start: usize, quote: &str) -> bool {
    let before = whole.get(..start).unwrap_or_default().chars().rev();
    let after = whole.get(start + quote.len()..).unwrap_or_default().chars();
    let (first, last) = (quote.chars().next(), quote.chars().next_back());
    !goes_on(last, after) && !goes_on(first, before)
}

/// Whether what stands at `edge` goes on with what is `beyond`, read away from the quote.
fn goes_on(edge: Option<char>, mut beyond: impl Iterator<Item = char>) -> bool {
    let in_word = |c: char| spaced(c) == Some(true);
    let (Some(edge), Some(next)) = (edge, beyond.next()) else { return false };
    match next {
        c if continues(c) => true,
        '.' | ',' if edge.is_ascii_digit() => beyond.next().is_some_and(|c| c.is_ascii_digit()),
        '\'' if in_word(edge) => beyond.next().is_some_and(in_word),
        c => in_word(edge) && in_word(c),
    }
}

/// The bytes of `text` that the folded bytes stand for.
fn original(text: &str, wanted: Range<usize>) -> Range<usize> {
    let (mut at, mut found) = (0, text.len()..0);
    fold(text, |c, range| {
        if wanted.contains(&at) {
            found = found.start.min(range.start)..found.end.max(range.end);
        }
        at += c.len_utf8();
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, quote: &str) -> Option<&'a str> {
        find_quote(text, quote).map(|range| &text[range])
    }

    #[test]
    fn a_quote_is_found_however_it_is_written() {
        let text = "He said: “It’s a well‑known\n fact that ﬁsh – all of them – swim.” (Ａ１)";
        assert_eq!(
            found(text, "\"It's a well-known fact that fish -- all of them -- swim.\""),
            Some("It’s a well‑known\n fact that ﬁsh – all of them – swim.")
        );
        assert_eq!(
            found("庄子曰：「子非我，安知\n我不知鱼之乐？」", "“子非我,安知我不知鱼之乐?”"),
            Some("子非我，安知\n我不知鱼之乐？")
        );
        assert_eq!(found("Le cafe\u{301} noir est bon", "café noir est"), Some("cafe\u{301} noir est"));
        assert_eq!(found("x 👩‍👩‍👧 family of three y", "…family of three…"), Some("family of three"));
    }

    #[test]
    fn letters_words_and_numbers_are_not_cut_or_changed() {
        assert_eq!(found("he cannot swim at all", "he can"), None, "too short as well");
        assert_eq!(found("they say he cannot swim", "they say he can"), None);
        assert_eq!(found("being unable to swim far", "able to swim"), None);
        assert_eq!(found("unable to swim, able to swim", "able to swim"), Some("able to swim"));
        assert_eq!(found("about 3.14 radians in all", "14 radians in all"), None);
        assert_eq!(found("it weighs about 3.14 kg", "it weighs about 3"), None);
        assert_eq!(found("all of them swim", "all of them Swim"), None);
        assert_eq!(found("le café noir", "le cafe noir"), None);
        assert_eq!(found("they say he didn't go", "they say he didn"), None);
    }

    #[test]
    fn a_short_quote_is_none() {
        assert_eq!(found("the sea is blue", "is blue"), None);
        assert_eq!(found("the sea is blue", "sea is blue"), Some("sea is blue"));
        assert_eq!(found("学而时习之", "学而时"), None);
        assert_eq!(found("学而时习之", "学而时习"), Some("学而时习"));
        assert_eq!(found("anything", ""), None);
        assert_eq!(found("", "anything at all"), None);
    }

    #[test]
    fn two_mebibytes_take_no_time() {
        let text = "ab".repeat(1 << 20);
        let start = std::time::Instant::now();
        assert_eq!(find_quote(&text, &"ab".repeat(1000)), None, "within a word");
        assert_eq!(find_quote(&text, &text), Some(0..text.len()));
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
