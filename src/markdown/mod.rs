//! Markdown to safe HTML, whole or block by block; it knows nothing of messages, pages or the network.
//!
//! In reading order: [`text`] makes the input harmless to the parser, [`parse`] cuts it into top-level blocks, [`render`]
//! writes a block as HTML with the help of [`highlight`] and [`tags`], [`sanitize`] has the last word, [`blocks`] does
//! all of that for an answer that is still being written, and [`cache`] remembers what is complete.
//!
//! What a stylesheet meets: `figure.code[data-lang] > figcaption + pre[tabindex=0] > code` with spans of the classes in
//! [`highlight::Class`], `div.table[tabindex=0] > table`, `li.task`, `sup.footnote`, `section.footnotes`, `a.back`.

mod blocks;
mod cache;
mod highlight;
mod parse;
mod render;
mod sanitize;
mod tags;
mod text;

pub use blocks::{Block, BlockRenderer};
pub use cache::Cache;
pub use highlight::warm_up;

use parse::{Document, Kind};
use render::{Footnotes, Progress};

/// The whole of a Markdown text as sanitised HTML.
///
/// Every top-level block is sanitised by itself, so that a text gives the same HTML whether it is rendered here at
/// once or by [`BlockRenderer`] in pieces. Footnotes are gathered at the end, their ids prefixed with a hash of the text, so
/// that several messages can share a page. Pure and bounded: no input makes it panic, fetch or run away.
pub fn render(text: &str) -> String {
    let source = text::normalize(text);
    let mut progress = Progress::default();
    let mut html = String::with_capacity(source.len() * 2);
    Document::with(&source, Kind::Whole, |document| {
        let footnotes = Footnotes::linked(&source, document.has_footnotes());
        for group in document.groups() {
            html.push_str(&render::group(group, &footnotes, &mut progress));
        }
        html.push_str(&render::footnotes(document, &footnotes, &mut progress));
    });
    html
}
