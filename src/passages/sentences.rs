//! A text cut into sentences, the smallest passages that are quoted.
//!
//! The rules of Unicode (UAX #29) end a sentence after “Dr.” and at every line, and the crate that has them takes minutes
//! for a text full of blanks; others know one language at a time. So the rules are written here.

use std::ops::Range;

use super::blocks::blocks;
use super::ends::Ends;

/// The longest sentence, in bytes. Longer ones are cut.
const LONGEST: usize = 600;
/// No piece that is cut off for a comma's sake is shorter.
const SHORTEST: usize = 200;

/// The sentences of a Chinese or English text, as byte ranges in order. They begin and end with no white space and hold
/// every letter and digit. A heading, an item, a row of a table and a line of code are one each, without Markdown's mark; none
/// is longer than 600 bytes.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for block in blocks(text) {
        let inner = text.get(block.range.clone()).unwrap_or_default();
        let ends: Vec<usize> = if block.whole { vec![inner.len()] } else { Ends::new(inner).collect() };
        let mut start = block.range.start;
        for end in ends.into_iter().map(|end| block.range.start + end) {
            cut(text, start..end, &mut found);
            start = end;
        }
    }
    found
}

/// Adds the sentence, in pieces if it is too long.
fn cut(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut rest = trimmed(text, range);
    while rest.len() > LONGEST {
        let end = rest.start + place(text.get(rest.clone()).unwrap_or_default());
        push(text, rest.start..end, found);
        rest = trimmed(text, end..rest.end);
    }
    push(text, rest, found);
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let range = trimmed(text, range);
    if text.get(range.clone()).is_some_and(|sentence| sentence.contains(char::is_alphanumeric)) {
        found.push(range);
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = text.get(range.clone()).unwrap_or_default();
    let start = range.end - inner.trim_start().len();
    start..start + inner.trim().len()
}

/// Where a long sentence is cut: after the last comma, else at the last blank, else anywhere.
fn place(sentence: &str) -> usize {
    let head = sentence.get(..sentence.floor_char_boundary(LONGEST)).unwrap_or(sentence);
    let after = |sign: &str| head.rfind(sign).map(|at| at + sign.len()).filter(|end| *end >= SHORTEST);
    let comma = ["，", "、", "：", ", ", "; ", ": "].into_iter().filter_map(after).max();
    let blank = || [" ", "\n", "\t"].into_iter().filter_map(after).max();
    comma.or_else(blank).unwrap_or(head.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    /// The text is its sentences with blanks between.
    fn check(sentences: &[&str]) {
        assert_eq!(cut(&sentences.join(" ")), sentences);
        assert_eq!(cut(&sentences.join("\n\n")), sentences);
    }

    #[test]
    fn english_ends_at_dots_that_end_something() {
        check(&["It was so.", "Was it?", "It was!", "So be it"]);
        check(&[
            "Dr. Smith met J. S. Mill in the U.S. Army on Jan. 5, e.g. at noon.",
            "They spoke of vol. 3 and No. 7.",
        ]);
        check(&["It cost 3.14 dollars, i.e. nothing, at example.com/a.b?c=1.", "Then they left."]);
        check(&[
            "They came from the U.S. of old.",
            "He said no.",
            "Plan B.",
            "The end of Jones et al. (1999) came.",
        ]);
        check(&["He asked “Why?” and left.", "“Go!” he said.", "(So it was.)", "\"Stay.\"", "\"No.\""]);
        check(&[
            "The sky is blue.[1][^12]",
            "Water is not.",
            "Wait... what?",
            "It ended...",
            "Then it began.",
        ]);
        check(&[
            "Mr. and Mrs. Jones of Acme Inc. went.",
            "It rained (see fig. 3).",
            "I and I.",
            "Nobody else.",
        ]);
    }

    #[test]
    fn chinese_ends_with_its_signs_and_the_marks_that_close() {
        let text = "子曰：“学而时习之，不亦说乎？有朋自远方来，不亦乐乎？”庄子曰：「鱼乐。」惠子不知；遂去……后来呢？！（见下。）完";
        assert_eq!(
            cut(text),
            [
                "子曰：“学而时习之，不亦说乎？",
                "有朋自远方来，不亦乐乎？”",
                "庄子曰：「鱼乐。」",
                "惠子不知；",
                "遂去……",
                "后来呢？！",
                "（见下。）",
                "完"
            ]
        );
        assert_eq!(
            cut("他说\"好。\"她说“是！”，便走了。Rust 1.95 已发布。rust 很好。See it."),
            ["他说\"好。\"", "她说“是！”，便走了。", "Rust 1.95 已发布。", "rust 很好。", "See it."]
        );
    }

    #[test]
    fn lines_of_markdown_are_their_own_and_wrapped_lines_are_not() {
        assert_eq!(
            cut(
                "# 题目\n一句。又一句\n接着。\n- An item. Two.\n| a | b |\n```\nlet a = 1; // So. It\n```\nThe end\nof it. So."
            ),
            [
                "题目",
                "一句。",
                "又一句\n接着。",
                "An item. Two.",
                "a | b |",
                "let a = 1; // So. It",
                "The end\nof it.",
                "So."
            ]
            .map(|line| if line == "a | b |" { "| a | b |" } else { line })
        );
    }

    #[test]
    fn long_sentences_are_cut_at_commas_or_blanks() {
        let text = "一二三四五六七八九，".repeat(100);
        let found = cut(&text);
        assert!(found.iter().all(|part| part.len() <= LONGEST && part.ends_with('，')), "{found:?}");
        assert_eq!(found.concat(), text);
        assert!(cut(&"word ".repeat(1000)).iter().all(|part| part.ends_with("word")));
        assert_eq!(cut(&"字".repeat(1000)).iter().map(|part| part.len()).collect::<Vec<_>>(), [600; 5]);
    }

    #[test]
    fn two_mebibytes_of_anything_take_no_time() {
        for part in ["字", "a. ", "a.   ", ")", "\"", "a\n", "a.[1]", "a'", "| ", "```\n", "…", "é👩‍👩‍👧"]
        {
            let text = format!("a.{}x", part.repeat((2 << 20) / part.len()));
            let start = std::time::Instant::now();
            let found = sentences(&text);
            assert!(start.elapsed().as_secs() < 20, "{part:?}: {:?}, {}", start.elapsed(), found.len());
        }
    }
}
