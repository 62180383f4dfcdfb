//! Text made harmless before it is parsed, character by character so that a stream can do the same; it knows no Markdown
//! beyond the quotation mark.

/// Quotations nested deeper than this lose the marks beyond it: a parser's work grows with depth times lines.
const MAX_QUOTES: usize = 32;

/// [`Normalizer`] over a whole text.
pub fn normalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Normalizer::default().push(text, &mut out);
    out
}

/// Line endings become `\n`, NUL the replacement character; byte order marks and the controls that reorder text on screen
/// without being seen (Trojan Source) go; absurdly nested quotations are flattened.
#[derive(Default)]
pub struct Normalizer {
    after_carriage_return: bool,
    within_line: bool,
    quotes: usize,
}

impl Normalizer {
    /// Appends the normalised `text` to `out`. How the whole was cut into pieces makes no difference.
    pub fn push(&mut self, text: &str, out: &mut String) {
        for c in text.chars() {
            let completes_crlf = c == '\n' && self.after_carriage_return;
            self.after_carriage_return = c == '\r';
            match c {
                '\n' if completes_crlf => {}
                '\r' | '\n' => self.end_line(out),
                '\0' => self.put('\u{fffd}', out),
                '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                '>' if !self.within_line => self.quote(out),
                _ => self.put(c, out),
            }
        }
    }

    fn end_line(&mut self, out: &mut String) {
        out.push('\n');
        self.within_line = false;
        self.quotes = 0;
    }

    fn quote(&mut self, out: &mut String) {
        self.quotes += 1;
        if self.quotes <= MAX_QUOTES {
            out.push('>');
        }
    }

    fn put(&mut self, c: char, out: &mut String) {
        let opens_blocks = matches!(c, ' ' | '\t' | '-' | '+' | '*' | '.' | ')' | '0'..='9');
        self.within_line |= !opens_blocks;
        out.push(c);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_become_one_kind() {
        assert_eq!(normalize("a\r\nb\rc\nd\r\r\n"), "a\nb\nc\nd\n\n");
    }

    #[test]
    fn a_line_ending_cut_in_two_is_one_line_ending() {
        let (mut normalizer, mut out) = (Normalizer::default(), String::new());
        normalizer.push("a\r", &mut out);
        normalizer.push("\nb", &mut out);
        assert_eq!(out, "a\nb");
    }

    #[test]
    fn nul_is_replaced_and_invisible_controls_are_dropped() {
        assert_eq!(normalize("\u{feff}a\0\u{202e}b\u{2066}c\u{feff}"), "a\u{fffd}bc");
    }

    #[test]
    fn quotations_nested_beyond_reason_are_flattened() {
        let deep = format!("- {} x > y\n> z", "> ".repeat(100));
        let out = normalize(&deep);
        assert_eq!(out.matches('>').count(), MAX_QUOTES + 2);
        assert!(out.ends_with("x > y\n> z"));
    }
}
