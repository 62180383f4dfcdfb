//! Markdown that is still being written, rendered block by block; it knows nothing of runs, events or sockets.
//!
//! Cost: a block that is finished is never looked at again, and only the text since is parsed. While the open block is
//! small it is parsed and rendered whenever it changed; beyond [`SMALL`] bytes only after it grew by a thirty-second part, so that
//! all its renderings together cost a constant times the last one. A fenced block is not even parsed again
//! until a line appears that could close it.
//!
//! Exceptions to "the blocks together are what [`super::render`] makes of the whole": a link reference that is
//! defined in an earlier or later block stays text, and footnotes stay where and as they are written. Callers replace the
//! blocks of such an answer by the whole when it is complete.

use super::painter::Palette;
use super::parse::{Document, Group, Kind};
use super::progress::Progress;
use super::render::{self, Footnotes};
use super::sanitize::Author;
use super::text::Normalizer;
use comrak::nodes::NodeValue;

/// Up to this many bytes an open block is rendered at every change.
const SMALL: usize = 4 * 1024;

/// A top-level block of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its place among the blocks of the answer, from 0 on.
    pub index: usize,
    /// Sanitised HTML; may be empty (a comment, a link definition).
    pub html: String,
    /// Whether it may still change; then the next block of the same index replaces it.
    pub open: bool,
}

/// Renders an answer as it arrives.
#[derive(Default)]
pub struct BlockRenderer {
    normalizer: Normalizer,
    /// The normalised text since the start of the open block.
    tail: String,
    progress: Progress,
    palette: Palette,
    next_index: usize,
    finished: Vec<Block>,
    boundary: Boundary,
    shown: Shown,
}

/// How far the tail has been searched for the start of another block.
#[derive(Default)]
struct Boundary {
    searched: usize,
    parsed: usize,
    fence: Option<Fence>,
}

/// The fence a code block waits for.
struct Fence {
    mark: char,
    length: usize,
}

/// What was last returned of the open block.
#[derive(Default)]
struct Shown {
    length: usize,
    html: Option<String>,
}

impl BlockRenderer {
    /// A renderer for a new answer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in more of the answer. Cheap: the work is done by [`Self::changed`].
    pub fn push(&mut self, delta: &str) {
        self.normalizer.push(delta, &mut self.tail);
    }

    /// What is new since the last call: each finished block once, then the open block if it looks different.
    pub fn changed(&mut self) -> Vec<Block> {
        self.settle();
        let mut blocks = std::mem::take(&mut self.finished);
        blocks.extend(self.open());
        blocks
    }

    /// The answer is complete: what is left is finished. Nothing may be pushed afterwards.
    pub fn finish(&mut self) -> Vec<Block> {
        self.settle();
        let tail = std::mem::take(&mut self.tail);
        Document::with(&tail, Kind::Piece, |document| {
            for group in document.groups() {
                self.close(group);
            }
        });
        if self.shown.html.is_some() {
            self.put(String::new());
        }
        std::mem::take(&mut self.finished)
    }

    /// Closes every block that another one follows. Only whole lines count: `#` begins a heading, `#tag` does not.
    fn settle(&mut self) {
        let tail = std::mem::take(&mut self.tail);
        let lines = tail.rfind('\n').and_then(|end| tail.get(..=end)).unwrap_or_default();
        let start = if self.boundary.is_due(lines) { self.close_all_but_last(lines) } else { 0 };
        self.tail = if start == 0 { tail } else { tail.get(start..).unwrap_or_default().to_owned() };
    }

    /// Returns where the last block starts.
    fn close_all_but_last(&mut self, lines: &str) -> usize {
        Document::with(lines, Kind::Piece, |document| {
            let Some((last, closed)) = document.groups().split_last() else { return 0 };
            for group in closed {
                self.close(group);
            }
            let start = if closed.is_empty() { 0 } else { lines.len() - last.source.len() };
            self.boundary.begin(last, lines.len() - start);
            start
        })
    }

    fn close(&mut self, group: &Group<'_, '_>) {
        let html =
            render::group(group, Author::Anybody, &Footnotes::Literal, &mut self.progress, &mut self.palette);
        self.put(html);
    }

    fn put(&mut self, html: String) {
        self.finished.push(Block { index: self.next_index, html, open: false });
        self.next_index += 1;
        self.shown = Shown::default();
    }

    /// The open block, if it changed enough. For the moment of an unfinished line it may hold the start of the next.
    fn open(&mut self) -> Option<Block> {
        if self.tail.len() == self.shown.length || !grown(self.shown.length, self.tail.len()) {
            return None;
        }
        let mut progress = self.progress.clone();
        let html: String = Document::with(&self.tail, Kind::Piece, |document| {
            let render = |group| {
                render::group(group, Author::Anybody, &Footnotes::Literal, &mut progress, &mut self.palette)
            };
            document.groups().iter().map(render).collect()
        });
        let was = self.shown.html.replace(html.clone());
        self.shown.length = self.tail.len();
        let is_new = was.as_deref().map_or(!html.is_empty(), |was| was != html);
        if was.is_none() && html.is_empty() {
            self.shown.html = None;
        }
        is_new.then_some(Block { index: self.next_index, html, open: true })
    }
}

impl Boundary {
    /// Whether `lines`, the whole lines of the tail, may hold another block and are worth parsing.
    fn is_due(&mut self, lines: &str) -> bool {
        let new = lines.get(self.searched..).unwrap_or_default();
        if new.is_empty() {
            return false;
        }
        self.searched = lines.len();
        match &self.fence {
            Some(fence) => new.lines().any(|line| fence.may_close(line)),
            None => grown(self.parsed, lines.len()),
        }
    }

    /// A block is open of which `length` bytes have been parsed.
    fn begin(&mut self, open: &Group<'_, '_>, length: usize) {
        *self = Self { searched: length, parsed: length, fence: Fence::of(open) };
    }
}

impl Fence {
    /// The fence that `group` waits for if it is a code block that is not closed.
    fn of(group: &Group<'_, '_>) -> Option<Self> {
        let [node] = group.nodes.as_slice() else { return None };
        match &node.data().value {
            NodeValue::CodeBlock(code) if code.fenced && !code.closed => {
                Some(Self { mark: char::from(code.fence_char), length: code.fence_length })
            }
            _ => None,
        }
    }

    fn may_close(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }
}

fn grown(from: usize, to: usize) -> bool {
    to <= SMALL || to >= from + from / 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(index: usize, html: &str) -> Block {
        Block { index, html: html.to_owned(), open: true }
    }

    fn closed(index: usize, html: &str) -> Block {
        Block { index, html: html.to_owned(), open: false }
    }

    #[test]
    fn a_block_is_finished_when_the_next_has_begun() {
        let mut renderer = BlockRenderer::new();
        renderer.push("Hello *wor");
        assert_eq!(renderer.changed(), [open(0, "<p>Hello *wor</p>\n")]);
        renderer.push("ld*\n\n");
        assert_eq!(renderer.changed(), [open(0, "<p>Hello <em>world</em></p>\n")]);
        assert_eq!(renderer.changed(), []);
        renderer.push("# Next\n");
        assert_eq!(
            renderer.changed(),
            [closed(0, "<p>Hello <em>world</em></p>\n"), open(1, "<h2>Next</h2>\n")]
        );
        assert_eq!(renderer.finish(), [closed(1, "<h2>Next</h2>\n")]);
        assert_eq!(renderer.finish(), []);
    }

    #[test]
    fn an_unfinished_line_finishes_nothing() {
        let mut renderer = BlockRenderer::new();
        renderer.push("a\n#");
        assert!(renderer.changed().iter().all(|block| block.open && block.index == 0));
        renderer.push("tag\n");
        assert_eq!(renderer.changed(), [open(0, "<p>a\n#tag</p>\n")]);
    }

    #[test]
    fn an_unclosed_fence_is_code() {
        let mut renderer = BlockRenderer::new();
        renderer.push("```rust\nfn");
        let [block] = renderer.changed().try_into().expect("one block");
        assert!(
            block.open && block.html.starts_with("<figure class=\"code\" data-lang=\"rust\">"),
            "{}",
            block.html
        );
    }

    #[test]
    fn a_line_that_turns_out_to_be_a_definition_leaves_an_empty_block() {
        let mut renderer = BlockRenderer::new();
        renderer.push("[a]:");
        assert_eq!(renderer.changed(), [open(0, "<p>[a]:</p>\n")]);
        renderer.push(" https://a.example\n");
        assert_eq!(renderer.changed(), [open(0, "")]);
        assert_eq!(renderer.finish(), [closed(0, "")]);
    }

    #[test]
    fn a_long_open_block_is_returned_less_and_less_often() {
        let mut renderer = BlockRenderer::new();
        renderer.push("```\n");
        let (mut bytes, mut renderings) = (0, 0);
        for _ in 0..50_000 {
            renderer.push("let a = 1;\n");
            let blocks = renderer.changed();
            renderings += blocks.len();
            bytes += blocks.iter().map(|block| block.html.len()).sum::<usize>();
        }
        assert!(renderings < 700 && bytes < 30_000_000, "{renderings} renderings, {bytes} bytes");
        renderer.push("```\n\nAfter\n");
        let blocks = renderer.changed();
        assert_eq!(blocks.len(), 2);
        assert!(blocks[0].html.len() > 550_000 && !blocks[0].open);
    }
}
