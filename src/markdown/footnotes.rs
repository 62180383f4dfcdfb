//! The footnotes of a text, for those who compare them with something or put texts together; it knows the parser and no
//! HTML.

use comrak::nodes::NodeValue;

use super::parse::{Document, Kind};
use super::text;

/// What references and definitions begin with.
const MARK: &str = "[^";

/// The names of the footnotes that a text both has and refers to, in the order in which it first refers to them.
pub fn footnotes(markdown: &str) -> Vec<String> {
    Document::with(&text::normalize(markdown), Kind::Whole, |document| {
        let names = document.footnotes().iter().filter_map(|node| match &node.data().value {
            NodeValue::FootnoteDefinition(note) => Some(note.name.clone()),
            _ => None,
        });
        names.collect()
    })
}

/// The text with `prefix` before the name of each of its footnotes, so that it can stand in one document with others.
/// What only looks like a footnote stays.
pub fn prefix_footnotes(markdown: &str, prefix: &str) -> String {
    let mut source = text::normalize(markdown);
    for place in places(&source).into_iter().rev() {
        let name = place + MARK.len();
        // Where the parser is mistaken about the place nothing is changed.
        if source.get(place..name) == Some(MARK) {
            source.insert_str(name, prefix);
        }
    }
    source
}

/// Where references and definitions begin, in bytes, in their order.
fn places(source: &str) -> Vec<usize> {
    let lines: Vec<usize> =
        std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut places = Document::with(source, Kind::Whole, |document| {
        let nodes = document.groups().iter().flat_map(|group| &group.nodes).chain(document.footnotes());
        let mut places = Vec::new();
        for node in nodes.flat_map(|node| node.descendants()) {
            let data = node.data();
            if matches!(data.value, NodeValue::FootnoteReference(_) | NodeValue::FootnoteDefinition(_)) {
                let start = data.sourcepos.start;
                let line = start.line.checked_sub(1).and_then(|line| lines.get(line));
                places.extend(line.map(|line| line + start.column.saturating_sub(1)));
            }
        }
        places
    });
    places.sort_unstable();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::{footnotes, prefix_footnotes};

    #[test]
    fn what_only_looks_like_a_footnote_is_none() {
        let text = "One.[^2] Two.[^1] Again.[^2] `[^3]` \\[^4] [^5]\n\n```\n[^6]\n```\n\n[^1]: a\n[^2]: b\n[^3]: c\n[^7]: d\n";
        assert_eq!(footnotes(text), ["2", "1"]);
    }

    #[test]
    fn footnotes_get_other_names_wherever_they_stand() {
        let text = "# 写锁[^1]\n\n一次只有一个写者。[^1][^2] `[^1]` \\[^1] [^9]\n第二行 **粗[^2]**。\n\n- 项[^1]\n  续[^2]\n\n\
                    > 引[^2]\n\n| a |\n|---|\n| 格[^1] |\n\n```\n[^1]\n```\n\n[^1]: “引文” — [题](https://example.org/[^1])\n[^2]: 见[^1]\n";
        let expected = "# 写锁[^2-1]\n\n一次只有一个写者。[^2-1][^2-2] `[^1]` \\[^1] [^9]\n第二行 **粗[^2-2]**。\n\n- 项[^2-1]\n  续[^2-2]\n\n\
                    > 引[^2-2]\n\n| a |\n|---|\n| 格[^2-1] |\n\n```\n[^1]\n```\n\n[^2-1]: “引文” — [题](https://example.org/[^1])\n[^2-2]: 见[^2-1]\n";
        assert_eq!(prefix_footnotes(text, "2-"), expected);
        assert_eq!(footnotes(expected), ["2-1", "2-2"]);
        assert_eq!(prefix_footnotes("no notes", "2-"), "no notes");
    }
}
