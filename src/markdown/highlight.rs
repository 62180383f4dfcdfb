//! Source code to HTML, in colour where that is affordable; it knows the classes of a stylesheet and nothing of Markdown.

use super::painter::Palette;
use super::syntaxes;
use super::text::escape;

/// Code beyond this many bytes, in all blocks of a text together, stays plain: painting takes some 5 µs for each.
pub const BUDGET: usize = 32 * 1024;

/// Blocks with a longer line stay plain: the time a line takes grows faster than its length.
const LONGEST_LINE: usize = 2 * 1024;

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
