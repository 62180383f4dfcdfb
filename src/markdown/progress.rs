//! What the blocks of a text share beyond their source; it knows nothing of how they are written.

use super::highlight;

/// The level of a text's topmost heading: `h1` is the page's.
const TOP_HEADING: usize = 2;

/// What one block leaves to the next: the headings it stands under and how much code may still be highlighted.
#[derive(Clone)]
pub struct Progress {
    headings: Vec<u8>,
    /// Bytes of code.
    pub highlight: usize,
}

impl Default for Progress {
    fn default() -> Self {
        Self { headings: Vec::new(), highlight: highlight::BUDGET }
    }
}

impl Progress {
    /// The level at which a heading written with `level` marks appears: one below the heading it stands under, so that
    /// no level is left out however the text counts.
    pub fn heading(&mut self, level: u8) -> usize {
        while self.headings.last().is_some_and(|above| *above >= level) {
            self.headings.pop();
        }
        let shown = (TOP_HEADING + self.headings.len()).min(6);
        self.headings.push(level);
        shown
    }

    /// The level at which the heading that was begun last appears.
    pub fn current_heading(&self) -> usize {
        (TOP_HEADING + self.headings.len()).saturating_sub(1).min(6)
    }
}
