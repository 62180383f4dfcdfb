//! A text's lines put together to paragraphs, and lines that stand for themselves.

use std::ops::Range;

/// Lines that belong together.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Without white space and Markdown's marks before it, and without white space behind it.
    pub range: Range<usize>,
    /// Whether it is one unit, whatever stands in it: a heading, an item, a row, a line of code.
    pub whole: bool,
}

/// The blocks with a letter or a digit in them, in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut reader = Reader { text, found: Vec::new(), open: Vec::new(), fence: None, item: false };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        reader.read(start..start + line.len(), line);
        start += line.len();
    }
    reader.flush();
    reader.found
}

struct Reader<'a> {
    text: &'a str,
    found: Vec<Block>,
    /// The lines of the paragraph or item that has begun.
    open: Vec<Range<usize>>,
    /// What opened the code that goes on.
    fence: Option<&'a str>,
    item: bool,
}

impl<'a> Reader<'a> {
    fn read(&mut self, range: Range<usize>, line: &'a str) {
        let trimmed = line.trim();
        let mark = trimmed.get(..3).filter(|mark| matches!(*mark, "```" | "~~~"));
        let whole = self.fence.is_some() || mark.is_some() || is_heading(trimmed) || trimmed.starts_with('|');
        if whole {
            self.flush();
            self.push(range, true);
            self.fence = match self.fence {
                Some(open) => Some(open).filter(|open| mark != Some(*open)),
                None => mark,
            };
        } else if !trimmed.contains(char::is_alphanumeric) {
            self.flush();
        } else if is_item(trimmed) || (self.item && !line.starts_with([' ', '\t'])) {
            self.flush();
            self.item = is_item(trimmed);
            self.open.push(range);
        } else {
            self.open.push(range);
        }
    }

    /// Ends what has begun.
    fn flush(&mut self) {
        let lines = std::mem::take(&mut self.open);
        let item = std::mem::take(&mut self.item);
        for (range, whole) in if item { joined(lines) } else { paragraphs(self.text, &lines) } {
            self.push(range, whole);
        }
    }

    fn push(&mut self, range: Range<usize>, whole: bool) {
        let all = self.text.get(range.clone()).unwrap_or_default();
        let text = unmarked(all.trim());
        if text.contains(char::is_alphanumeric) {
            let start = range.start + (all.trim_end().len() - text.len());
            self.found.push(Block { range: start..start + text.len(), whole });
        }
    }
}

fn joined(lines: Vec<Range<usize>>) -> Vec<(Range<usize>, bool)> {
    let ends = lines.first().zip(lines.last());
    ends.map(|(first, last)| (first.start..last.end, true)).into_iter().collect()
}

/// Lines are broken because they are full, or because something ends: a title or a verse. One that would have had room for
/// as much again as stands in it ends where it ends.
fn paragraphs(text: &str, lines: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let longest = lines.iter().map(Range::len).max().unwrap_or_default();
    let mut found: Vec<(Range<usize>, bool)> = Vec::new();
    let mut ended = true;
    for (index, line) in lines.iter().enumerate() {
        match found.last_mut().filter(|_| !ended) {
            Some((open, _)) => open.end = line.end,
            None => found.push((line.clone(), false)),
        }
        let next = lines.get(index + 1).and_then(|next| text.get(next.clone())).unwrap_or_default();
        let word = next.split_whitespace().next().map_or(0, str::len).min(longest / 4);
        ended = (line.len() + word) * 2 < longest;
    }
    found
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - rest.len())) && rest.starts_with([' ', '\t'])
}

pub(super) fn is_item(line: &str) -> bool {
    bullet(line).is_some() || is_numbered(line)
}

/// What follows a bullet.
fn bullet(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['-', '*', '+', '•', '·'])?;
    rest.strip_prefix([' ', '\t'])
}

fn is_numbered(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - rest.len();
    (1..=3).contains(&digits)
        && (rest.starts_with('、') || rest.strip_prefix(['.', ')']).is_some_and(|r| r.starts_with(' ')))
}

/// A line without the marks of headings, bullets and quotations.
pub(super) fn unmarked(line: &str) -> &str {
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix('>') {
        rest = inner.trim_start();
    }
    let rest = if is_heading(rest) { rest.trim_start_matches('#') } else { bullet(rest).unwrap_or(rest) };
    rest.trim_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(&str, bool)> {
        blocks(text).into_iter().map(|block| (&text[block.range], block.whole)).collect()
    }

    #[test]
    fn lines_that_stand_for_themselves_do() {
        let text = "# Title\nA paragraph\nof two lines\n- one\n- two that\n  goes on\n1. three\nafter\n\n| a | b |\n|---|---|\n\n\
                    > said\n\n```rust\nlet a;\n\nlet b;\n```\nEnd";
        assert_eq!(
            texts(text),
            [
                ("Title", true),
                ("A paragraph\nof two lines", false),
                ("one", true),
                ("two that\n  goes on", true),
                ("1. three", true),
                ("after", false),
                ("| a | b |", true),
                ("said", false),
                ("```rust", true),
                ("let a;", true),
                ("let b;", true),
                ("End", false),
            ]
        );
    }

    #[test]
    fn a_short_line_among_long_ones_ends_where_it_ends() {
        let text = "逍遥游\n北冥有鱼，其名为鲲。鲲之大，不知其几千里也。化而为鸟，其名为鹏。\n齐物论\n南郭子綦隐机而坐，仰天而嘘。";
        let ends: Vec<_> = texts(text).iter().map(|(block, _)| block.lines().count()).collect();
        assert_eq!(ends, [1, 2, 1], "a title after a full line is told by the full stop alone");
        let wrapped = "It is a truth universally acknowledged,\nthat a single man in possession of a good\nfortune, must be.";
        assert_eq!(texts(wrapped).len(), 1);
    }
}
