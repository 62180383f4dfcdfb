//! Markdown to safe HTML, whole or block by block; it knows nothing of messages, pages or the network.
//!
//! In reading order: [`text`] makes the input harmless to the parser, [`parse`] cuts it into top-level blocks, [`render`]
//! writes a block as HTML with the help of [`progress`], [`tags`] and [`highlight`] (on top of [`painter`] and
//! [`syntaxes`]), [`sanitize`] has the last word, [`blocks`] does all of that for an answer that is still being written,
//! and [`cache`] remembers what is complete. [`opening`] reads the first words of a text, [`footnotes`] its
//! footnotes, and [`fence`] makes code of any.
//!
//! What a stylesheet meets: `figure.code[data-lang] > figcaption + pre[tabindex=0] > code` with spans of the classes in
//! [`classes::Class`], `div.table[tabindex=0] > table`, `li.task`, `sup.footnote`, `section.footnotes`, `a.back`.

mod blocks;
mod cache;
mod classes;
mod fence;
mod footnotes;
mod highlight;
mod opening;
mod painter;
mod parse;
mod progress;
mod render;
mod sanitize;
mod syntaxes;
mod tags;
mod text;

pub use blocks::{Block, BlockRenderer};
pub use cache::Cache;
pub use fence::fenced;
pub use footnotes::{footnotes, prefix_footnotes};
pub use opening::opening;
pub use syntaxes::extension;

use painter::Palette;
use parse::{Document, Kind};
use progress::Progress;
use render::Footnotes;
use sanitize::Author;

/// Longer texts are logs and data rather than writing; they are shown as they are. In bytes.
const LONGEST: usize = 512 * 1024;

/// The whole of a Markdown text as sanitised HTML.
///
/// Every top-level block is sanitised by itself, so that a text gives the same HTML whether it is rendered here at
/// once or by [`BlockRenderer`] in pieces. Footnotes are gathered at the end, their ids prefixed with a hash of the text, so
/// that several messages can share a page. Pure and bounded: no input makes it panic, fetch or run away.
pub fn render(text: &str) -> String {
    render_of(text, Author::Anybody)
}

/// The same for a text that belongs to this program, such as a chapter of the guide: its links may lead to pages of
/// this server. Never for what somebody typed.
pub fn render_ours(text: &str) -> String {
    render_of(text, Author::Us)
}

/// The same for a text whose footnotes are shown elsewhere: they are left out, and each reference is what `cite` makes of the
/// name of its footnote and, from 1, of how often that was referred to. What it makes is safe HTML; the name is escaped.
pub fn render_citing(text: &str, cite: &dyn Fn(&str, usize) -> String) -> String {
    let source = text::normalize(text).replace(render::MARKS, "\u{fffd}");
    render::Footnotes::cited(&write(&source, Author::Anybody, |_| Footnotes::Cited), cite)
}

fn render_of(text: &str, author: Author) -> String {
    let source = text::normalize(text);
    write(&source, author, |document| Footnotes::linked(&source, document.has_footnotes()))
}

fn write(source: &str, author: Author, kind: impl FnOnce(&Document<'_, '_>) -> Footnotes) -> String {
    if source.len() > LONGEST {
        return render::verbatim(source);
    }
    let (mut progress, mut palette) = (Progress::default(), Palette::default());
    let mut html = String::with_capacity(source.len() * 2);
    Document::with(source, Kind::Whole, |document| {
        let footnotes = kind(document);
        for group in document.groups() {
            html.push_str(&render::group(group, author, &footnotes, &mut progress, &mut palette));
        }
        html.push_str(&render::footnotes(document, &footnotes, &mut progress));
    });
    html
}
