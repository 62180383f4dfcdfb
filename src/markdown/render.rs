//! A parsed block to sanitised HTML; it knows the parser's tree and nothing of streams.

use std::fmt::{self, Write};

use comrak::html::{ChildRendering, Context, format_document_with_formatter, format_node_default};
use comrak::nodes::{NodeCodeBlock, NodeFootnoteReference, NodeLink, NodeValue};
use comrak::options::Plugins;
use comrak::{Node, arena_tree::NodeEdge};
use sha2::{Digest, Sha256};

use super::painter::Palette;
use super::parse::{Document, Group, Kind, options};
use super::progress::Progress;
use super::sanitize::Author;
use super::{highlight, sanitize, tags};

/// Blocks nested deeper than this are shown as the text they are.
const MAX_DEPTH: usize = 100;

/// Longer addresses are not links, longer titles not shown. In bytes.
const LONGEST_URL: usize = 4096;

type Outcome = Result<ChildRendering, fmt::Error>;

/// How footnotes are written.
pub enum Footnotes {
    /// As links, every id beginning with this.
    Linked(String),
    /// As they are in the source.
    Literal,
    /// As marks that stand for them, see [`Footnotes::cited`].
    Cited,
}

/// Stand before and after the name of a footnote and how often it was referred to: no text may have them.
pub const MARKS: [char; 2] = ['\u{fdd0}', '\u{fdd1}'];

impl Footnotes {
    /// Linked footnotes with ids of their own for each `source`; hashed only `if_any`.
    pub fn linked(source: &str, if_any: bool) -> Self {
        let digest = if if_any { Sha256::digest(source.as_bytes()).to_vec() } else { Vec::new() };
        let hash: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Self::Linked(format!("{}{hash}-", sanitize::ID_PREFIX))
    }

    /// Puts what `cite` makes of each reference, by the name of its footnote and from 1 how often that was referred to, in
    /// the place of its mark.
    pub fn cited(html: &str, cite: &dyn Fn(&str, usize) -> String) -> String {
        let mut out = String::with_capacity(html.len() * 2);
        let [before, after] = MARKS;
        for (place, part) in html.split(before).enumerate() {
            let Some((reference, rest)) = part.split_once(after).filter(|_| place > 0) else {
                out.push_str(part);
                continue;
            };
            let (name, nth) = reference.rsplit_once(' ').unwrap_or((reference, "1"));
            out.push_str(&cite(name, nth.parse().unwrap_or(1)));
            out.push_str(rest);
        }
        out
    }
}

/// A top-level block as HTML.
pub fn group(
    group: &Group<'_, '_>,
    author: Author,
    footnotes: &Footnotes,
    progress: &mut Progress,
    palette: &mut Palette,
) -> String {
    let writer = Writer { author, footnotes, progress, palette, links: 0, raw: 0, backlinks: String::new() };
    sanitize::clean(&nodes(&group.nodes, group.source, writer), author)
}

/// The footnotes of a whole text, as its last block; empty when there are none.
pub fn footnotes(document: &Document<'_, '_>, footnotes: &Footnotes, progress: &mut Progress) -> String {
    if !document.has_footnotes() {
        return String::new();
    }
    let Footnotes::Linked(prefix) = footnotes else { return String::new() };
    let mut html = String::from("<section class=\"footnotes\"><ol>");
    for (number, note) in (1..).zip(document.footnotes()) {
        let backlinks = backlinks(prefix, number, note);
        let writer = Writer {
            author: Author::Anybody,
            footnotes,
            progress: &mut *progress,
            palette: &mut Palette::default(),
            links: 0,
            raw: 0,
            backlinks,
        };
        let note = sanitize::clean(&nodes(&[*note], "", writer), Author::Anybody);
        html.push_str(&format!("<li id=\"{prefix}{number}\">{note}</li>\n"));
    }
    html.push_str("</ol></section>\n");
    sanitize::clean(&html, Author::Anybody)
}

/// Links from a footnote to where it is referred to, at most a few.
fn backlinks(prefix: &str, number: usize, note: Node<'_>) -> String {
    let references = match &note.data().value {
        NodeValue::FootnoteDefinition(note) => note.total_references.min(9),
        _ => 0,
    };
    let link = |nth| format!(" <a class=\"back\" href=\"#{prefix}{number}-{nth}\">↩</a>");
    (1..=references).map(link).collect()
}

fn nodes(nodes: &[Node<'_>], source: &str, mut writer: Writer<'_>) -> String {
    if nodes.iter().any(|node| depth(node) > MAX_DEPTH) {
        return as_code(source);
    }
    let mut html = String::with_capacity(source.len() * 2);
    let (options, plugins) = (options(Kind::Whole), Plugins::default());
    for node in nodes {
        match format_document_with_formatter(node, &options, &mut html, &plugins, format, writer) {
            Ok(next) => writer = next,
            Err(fmt::Error) => return as_code(source),
        }
    }
    html.push_str(&writer.backlinks);
    html
}

fn depth(node: Node<'_>) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for edge in node.traverse() {
        match edge {
            NodeEdge::Start(_) => depth += 1,
            NodeEdge::End(_) => depth -= 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// A text as it is.
pub fn verbatim(source: &str) -> String {
    sanitize::clean(&as_code(source), Author::Anybody)
}

fn as_code(source: &str) -> String {
    let mut html = String::new();
    figure(&mut html, "", source.trim_end(), &mut 0, &mut Palette::default());
    html
}

fn figure(html: &mut String, language: &str, code: &str, budget: &mut usize, palette: &mut Palette) {
    let known = |c: char| c.is_ascii_alphanumeric() || "+-#._".contains(c);
    let language: String = language.chars().take_while(|c| known(*c)).take(32).collect();
    let attribute = if language.is_empty() { String::new() } else { format!(" data-lang=\"{language}\"") };
    html.push_str(&format!(
        "<figure class=\"code\"{attribute}><figcaption>{language}</figcaption><pre tabindex=\"0\"><code>"
    ));
    highlight::write(html, &language, code, budget, palette);
    html.push_str("</code></pre></figure>\n");
}

struct Writer<'w> {
    author: Author,
    footnotes: &'w Footnotes,
    progress: &'w mut Progress,
    palette: &'w mut Palette,
    links: usize,
    raw: usize,
    /// What the last paragraph of a footnote still has to say.
    backlinks: String,
}

fn format(context: &mut Context<'_, '_, Writer<'_>>, node: Node<'_>, entering: bool) -> Outcome {
    match &node.data().value {
        NodeValue::Heading(heading) => write_heading(context, heading.level, entering)?,
        NodeValue::CodeBlock(block) => write_code(context, block, entering)?,
        NodeValue::HtmlBlock(block) => write_html_block(context, &block.literal, entering)?,
        NodeValue::HtmlInline(raw) if entering => {
            let html = tags::escape_unknown(raw, &mut context.user.raw);
            context.write_str(&html)?;
        }
        NodeValue::HtmlInline(_) => {}
        NodeValue::Link(link) | NodeValue::Image(link) => write_link(context, node, link, entering)?,
        NodeValue::Strikethrough if !is_double(node) => context.write_str("~")?,
        NodeValue::TaskItem(task) => {
            let mark = if task.symbol.is_some() { "☑" } else { "☐" };
            context.write_str(&if entering {
                format!("<li class=\"task\">{mark} ")
            } else {
                "</li>\n".to_owned()
            })?;
        }
        NodeValue::Table(_) => return write_table(context, node, entering),
        NodeValue::TableCell if is_empty_header(node) => {
            context.write_str(if entering { "<td>" } else { "</td>" })?
        }
        NodeValue::FootnoteReference(reference) if entering => write_reference(context, reference)?,
        NodeValue::FootnoteReference(_) => {}
        NodeValue::FootnoteDefinition(note) => write_footnote(context, &note.name, entering)?,
        NodeValue::Paragraph if is_in_footnote(node) => write_footnote_paragraph(context, node, entering)?,
        _ => return format_node_default(context, node, entering),
    }
    Ok(ChildRendering::HTML)
}

fn write_heading(context: &mut Context<'_, '_, Writer<'_>>, level: u8, entering: bool) -> fmt::Result {
    if entering {
        let shown = context.user.progress.heading(level);
        return write!(context, "<h{shown}>");
    }
    let shown = context.user.progress.current_heading();
    writeln!(context, "</h{shown}>")
}

fn write_code(
    context: &mut Context<'_, '_, Writer<'_>>,
    block: &NodeCodeBlock,
    entering: bool,
) -> fmt::Result {
    if !entering {
        return Ok(());
    }
    let mut html = String::with_capacity(block.literal.len() * 2);
    let language = block.info.split_whitespace().next().unwrap_or_default();
    figure(&mut html, language, &block.literal, &mut context.user.progress.highlight, context.user.palette);
    context.write_str(&html)
}

fn write_html_block(context: &mut Context<'_, '_, Writer<'_>>, raw: &str, entering: bool) -> fmt::Result {
    if !entering {
        return Ok(());
    }
    let html = tags::escape_unknown(raw, &mut context.user.raw);
    let is_block = ["<details", "</details", "<summary", "</summary"].iter().any(|tag| html.contains(tag));
    match html.trim() {
        "" => Ok(()),
        html if is_block => writeln!(context, "{html}"),
        html => writeln!(context, "<p>{html}</p>"),
    }
}

/// A link, or an image as a link: nothing is loaded from elsewhere because somebody reads a text. Links within
/// links, and links to what is not on the web, are their text.
fn write_link(
    context: &mut Context<'_, '_, Writer<'_>>,
    node: Node<'_>,
    link: &NodeLink,
    entering: bool,
) -> fmt::Result {
    let leads_somewhere =
        is_outside(&link.url) || (context.user.author == Author::Us && sanitize::is_own(&link.url));
    if !entering {
        context.user.links -= 1;
        return if context.user.links == 0 && leads_somewhere { context.write_str("</a>") } else { Ok(()) };
    }
    context.user.links += 1;
    if context.user.links > 1 || !leads_somewhere {
        return Ok(());
    }
    context.write_str("<a href=\"")?;
    context.escape_href(&link.url)?;
    if (1..=LONGEST_URL).contains(&link.title.len()) {
        context.write_str("\" title=\"")?;
        context.escape(&link.title)?;
    }
    context.write_str("\">")?;
    if has_text(node) { Ok(()) } else { context.escape(&link.url) }
}

fn is_outside(url: &str) -> bool {
    if url.len() > LONGEST_URL {
        return false;
    }
    url.split_once(':')
        .is_some_and(|(scheme, _)| sanitize::SCHEMES.iter().any(|safe| scheme.eq_ignore_ascii_case(safe)))
}

fn has_text(node: Node<'_>) -> bool {
    node.descendants().any(|inner| match &inner.data().value {
        NodeValue::Text(text) => !text.trim().is_empty(),
        NodeValue::Code(code) => !code.literal.trim().is_empty(),
        _ => false,
    })
}

/// Whether a deletion is written `~~so~~`; `~so~` is shown as it is, for ranges are written that way: 10~20.
fn is_double(node: Node<'_>) -> bool {
    let start = node.data().sourcepos.start;
    node.first_child().is_none_or(|child| child.data().sourcepos.start.column != start.column + 1)
}

fn write_table(context: &mut Context<'_, '_, Writer<'_>>, node: Node<'_>, entering: bool) -> Outcome {
    if entering {
        context.write_str("<div class=\"table\" tabindex=\"0\">")?;
        return format_node_default(context, node, entering);
    }
    let children = format_node_default(context, node, entering)?;
    context.write_str("</div>\n")?;
    Ok(children)
}

fn is_empty_header(cell: Node<'_>) -> bool {
    let in_header = cell.parent().is_some_and(|row| matches!(row.data().value, NodeValue::TableRow(true)));
    in_header && cell.first_child().is_none()
}

fn write_reference(
    context: &mut Context<'_, '_, Writer<'_>>,
    reference: &NodeFootnoteReference,
) -> fmt::Result {
    let NodeFootnoteReference { name, ref_num, ix, .. } = reference;
    match context.user.footnotes {
        Footnotes::Literal => {
            context.write_str("[^")?;
            context.escape(name)?;
            context.write_str("]")
        }
        Footnotes::Cited => {
            let [before, after] = MARKS;
            context.write_str(&before.to_string())?;
            context.escape(name)?;
            write!(context, " {ref_num}{after}")
        }
        Footnotes::Linked(prefix) => {
            write!(
                context,
                "<sup class=\"footnote\"><a href=\"#{prefix}{ix}\" id=\"{prefix}{ix}-{ref_num}\">{ix}</a></sup>"
            )
        }
    }
}

/// A definition: its blocks where it was taken out to the end, itself where it stays in place.
fn write_footnote(context: &mut Context<'_, '_, Writer<'_>>, name: &str, entering: bool) -> fmt::Result {
    match context.user.footnotes {
        Footnotes::Linked(_) | Footnotes::Cited => Ok(()),
        Footnotes::Literal if entering => {
            context.write_str("<section class=\"footnotes\"><p>[^")?;
            context.escape(name)?;
            context.write_str("]</p>\n")
        }
        Footnotes::Literal => context.write_str("</section>\n"),
    }
}

fn is_in_footnote(paragraph: Node<'_>) -> bool {
    paragraph.parent().is_some_and(|parent| matches!(parent.data().value, NodeValue::FootnoteDefinition(_)))
}

fn write_footnote_paragraph(
    context: &mut Context<'_, '_, Writer<'_>>,
    paragraph: Node<'_>,
    entering: bool,
) -> fmt::Result {
    if entering {
        return context.write_str("<p>");
    }
    if paragraph.next_sibling().is_none() {
        let backlinks = std::mem::take(&mut context.user.backlinks);
        context.write_str(&backlinks)?;
    }
    context.write_str("</p>\n")
}
