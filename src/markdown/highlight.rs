//! Source code to HTML, in colour where that is affordable; it knows the classes of a stylesheet and nothing of Markdown.

use std::sync::LazyLock;

use syntect::parsing::{Scope, ScopeStack};

use super::painter::Palette;
use super::syntaxes;

/// Code beyond this many bytes, in all blocks of a text together, stays plain: painting takes some 5 µs for each.
pub const BUDGET: usize = 32 * 1024;

/// Blocks with a longer line stay plain: the time a line takes grows faster than its length.
const LONGEST_LINE: usize = 2 * 1024;

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

/// Appends `code` as escaped HTML, in colour when the language is known and `budget` (bytes of code) allows.
pub fn write(out: &mut String, language: &str, code: &str, budget: &mut usize, palette: &mut Palette) {
    let affordable = code.len() <= *budget && code.lines().all(|line| line.len() <= LONGEST_LINE);
    let syntax =
        Some(language).filter(|language| affordable && !language.is_empty()).and_then(syntaxes::fit_for);
    let coloured = syntax.and_then(|(set, name)| palette.paint(&set, &name, code));
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

/// What the innermost of the scopes says that says anything.
pub fn class_of(scopes: &ScopeStack) -> Option<Class> {
    let rule = |scope: &Scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
    scopes.as_slice().iter().rev().find_map(rule).and_then(|(_, class)| *class)
}

impl Class {
    /// The CSS class.
    pub fn name(self) -> char {
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
        write(&mut out, language, code, &mut BUDGET.clone(), &mut Palette::default());
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
    fn code_beyond_the_budget_stays_plain_and_costs_nothing() {
        let (mut out, mut budget) = (String::new(), 10);
        write(&mut out, "rust", "fn main() {}", &mut budget, &mut Palette::default());
        assert_eq!((out.as_str(), budget), ("fn main() {}", 10));
        write(&mut out, "rust", "fn a() {}", &mut budget, &mut Palette::default());
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
