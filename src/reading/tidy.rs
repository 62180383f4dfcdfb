//! Text as it is kept: paragraphs apart, no blanks that mean nothing, no signs that cannot be stored.

/// Text with LF, without trailing blanks and control characters, with at most one empty line in a row, and no longer
/// than `longest` bytes; what is beyond is left out at a paragraph's end where there is one.
pub fn tidy(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len().min(longest));
    let mut empty = 0;
    for line in text.lines().map(clean) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        out.push_str(&line);
        if out.len() > longest {
            return cut(&out, longest);
        }
    }
    out
}

/// Text with all white space made single blanks.
pub fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn clean(line: &str) -> String {
    let kept = line.chars().filter(|c| !c.is_control() || *c == '\t');
    let blank = |c: char| if matches!(c, '\t' | '\u{a0}') { ' ' } else { c };
    kept.map(blank).collect::<String>().trim_end().to_owned()
}

fn cut(text: &str, longest: usize) -> String {
    let head = text.get(..text.floor_char_boundary(longest)).unwrap_or_default();
    head.rfind("\n\n").and_then(|end| head.get(..end)).unwrap_or(head).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_stay_apart_and_blanks_go() {
        assert_eq!(tidy("\n\n a \t\r\n\u{0}b\u{a0}c\n\n\n\nd\n", 100), " a\nb c\n\nd");
        assert_eq!(one_line(" a\n\u{a0}b\u{0} "), "a b");
    }

    #[test]
    fn what_is_too_long_ends_with_a_paragraph() {
        assert_eq!(tidy("one\n\ntwo\n\nthree", 10), "one\n\ntwo");
        assert_eq!(tidy("字字字字", 7), "字字");
    }
}
