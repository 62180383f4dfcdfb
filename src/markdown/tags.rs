//! Which HTML a Markdown text may contain: a handful of tags pass, everything else is shown as the text it is; it
//! knows nothing of the parser.

/// Tags that may be written in Markdown, without attributes (but for `<details open>`).
const ALLOWED: [&str; 16] = [
    "b", "br", "del", "details", "em", "i", "ins", "kbd", "mark", "s", "small", "strong", "sub", "summary",
    "sup", "u",
];

/// How many such tags may be open at once; deeper ones are shown as text.
const MAX_OPEN: usize = 16;

/// The longest tag that passes, in bytes: `<details open="">` and a space or two.
const MAX_LENGTH: usize = 24;

/// Raw HTML with allowed tags kept, comments dropped and every other `<` escaped.
///
/// `open` counts the tags left open so far in the same block.
pub fn escape_unknown(raw: &str, open: &mut usize) -> String {
    let mut out = String::with_capacity(raw.len() + 16);
    for piece in Pieces::of(raw) {
        match piece {
            Piece::Tag(tag) if tag.fits(open) => out.push_str(&tag.html()),
            Piece::Tag(tag) => out.push_str(&tag.html().replace('<', "&lt;")),
            Piece::Text(text) => out.push_str(text),
            Piece::LessThan => out.push_str("&lt;"),
        }
    }
    out
}

/// How many `<details>` a piece of raw HTML opens (positive) or closes (negative).
pub fn details_balance(raw: &str) -> isize {
    let change = |piece| match piece {
        Piece::Tag(tag) if tag.name == "details" => 1 - 2 * isize::from(tag.closing),
        _ => 0,
    };
    Pieces::of(raw).map(change).sum()
}

enum Piece<'a> {
    Text(&'a str),
    Tag(Tag),
    LessThan,
}

/// Raw HTML piece by piece, comments left out, in one pass.
struct Pieces<'a> {
    rest: &'a str,
    comments_end: bool,
}

impl<'a> Pieces<'a> {
    fn of(raw: &'a str) -> Self {
        Self { rest: raw, comments_end: raw.contains("-->") }
    }

    fn skip_comment(&mut self) -> bool {
        let Some(comment) = self.rest.strip_prefix("<!--").filter(|_| self.comments_end) else {
            return false;
        };
        let end = comment.split_once("-->");
        self.comments_end = end.is_some();
        self.rest = end.map_or(self.rest, |(_, after)| after);
        end.is_some()
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        while self.skip_comment() {}
        let (before, at) = self.rest.split_at_checked(self.rest.find('<').unwrap_or(self.rest.len()))?;
        if !before.is_empty() {
            self.rest = at;
            return Some(Piece::Text(before));
        }
        let (tag, rest) = Tag::parse(at).or_else(|| Some((None, at.strip_prefix('<')?)))?;
        self.rest = rest;
        Some(tag.map_or(Piece::LessThan, Piece::Tag))
    }
}

struct Tag {
    name: &'static str,
    closing: bool,
    unfolded: bool,
}

impl Tag {
    /// The allowed tag that `at` begins with, and what follows it. Looks no further than a tag may be long.
    fn parse(at: &str) -> Option<(Option<Self>, &str)> {
        let end = at.bytes().take(MAX_LENGTH).position(|byte| byte == b'>')?;
        let (inside, after) = (at.get(1..end)?, at.get(end + 1..)?);
        let closing = inside.starts_with('/');
        let inside = inside.strip_prefix('/').unwrap_or(inside);
        let inside = inside.strip_suffix('/').unwrap_or(inside);
        let mut words = inside.split_ascii_whitespace();
        let first = words.next().filter(|_| !inside.starts_with(char::is_whitespace))?;
        let name = ALLOWED.into_iter().find(|name| name.eq_ignore_ascii_case(first))?;
        let unfolded = match words.next() {
            None => false,
            Some("open" | "open=\"\"") if name == "details" && words.next().is_none() => true,
            Some(_) => return None,
        };
        Some((Some(Self { name, closing, unfolded }), after))
    }

    /// Counts the tag, unless too many are open.
    fn fits(&self, open: &mut usize) -> bool {
        match (self.name, self.closing) {
            ("br", _) => {}
            (_, true) => *open = open.saturating_sub(1),
            (_, false) if *open >= MAX_OPEN => return false,
            (_, false) => *open += 1,
        }
        true
    }

    fn html(&self) -> String {
        let slash = if self.closing { "/" } else { "" };
        let open = if self.unfolded { " open" } else { "" };
        format!("<{slash}{}{open}>", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(raw: &str) -> String {
        escape_unknown(raw, &mut 0)
    }

    #[test]
    fn small_tags_pass_and_are_written_anew() {
        assert_eq!(escaped("H<SUB>2</SUB >O<br/>"), "H<sub>2</sub>O<br>");
        assert_eq!(escaped("<details open=\"\">"), "<details open>");
    }

    #[test]
    fn everything_else_is_shown_as_text() {
        assert_eq!(escaped("Vec<T>"), "Vec&lt;T>");
        assert_eq!(escaped("<b onclick=x>"), "&lt;b onclick=x>");
        assert_eq!(escaped("<script>alert(1)</script>"), "&lt;script>alert(1)&lt;/script>");
        assert_eq!(escaped("< b>"), "&lt; b>");
    }

    #[test]
    fn comments_vanish_when_they_end() {
        assert_eq!(escaped("a<!-- b -->c"), "ac");
        assert_eq!(escaped("a<!-- b"), "a&lt;!-- b");
        assert_eq!(escaped("<!-- a --><!-- b --><b>c<!-- d"), "<b>c&lt;!-- d");
    }

    #[test]
    fn tags_nested_beyond_reason_are_shown_as_text() {
        assert_eq!(escaped(&"<sub>".repeat(40)).matches("<sub>").count(), MAX_OPEN);
    }

    #[test]
    fn details_are_balanced_over_blocks() {
        assert_eq!(details_balance("<details>\n<summary>x</summary>"), 1);
        assert_eq!(details_balance("<details><details open></details>"), 1);
        assert_eq!(details_balance("</details>"), -1);
        assert_eq!(details_balance("<detailsx> <!-- <details> -->"), 0);
    }
}
