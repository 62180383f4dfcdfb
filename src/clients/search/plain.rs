//! Plain text out of the pieces of HTML that sources put into titles and snippets.

use super::Hit;

/// A hit whose title and snippet came as HTML.
pub fn hit(title: &str, url: String, snippet: Option<&str>) -> Hit {
    Hit { title: text_of(title), url, snippet: text_of(snippet.unwrap_or_default()) }
}

/// The text of a piece of HTML in one line, without tags and entities.
pub fn text_of(html: &str) -> String {
    one_line(&dom_query::Document::fragment(html).text())
}

/// Text with all white space made single blanks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_entities_are_gone_and_blanks_single() {
        assert_eq!(
            text_of("the <span class=\"x\">Roman</span> law &amp;\n its  sources"),
            "the Roman law & its sources"
        );
        assert_eq!(text_of("1 &lt; 2"), "1 < 2");
        assert_eq!(text_of("<script>alert(1)</script>"), "alert(1)", "text, never markup");
    }
}
