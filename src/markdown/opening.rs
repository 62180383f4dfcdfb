//! The first words of a text, for lists and previews; it knows the parser and no HTML.

use comrak::Node;
use comrak::nodes::NodeValue;

use super::parse::{Document, Kind};
use super::text;

/// So much more source than words is looked at: marks, addresses and code are not shown.
const SOURCE: usize = 8;

/// The beginning of what a Markdown text says, on one line: at most `length` characters and `…` where there is more.
/// Headings, tables and code are left out.
pub fn opening(markdown: &str, length: usize) -> String {
    let head: String = markdown.chars().take(length.saturating_mul(SOURCE)).collect();
    let source = text::normalize(&head);
    let mut words = String::new();
    Document::with(&source, Kind::Whole, |document| {
        let nodes = document.groups().iter().flat_map(|group| &group.nodes);
        for node in nodes.filter(|node| is_said(node)) {
            read(node, &mut words);
        }
    });
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

fn is_said(node: &Node<'_>) -> bool {
    !matches!(node.data().value, NodeValue::Heading(_) | NodeValue::Table(_))
}

fn read(node: Node<'_>, words: &mut String) {
    for node in node.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Paragraph => words.push(' '),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::opening;

    #[test]
    fn marks_headings_and_code_are_left_out() {
        let text = "# Title\n\n**One** [two](https://example.com/)\nand `three`.\n\n```rs\nfn x() {}\n```\n\n- four\n- 五\n\n\
                    | a |\n|---|\n| b |\n\n<script>alert(1)</script>";
        assert_eq!(opening(text, 100), "One two and three. four 五");
    }

    #[test]
    fn what_is_long_is_cut_between_characters() {
        assert_eq!(opening("写锁与读者 and more", 5), "写锁与读者…");
        assert_eq!(opening("one two", 7), "one two");
        assert_eq!(opening("", 7), "");
    }
}
