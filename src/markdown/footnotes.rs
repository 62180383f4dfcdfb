//! The names of a text's footnotes, for those who compare them with something; it knows the parser and no HTML.

use comrak::nodes::NodeValue;

use super::parse::{Document, Kind};
use super::text;

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

#[cfg(test)]
mod tests {
    use super::footnotes;

    #[test]
    fn what_only_looks_like_a_footnote_is_none() {
        let text = "One.[^2] Two.[^1] Again.[^2] `[^3]` \\[^4] [^5]\n\n```\n[^6]\n```\n\n[^1]: a\n[^2]: b\n[^3]: c\n[^7]: d\n";
        assert_eq!(footnotes(text), ["2", "1"]);
    }
}
