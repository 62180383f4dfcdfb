//! Source code to spans of a few classes; it knows languages by the names people write on fences and nothing of Markdown.

use std::fmt::Write;
use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// Code beyond this many bytes, in one block or in all blocks of a text together, stays plain.
pub const BUDGET: usize = 64 * 1024;

/// Blocks with a longer line stay plain: the time a line takes grows faster than its length.
const LONGEST_LINE: usize = 2 * 1024;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// What a stretch of code is, each with the CSS class of its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `c`
    Comment,
    /// `f`
    Function,
    /// `k`, also the tags of markup
    Keyword,
    /// `n`
    Number,
    /// `o`
    Operator,
    /// `s`, also what a diff adds
    String,
    /// `t`, also the attributes and headings of markup
    Type,
}

/// Which scopes get which class; the first that fits the innermost scope wins.
static CLASSES: LazyLock<Vec<(Scope, Option<Class>)>> = LazyLock::new(|| {
    let rules = [
        ("comment", Some(Class::Comment)),
        ("constant.numeric", Some(Class::Number)),
        ("constant.language", Some(Class::Keyword)),
        ("constant.character", Some(Class::String)),
        ("string", Some(Class::String)),
        ("keyword.operator", Some(Class::Operator)),
        ("keyword", Some(Class::Keyword)),
        ("storage", Some(Class::Keyword)),
        ("variable.language", Some(Class::Keyword)),
        ("variable.function", Some(Class::Function)),
        ("entity.name.function", Some(Class::Function)),
        ("support.function", Some(Class::Function)),
        ("entity.name.tag", Some(Class::Keyword)),
        ("entity.name", Some(Class::Type)),
        ("entity.other.inherited-class", Some(Class::Type)),
        ("entity.other.attribute-name", Some(Class::Type)),
        ("support.type.property-name", Some(Class::Type)),
        ("support.class", Some(Class::Type)),
        ("support.type", Some(Class::Type)),
        ("markup.inserted", Some(Class::String)),
        ("markup.deleted", Some(Class::Comment)),
        ("meta.interpolation", None),
        ("source", None),
    ];
    rules.into_iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, class))).collect()
});

/// Loads the syntaxes now rather than at the first block of code.
pub fn warm_up() {
    LazyLock::force(&SYNTAXES);
    LazyLock::force(&CLASSES);
}

/// Appends `code` as escaped HTML, in colour when the language is known and `budget` (bytes of code) allows.
pub fn write(out: &mut String, language: &str, code: &str, budget: &mut usize) {
    let affordable = code.len() <= *budget && code.lines().all(|line| line.len() <= LONGEST_LINE);
    let coloured = find(language).filter(|_| affordable).and_then(|syntax| spans(syntax, code));
    match coloured {
        Some(html) => {
            *budget -= code.len();
            out.push_str(&html);
        }
        None => escape(out, code),
    }
}

/// Appends text with the characters escaped that mean something in HTML, attribute values included.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
}

fn find(language: &str) -> Option<&'static SyntaxReference> {
    if language.is_empty() {
        return None;
    }
    let name = language.to_ascii_lowercase();
    SYNTAXES.find_syntax_by_token(relative(&name)).filter(|syntax| syntax.name != "Plain Text")
}

/// The bundled syntax nearest to a language that is not bundled.
fn relative(name: &str) -> &str {
    match name {
        "typescript" | "ts" | "tsx" | "jsx" | "mjs" | "cjs" | "mts" | "javascriptreact" => "js",
        "c#" | "csharp" => "cs",
        "kotlin" | "kt" | "kts" | "swift" | "dart" => "java",
        "toml" | "ini" | "conf" | "cfg" | "env" | "dotenv" => "properties",
        "dockerfile" | "docker" | "console" | "shell" | "shellsession" | "fish" | "ps1" | "powershell" => {
            "bash"
        }
        "vue" | "svelte" | "astro" => "html",
        "json5" | "jsonc" | "jsonl" | "ndjson" => "json",
        "golang" => "go",
        "postgres" | "postgresql" | "sqlite" | "mysql" | "plsql" => "sql",
        "zig" | "cuda" | "glsl" | "hlsl" | "wgsl" => "cpp",
        "cmake" | "mk" => "makefile",
        "elisp" | "scheme" | "racket" => "lisp",
        "patch" => "diff",
        _ => name,
    }
}

fn spans(syntax: &SyntaxReference, code: &str) -> Option<String> {
    let mut state = ParseState::new(syntax);
    let mut spans = Spans { html: String::with_capacity(code.len() * 2), open: None };
    let mut scopes = ScopeStack::new();
    for line in code.split_inclusive('\n') {
        let mut done = 0;
        for (at, change) in state.parse_line(line, &SYNTAXES).ok()? {
            spans.put(class_of(&scopes), line.get(done..at)?);
            done = at;
            scopes.apply(&change).ok()?;
        }
        spans.put(class_of(&scopes), line.get(done..)?);
    }
    Some(spans.finish())
}

fn class_of(scopes: &ScopeStack) -> Option<Class> {
    let rule = |scope: &Scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
    scopes.as_slice().iter().rev().find_map(rule).and_then(|(_, class)| *class)
}

/// Spans as they are written, neighbours of one class joined, blanks belonging to whatever is open.
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

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}

impl Class {
    fn name(self) -> char {
        match self {
            Self::Comment => 'c',
            Self::Function => 'f',
            Self::Keyword => 'k',
            Self::Number => 'n',
            Self::Operator => 'o',
            Self::String => 's',
            Self::Type => 't',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(language: &str, code: &str) -> String {
        let mut out = String::new();
        write(&mut out, language, code, &mut BUDGET.clone());
        out
    }

    #[test]
    fn rust_gets_its_classes() {
        let html = html("rust", "fn main() { let x = \"<a>\"; } // 1\n");
        assert!(html.contains("<span class=\"k\">fn </span>"), "{html}");
        assert!(html.contains("<span class=\"f\">main</span>"), "{html}");
        assert!(html.contains("<span class=\"s\">&quot;&lt;a&gt;&quot;</span>"), "{html}");
        assert!(html.contains("<span class=\"c\">// 1"), "{html}");
    }

    #[test]
    fn an_unknown_language_stays_plain() {
        assert_eq!(html("brainfuck", "+[<]>"), "+[&lt;]&gt;");
        assert_eq!(html("", "fn x"), "fn x");
    }

    #[test]
    fn languages_that_are_not_bundled_borrow_a_relative() {
        for name in [
            "typescript",
            "tsx",
            "kotlin",
            "swift",
            "toml",
            "dockerfile",
            "vue",
            "jsonc",
            "c#",
            "cs",
            "csharp",
            "python",
            "py",
            "bash",
            "sh",
            "zsh",
            "shell",
            "sql",
            "go",
            "golang",
            "rust",
            "rs",
            "c++",
            "cpp",
            "html",
            "css",
            "yaml",
            "xml",
            "diff",
            "php",
            "ruby",
            "perl",
            "lua",
            "r",
            "haskell",
            "scala",
            "java",
            "javascript",
            "makefile",
            "cmake",
            "markdown",
            "latex",
            "objective-c",
            "powershell",
            "lisp",
            "clojure",
            "erlang",
            "groovy",
            "zig",
        ] {
            assert!(find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn code_beyond_the_budget_stays_plain_and_costs_nothing() {
        let (mut out, mut budget) = (String::new(), 10);
        write(&mut out, "rust", "fn main() {}", &mut budget);
        assert_eq!((out.as_str(), budget), ("fn main() {}", 10));
        write(&mut out, "rust", "fn a() {}", &mut budget);
        assert_eq!(budget, 1);
    }

    #[test]
    fn the_text_of_highlighted_code_is_the_code() {
        let code = "def f(x):\n\t\"\"\"多行\n  字符串 🎉\"\"\"\n  return x < 3 & y  # 注释\n";
        let html = html("python", code);
        let text = scraper::Html::parse_fragment(&html).root_element().text().collect::<String>();
        assert_eq!(text, code);
    }
}
