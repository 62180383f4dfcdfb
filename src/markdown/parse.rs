//! A Markdown text cut into top-level blocks; it knows the parser and no HTML beyond `<details>`.

use comrak::nodes::NodeValue;
use comrak::{Arena, Node, Options, parse_document};

use super::tags;

/// Whether a text is all there is, or a piece of something longer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Footnote definitions are taken out of the text, to be gathered at its end.
    Whole,
    /// Footnote definitions stay where they are written: what refers to them may be elsewhere.
    Piece,
}

/// A parsed text: its top-level blocks in order, and the footnotes that were taken out of it.
pub struct Document<'a, 's> {
    groups: Vec<Group<'a, 's>>,
    footnotes: Vec<Node<'a>>,
}

/// A top-level block with the source it came from, from its first line to the first line of the next one.
///
/// Usually one node; `<details>` takes in every block up to its `</details>`.
pub struct Group<'a, 's> {
    /// The nodes, at least one.
    pub nodes: Vec<Node<'a>>,
    /// The source, whole lines.
    pub source: &'s str,
}

impl<'s> Document<'_, 's> {
    /// Parses normalised `source` and hands the result to `read`.
    pub fn with<T>(source: &'s str, kind: Kind, read: impl FnOnce(&Document<'_, 's>) -> T) -> T {
        let arena = Arena::new();
        let root = parse_document(&arena, source, &options(kind));
        let is_taken_out = |node: &Node<'_>| {
            kind == Kind::Whole && matches!(node.data().value, NodeValue::FootnoteDefinition(_))
        };
        let (footnotes, nodes) = root.children().partition(is_taken_out);
        read(&Document { groups: group(nodes, source), footnotes })
    }
}

impl<'a, 's> Document<'a, 's> {
    /// The top-level blocks in order.
    pub fn groups(&self) -> &[Group<'a, 's>] {
        &self.groups
    }

    /// The footnote definitions, in the order in which they are first referred to.
    pub fn footnotes(&self) -> &[Node<'a>] {
        &self.footnotes
    }

    /// Whether any footnote was taken out.
    pub fn has_footnotes(&self) -> bool {
        !self.footnotes.is_empty()
    }
}

/// The parser's options, the same for every text.
pub fn options(kind: Kind) -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.cjk_friendly_emphasis = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.parse.leave_footnote_definitions = kind == Kind::Piece;
    options
}

fn group<'a, 's>(nodes: Vec<Node<'a>>, source: &'s str) -> Vec<Group<'a, 's>> {
    let mut gathered: Vec<(usize, Vec<Node<'a>>)> = Vec::new();
    let mut unclosed = 0;
    for node in nodes {
        match gathered.last_mut().filter(|_| unclosed > 0) {
            Some((_, nodes)) => nodes.push(node),
            None => gathered.push((node.data().sourcepos.start.line, vec![node])),
        }
        if let NodeValue::HtmlBlock(html) = &node.data().value {
            unclosed = (unclosed + tags::details_balance(&html.literal)).max(0);
        }
    }
    let mut lines = Lines { rest: source, next: 1 };
    let mut groups: Vec<Group<'a, 's>> = Vec::with_capacity(gathered.len());
    for (first_line, nodes) in gathered {
        let before = lines.up_to(first_line);
        if let Some(previous) = groups.last_mut() {
            previous.source = before;
        }
        groups.push(Group { nodes, source: lines.rest });
    }
    groups
}

/// Takes a text apart by line numbers, which must not decrease.
struct Lines<'s> {
    rest: &'s str,
    next: usize,
}

impl<'s> Lines<'s> {
    /// What stands before `line`, leaving the rest.
    fn up_to(&mut self, line: usize) -> &'s str {
        let wanted = line.saturating_sub(self.next);
        let end = match wanted {
            0 => 0,
            _ => self.rest.match_indices('\n').nth(wanted - 1).map_or(self.rest.len(), |(at, _)| at + 1),
        };
        let (before, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.next += wanted;
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(source: &str) -> Vec<String> {
        Document::with(source, Kind::Piece, |document| {
            document.groups().iter().map(|group| group.source.to_owned()).collect()
        })
    }

    #[test]
    fn a_text_is_cut_at_the_first_line_of_each_block() {
        assert_eq!(
            sources("# a\nb\n\n\n- c\n\n  d\n```\ne\n"),
            ["# a\n", "b\n\n\n", "- c\n\n  d\n", "```\ne\n"]
        );
    }

    #[test]
    fn a_table_is_cut_off_the_paragraph_above_it() {
        assert_eq!(sources("text\na | b\n--|--\n1 | 2\n"), ["text\n", "a | b\n--|--\n1 | 2\n"]);
    }

    #[test]
    fn details_hold_their_blocks_together() {
        let details = "<details>\n<summary>x</summary>\n\n- a\n\n```\nb\n```\n\n</details>\n\n";
        assert_eq!(sources(&format!("before\n\n{details}after\n")), ["before\n\n", details, "after\n"]);
    }
}
