//! Code painted line by line, so that code which grows need not be painted again; it knows one syntax at a time.

use std::fmt::Write;

use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

use super::classes::{Class, class_of};
use super::text::escape;

/// Code whose HTML is more than `HTML_FACTOR` times as long (and longer than `HTML_FLOOR` bytes) stays plain: what is all marks
/// was not written by a person.
const HTML_FACTOR: usize = 7;
const HTML_FLOOR: usize = 4 * 1024;

/// Code that was painted before, so that code which only grew is painted on rather than anew.
#[derive(Default)]
pub struct Palette {
    painters: Vec<Painter>,
}

impl Palette {
    /// How many blocks of code are remembered: those of one open list, say.
    const SIZE: usize = 16;

    /// `code` in the syntax called `name`, as HTML. The last line is painted each time, for it may still grow.
    pub fn paint(&mut self, set: &SyntaxSet, name: &str, code: &str) -> Option<String> {
        let mut painter =
            self.take(name, code).or_else(|| Some(Painter::new(set.find_syntax_by_name(name)?)))?;
        let whole_lines = code.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
        for line in code.get(painter.code.len()..whole_lines).unwrap_or_default().split_inclusive('\n') {
            painter.line(set, line)?;
        }
        let mut last = painter.clone();
        for line in code.get(painter.code.len()..)?.split_inclusive('\n') {
            last.line(set, line)?;
        }
        self.painters.truncate(Self::SIZE - 1);
        self.painters.insert(0, painter);
        last.spans.close();
        Some(last.spans.html)
    }

    fn take(&mut self, name: &str, code: &str) -> Option<Painter> {
        let began = |painter: &Painter| painter.syntax == name && code.starts_with(&painter.code);
        let longest = self.painters.iter().enumerate().filter(|(_, painter)| began(painter));
        let (at, _) = longest.max_by_key(|(_, painter)| painter.code.len())?;
        Some(self.painters.remove(at))
    }
}

#[derive(Clone)]
struct Painter {
    syntax: String,
    code: String,
    state: ParseState,
    scopes: ScopeStack,
    spans: Spans,
}

impl Painter {
    fn new(syntax: &SyntaxReference) -> Self {
        let (state, scopes) = (ParseState::new(syntax), ScopeStack::new());
        Self { syntax: syntax.name.clone(), code: String::new(), state, scopes, spans: Spans::default() }
    }

    /// Paints a line, unless that gets out of hand.
    fn line(&mut self, set: &SyntaxSet, line: &str) -> Option<()> {
        let mut done = 0;
        for (at, change) in self.state.parse_line(line, set).ok()? {
            self.spans.put(class_of(&self.scopes), line.get(done..at)?);
            done = at;
            self.scopes.apply(&change).ok()?;
        }
        self.spans.put(class_of(&self.scopes), line.get(done..)?);
        self.code.push_str(line);
        (self.spans.html.len() <= HTML_FLOOR + self.code.len() * HTML_FACTOR).then_some(())
    }
}

/// Spans as they are written, neighbours of one class joined, blanks belonging to whatever is open.
#[derive(Clone, Default)]
struct Spans {
    html: String,
    open: Option<Class>,
}

impl Spans {
    fn put(&mut self, class: Option<Class>, text: &str) {
        if text.is_empty() {
            return;
        }
        let is_blank = text.chars().all(char::is_whitespace);
        if class != self.open && !is_blank {
            self.close();
            if let Some(class) = class {
                let _ = write!(self.html, "<span class=\"{}\">", class.name());
            }
            self.open = class;
        }
        escape(&mut self.html, text);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::highlight::{BUDGET, write};

    fn html(code: &str) -> String {
        let mut out = String::new();
        write(&mut out, "rust", code, &mut BUDGET.clone(), &mut Palette::default());
        out
    }

    #[test]
    fn code_that_grows_looks_like_code_that_is_there() {
        let code = "/* one\ntwo */ fn main() {\n    \"three\n four\";\n}\n\n// 五\n\n";
        let (mut palette, mut other) = (Palette::default(), Palette::default());
        for (end, _) in code.char_indices() {
            let so_far = &code[..end];
            let mut out = String::new();
            write(&mut out, "rust", so_far, &mut BUDGET.clone(), &mut palette);
            assert_eq!(out, html(so_far));
            write(&mut out, "js", so_far, &mut BUDGET.clone(), &mut other);
            write(&mut out, "rust", "// something else\n//", &mut BUDGET.clone(), &mut palette);
        }
    }

    #[test]
    fn code_that_is_all_marks_stays_plain() {
        assert!(!html(&"a<b<(a<b<(a<b<(\n".repeat(1000)).contains("<span"));
        assert!(html(&"let a = 1;\n".repeat(1000)).contains("<span"));
    }
}
