//! The last word on every piece of HTML: an allow list applied after rendering; it knows nothing of Markdown and trusts
//! nothing that was written before it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// What ids and same-page links begin with, so that no text can collide with the ids of the page around it.
pub const ID_PREFIX: &str = "fn-";

/// Where links may lead, besides footnotes of the same text.
pub const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

const TAGS: [&str; 41] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "details",
    "div",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Who wrote a text, which decides where its links may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// People and models: out of this server, or to footnotes of the same text.
    Anybody,
    /// Ourselves: to pages of this server as well.
    Us,
}

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| policy(Author::Anybody));
static OUR_POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| policy(Author::Us));

/// Text longer than this is broken up.
const LONG_TEXT: usize = 8 * 1024;

/// `html` with everything removed that is not on the list. Unclosed elements are closed.
pub fn clean(html: &str, author: Author) -> String {
    let policy = match author {
        Author::Anybody => &POLICY,
        Author::Us => &OUR_POLICY,
    };
    if html.len() <= LONG_TEXT {
        return policy.clean(html).to_string();
    }
    policy.clean(&break_up(html)).to_string()
}

/// Puts empty comments, which the policy takes out again, into long text: the serializer behind it takes time that grows
/// with the square of a text's length when the text is full of `&`.
fn break_up(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 512);
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tag) = rest.split_at_checked(rest.find('<').unwrap_or(rest.len())).unwrap_or((rest, ""));
        push_broken(&mut out, text);
        let end = tag.find('>').map_or(tag.len(), |at| at + 1);
        let (tag, after) = tag.split_at_checked(end).unwrap_or((tag, ""));
        out.push_str(tag);
        rest = after;
    }
    out
}

fn push_broken(out: &mut String, mut text: &str) {
    while text.len() > LONG_TEXT {
        let window = text.get(..text.floor_char_boundary(LONG_TEXT)).unwrap_or(text);
        let outside_entities = window.rfind(['&', ' ', '\n']).filter(|at| *at > 0).unwrap_or(window.len());
        let (piece, after) = text.split_at_checked(outside_entities).unwrap_or((text, ""));
        out.push_str(piece);
        out.push_str("<!---->");
        text = after;
    }
    out.push_str(text);
}

fn policy(author: Author) -> Builder<'static> {
    let mut policy = Builder::empty();
    policy
        .tags(HashSet::from(TAGS))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title", "id"])),
            ("details", HashSet::from(["open"])),
            ("figure", HashSet::from(["data-lang"])),
            ("li", HashSet::from(["id"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .tag_attribute_values(HashMap::from([
            ("div", HashMap::from([("tabindex", HashSet::from(["0"]))])),
            ("pre", HashMap::from([("tabindex", HashSet::from(["0"]))])),
            ("td", HashMap::from([("align", HashSet::from(["left", "center", "right"]))])),
            ("th", HashMap::from([("align", HashSet::from(["left", "center", "right"]))])),
        ]))
        .allowed_classes(HashMap::from([
            ("a", HashSet::from(["back"])),
            ("div", HashSet::from(["table"])),
            ("figure", HashSet::from(["code"])),
            ("li", HashSet::from(["task"])),
            ("section", HashSet::from(["footnotes"])),
            ("span", HashSet::from(["c", "f", "k", "n", "o", "s", "t"])),
            ("sup", HashSet::from(["footnote"])),
        ]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(match author {
            Author::Anybody => UrlRelative::Custom(Box::new(footnote_link)),
            Author::Us => UrlRelative::Custom(Box::new(own_link)),
        })
        .attribute_filter(|_, attribute, value| {
            (attribute != "id" || value.starts_with(ID_PREFIX)).then_some(Cow::Borrowed(value))
        })
        .strip_comments(true)
        .link_rel((author == Author::Anybody).then_some("noopener noreferrer nofollow ugc"));
    policy
}

fn footnote_link(url: &str) -> Option<Cow<'_, str>> {
    url.strip_prefix('#').is_some_and(|id| id.starts_with(ID_PREFIX)).then_some(Cow::Borrowed(url))
}

fn own_link(url: &str) -> Option<Cow<'_, str>> {
    is_own(url).then_some(Cow::Borrowed(url))
}

/// Whether an address is a path of this server or a place on the same page.
pub fn is_own(url: &str) -> bool {
    url.starts_with('#') || (url.starts_with('/') && !url.starts_with("//") && !url.contains('\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(html: &str) -> String {
        super::clean(html, Author::Anybody)
    }

    #[test]
    fn scripts_styles_and_handlers_do_not_pass() {
        for hostile in [
            "<script>alert(1)</script>",
            "<style>*{display:none}</style>",
            "<img src=x onerror=alert(1)>",
            "<svg><script>alert(1)</script></svg>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<form action=/logout><input name=x></form>",
            "<base href=//evil.example>",
        ] {
            assert!(!clean(hostile).contains('<'), "{hostile} became {}", clean(hostile));
        }
    }

    #[test]
    fn links_lead_out_or_to_a_footnote_and_nowhere_else() {
        for url in [
            "javascript:alert(1)",
            "java\tscript:x",
            "data:text/html,x",
            "//evil.example",
            "/logout",
            "#main",
        ] {
            assert!(!clean(&format!("<a href=\"{url}\">x</a>")).contains("href"), "{url}");
        }
        let outside = clean("<a href=\"https://example.org/\" target=\"_blank\">x</a>");
        assert_eq!(
            outside,
            "<a href=\"https://example.org/\" rel=\"noopener noreferrer nofollow ugc\">x</a>"
        );
        assert!(clean("<a href=\"#fn-1\">x</a>").contains("href=\"#fn-1\""));
    }

    #[test]
    fn our_own_links_may_stay_here_and_run_nothing() {
        let ours = |url: &str| super::clean(&format!("<a href=\"{url}\">x</a>"), Author::Us);
        assert_eq!(ours("/settings/tokens"), "<a href=\"/settings/tokens\">x</a>");
        assert_eq!(ours("#lists"), "<a href=\"#lists\">x</a>");
        for url in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example"] {
            assert!(!ours(url).contains("href"), "{url}");
        }
    }

    #[test]
    fn long_text_is_what_it_was() {
        for unit in ["&amp;", "é·", "a &lt; b\n", "x", "<b>&amp;</b>", "&amp;".repeat(5000).as_str()] {
            let html = unit.repeat(30_000 / unit.len() + 2);
            assert_eq!(clean(&html), html, "{unit}");
        }
    }

    #[test]
    fn only_our_own_ids_and_classes_survive() {
        assert_eq!(clean("<li id=\"config\">x</li>"), "<li>x</li>");
        assert_eq!(clean("<li id=\"fn-1\">x</li>"), "<li id=\"fn-1\">x</li>");
        assert_eq!(clean("<span class=\"k evil\" style=\"x\">y</span>"), "<span class=\"k\">y</span>");
    }
}
