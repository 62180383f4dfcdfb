//! What an artifact holds, as HTML, a table or a picture. Pages are shown as their source alone, and drawings also as
//! an image, in which browsers run and fetch nothing: neither ever acts as a page of ours.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::markdown::{Cache, fenced};
use crate::models::artifact::ArtifactKind;

/// Most rows of a table that are shown.
const ROWS: usize = 500;
/// Most columns of a table that are shown.
const COLUMNS: usize = 100;

/// By how many bytes JSON of any length may grow when it is indented.
const INDENTED: usize = 64 * 1024;

/// Largest drawing that is shown as a picture, in bytes.
const DRAWING: usize = 256 * 1024;

/// Content, ready for display.
pub enum Shown {
    /// Writing, as safe HTML.
    Writing(Arc<str>),
    /// The source of something, as safe HTML.
    Source(Arc<str>),
    /// A drawing.
    Drawing {
        /// The address of an image that holds all of it.
        picture: String,
        /// Its source, as safe HTML.
        source: Arc<str>,
    },
    /// A table: its first row is the head.
    Table {
        /// The first row.
        head: Vec<String>,
        /// The others.
        rows: Vec<Vec<String>>,
        /// Whether there are more rows or columns.
        cut: bool,
    },
}

/// How that content is shown.
pub fn shown(kind: ArtifactKind, language: Option<&str>, content: &str, markdown: &Cache) -> Shown {
    let coloured = |content: &str| markdown.render(&in_markdown(kind, language, content));
    let source = |content: &str| Shown::Source(coloured(content));
    match kind {
        ArtifactKind::Markdown => Shown::Writing(markdown.render(content)),
        ArtifactKind::Svg => match picture(content) {
            Some(picture) => Shown::Drawing { picture, source: coloured(content) },
            None => source(content),
        },
        ArtifactKind::Json => source(&indented(content)),
        ArtifactKind::Csv => table(content).unwrap_or_else(|| source(content)),
        ArtifactKind::Code | ArtifactKind::Html | ArtifactKind::Text => source(content),
    }
}

/// The same content as Markdown: writing as it is, anything else as a block of code in its language.
pub fn in_markdown(kind: ArtifactKind, language: Option<&str>, content: &str) -> String {
    let language = match kind {
        ArtifactKind::Markdown => return content.to_owned(),
        ArtifactKind::Code => language.unwrap_or_default(),
        ArtifactKind::Html => "html",
        ArtifactKind::Svg => "xml",
        ArtifactKind::Json => "json",
        ArtifactKind::Csv => "csv",
        ArtifactKind::Text => "",
    };
    fenced(language, content)
}

/// Without the name of its language no browser takes a file for a drawing.
fn picture(content: &str) -> Option<String> {
    let drawn = content.len() <= DRAWING && content.contains("http://www.w3.org/2000/svg");
    drawn.then(|| format!("data:image/svg+xml;base64,{}", STANDARD.encode(content)))
}

fn table(content: &str) -> Option<Shown> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content.as_bytes());
    let (mut rows, mut wide) = (Vec::new(), false);
    for record in reader.records().take(ROWS + 2) {
        let record = record.ok()?;
        wide |= record.len() > COLUMNS;
        rows.push(record.iter().take(COLUMNS).map(str::to_owned).collect::<Vec<_>>());
    }
    if rows.is_empty() {
        return None;
    }
    let head = rows.remove(0);
    let cut = wide || rows.len() > ROWS;
    rows.truncate(ROWS);
    Some(Shown::Table { head, rows, cut })
}

/// JSON line by line, each number and name to the letter; what is none stays as it is, and so does what would grow
/// beyond twice its length and [`INDENTED`]: all brackets were not written to be read.
fn indented(content: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(content).is_err() {
        return content.to_owned();
    }
    let most = content.len() * 2 + INDENTED;
    let mut out = String::with_capacity(content.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in content.chars() {
        if out.len() > most {
            return content.to_owned();
        }
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '{' | '[' => {
                depth += 1;
                out.push(c);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                match out.trim_end().ends_with(['{', '[']) {
                    true => out.truncate(out.trim_end().len()),
                    false => line(&mut out, depth),
                }
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_whitespace() => {}
            c => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    // Deeper than anybody reads: kept from growing with the square of the depth.
    out.extend(std::iter::repeat_n("  ", depth.min(32)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_indented_to_the_letter() {
        let text = r#"{"b":[1.50,{}],"a\"{":"x,\\"}"#;
        assert_eq!(indented(text), "{\n  \"b\": [\n    1.50,\n    {}\n  ],\n  \"a\\\"{\": \"x,\\\\\"\n}");
        assert_eq!(indented("{nope"), "{nope");
    }

    #[test]
    fn json_that_would_grow_many_times_over_stays_as_it_is() {
        let deep = "[".repeat(500_000) + &"]".repeat(500_000);
        assert!(indented(&deep) == deep);
        let plain = format!("[{}1]", "\"some words\",".repeat(50_000));
        assert!(indented(&plain).lines().count() > 50_000);
    }

    #[test]
    fn pages_and_drawings_are_only_text() {
        for kind in [ArtifactKind::Html, ArtifactKind::Svg, ArtifactKind::Text] {
            let text = "~~~~\n<script>alert(1)</script>";
            let Shown::Source(html) = shown(kind, None, text, &Cache::default()) else { panic!() };
            assert!(!html.contains("<script"), "{html}");
        }
    }

    #[test]
    fn a_drawing_is_an_image_beside_its_source() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        let Shown::Drawing { picture, source } = shown(ArtifactKind::Svg, None, svg, &Cache::default())
        else {
            panic!()
        };
        assert!(picture.starts_with("data:image/svg+xml;base64,") && !source.contains("<script"));
    }

    #[test]
    fn a_table_has_a_head_and_an_end() {
        let text = format!("a,\"b,c\"\n{}", "1,2\n".repeat(600));
        let shown = shown(ArtifactKind::Csv, None, &text, &Cache::default());
        let Shown::Table { head, rows, cut } = shown else { panic!() };
        assert_eq!((head, rows.len(), cut), (vec!["a".into(), "b,c".into()], ROWS, true));
    }

    #[test]
    fn a_table_is_no_wider_than_anybody_reads() {
        for (commas, cut) in [(COLUMNS - 1, false), (COLUMNS, true), (900_000, true)] {
            let text = format!("a\n{}\n", ",".repeat(commas));
            let shown = shown(ArtifactKind::Csv, None, &text, &Cache::default());
            let Shown::Table { rows, cut: was_cut, .. } = shown else { panic!() };
            assert_eq!((rows.concat().len(), was_cut), (COLUMNS, cut));
        }
    }
}
