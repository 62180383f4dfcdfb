//! What changed from one text to another, line by line; knows no artifact.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// Lines around a change that are shown.
const CONTEXT: usize = 3;
/// Most lines of a comparison that are shown.
const LINES: usize = 3000;
/// After this the comparison becomes coarser instead of longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// A comparison, ready for display.
#[derive(Default)]
pub struct Changes {
    /// Places that changed, each with the lines around it.
    pub places: Vec<Vec<DiffLine>>,
    /// Lines that only the newer text has, and those that only the older one has, among those shown.
    pub added: usize,
    /// See `added`.
    pub removed: usize,
    /// Whether there are more lines.
    pub cut: bool,
}

/// A line of a comparison: in which of the two texts it stands.
pub struct DiffLine {
    /// In the older, in the newer or in both.
    pub tag: ChangeTag,
    /// Without its end.
    pub text: String,
}

impl Changes {
    /// What makes the newer text out of the older one.
    pub fn between(old: &str, new: &str) -> Self {
        let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
        let (mut changes, mut left) = (Self::default(), LINES);
        for group in diff.grouped_ops(CONTEXT) {
            let lines = group.iter().flat_map(|op| diff.iter_changes(op));
            let lines = lines.take(left).map(|change| DiffLine {
                tag: change.tag(),
                text: change.value().trim_end_matches('\n').to_owned(),
            });
            let lines: Vec<_> = lines.collect();
            left -= lines.len();
            if !lines.is_empty() {
                changes.places.push(lines);
            }
        }
        let count = |tag| changes.places.iter().flatten().filter(|line| line.tag == tag).count();
        (changes.added, changes.removed) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
        changes.cut = left == 0;
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;

    #[test]
    fn only_what_changed_is_shown_with_its_surroundings() {
        let old: String = (0..100).map(|n| format!("{n}\n")).collect();
        let changes = Changes::between(&old, &old.replace("\n50\n", "\nfifty\n"));
        let lines: Vec<_> = changes.places.iter().flatten().map(|line| line.text.as_str()).collect();
        assert_eq!((lines, changes.cut), (vec!["47", "48", "49", "50", "fifty", "51", "52", "53"], false));
        assert_eq!((changes.added, changes.removed), (1, 1));
        assert!(Changes::between(&old, &old).places.is_empty());
    }
}
