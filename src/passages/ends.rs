//! Whether a sentence ends at a sign; knows Chinese and English writing and nothing of lines.

/// After these a dot never ends a sentence.
const BEFORE_NAMES: &[&str] = &[
    "adm", "capt", "cf", "col", "dr", "e.g", "eg", "fr", "gen", "gov", "hon", "i.e", "ie", "lt", "messrs",
    "mme", "mr", "mrs", "ms", "mt", "pres", "prof", "rep", "rev", "sen", "sgt", "st", "viz", "vs",
];
/// After these it ends none when a number follows.
const BEFORE_NUMBERS: &[&str] = &[
    "app", "apr", "art", "arts", "aug", "bk", "ch", "chap", "dec", "eq", "feb", "fig", "figs", "jan", "jul",
    "jun", "l", "ll", "mar", "no", "nos", "nov", "oct", "p", "par", "pp", "pt", "sec", "sect", "sep", "sept",
    "vol", "vols",
];
/// After these, initials and words with dots in them it ends one only before a word that hardly is a name.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "ave", "ca", "co", "corp", "dept", "ed", "eds", "est", "etc", "ibid", "inc", "jr", "ltd",
    "sr", "trans", "univ",
];
/// Words that begin sentences.
const BEGINNERS: &[&str] = &[
    "A", "After", "All", "Although", "An", "And", "As", "At", "Because", "But", "By", "For", "From", "He",
    "Her", "His", "How", "However", "I", "If", "In", "It", "Its", "My", "No", "On", "Or", "Our", "She",
    "Since", "So", "Some", "That", "The", "Their", "Then", "There", "These", "They", "This", "Those", "Thus",
    "To", "We", "What", "When", "Where", "Which", "While", "Who", "Why", "With", "You", "Your",
];
/// What closes together with a sentence.
const CLOSERS: &str = "’”」』）】》〉］)]}»'*_";
/// The longest word before a dot that is looked at, in bytes.
const LONGEST_WORD: usize = 12;

/// Reads a paragraph sign by sign.
pub struct Ends<'a> {
    text: &'a str,
    at: usize,
    /// Whether a `"` has opened and not closed.
    quoted: bool,
}

impl<'a> Ends<'a> {
    /// The ends of a paragraph's sentences.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, quoted: false }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes past the signs and brackets that belong to the sentence's end.
    fn close(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '"' if self.quoted => self.quoted = false,
                '\'' | '*' | '_' if followed_by_letter(self.rest()) => return,
                '[' => match note(self.rest()) {
                    Some(length) => {
                        self.at += length;
                        continue;
                    }
                    None => return,
                },
                c if is_terminator(c) || CLOSERS.contains(c) => {}
                _ => return,
            }
            self.at += c.len_utf8();
        }
    }

    /// Whether the sentence ends after the `sign` at `start`, everything that closes with it being behind.
    fn is_end(&self, sign: char, start: usize) -> bool {
        let rest = self.rest();
        let next = rest.trim_start().chars().next();
        let (apart, Some(next)) = (rest.starts_with(char::is_whitespace), next) else { return true };
        let chinese = matches!(sign, '。' | '｡' | '！' | '？' | '；');
        if matches!(next, ',' | '，' | '、' | '；' | '：' | ':' | ';') || (next.is_lowercase() && !chinese)
        {
            return false;
        }
        match sign {
            _ if chinese => true,
            '…' => true,
            // Between words of Chinese there are no blanks.
            _ if !apart && next.is_ascii() => false,
            '.' if !apart && self.word_before(start).chars().all(|c| c.is_ascii_digit()) => false,
            '.' => !self.is_abbreviation(start),
            _ => true,
        }
    }

    /// Whether the dot at `start` belongs to the word before it.
    fn is_abbreviation(&self, start: usize) -> bool {
        let word = self.word_before(start);
        let next = self.rest().trim_start();
        let next_word = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let begins = BEGINNERS.contains(&next_word);
        let lower = word.to_ascii_lowercase();
        let lower = lower.as_str();
        let initial = word.len() == 1 && word != "I" && word.chars().all(char::is_uppercase);
        let dotted = word.contains('.') && !word.contains(|c: char| c.is_ascii_digit());
        BEFORE_NAMES.contains(&lower)
            || (BEFORE_NUMBERS.contains(&lower) && is_number(next_word))
            || ((initial || dotted || ABBREVIATIONS.contains(&lower)) && !begins)
    }

    fn word_before(&self, end: usize) -> &'a str {
        let before = self.text.get(..end).unwrap_or_default();
        let from = before.floor_char_boundary(before.len().saturating_sub(LONGEST_WORD));
        let tail = before.get(from..).unwrap_or_default();
        tail.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default()
    }
}

impl Iterator for Ends<'_> {
    type Item = usize;

    /// The next place where a sentence ends, in bytes; the paragraph's own end is told as well.
    fn next(&mut self) -> Option<usize> {
        while let Some(c) = self.rest().chars().next() {
            let start = self.at;
            self.at += c.len_utf8();
            if c == '"' {
                self.quoted = !self.quoted;
            }
            if is_terminator(c) {
                self.close();
                if self.is_end(c, start) {
                    return Some(self.at);
                }
            }
        }
        (self.at == self.text.len() && !self.text.is_empty()).then(|| {
            self.at += 1;
            self.text.len()
        })
    }
}

fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '。' | '｡' | '！' | '？' | '；' | '…')
}

fn followed_by_letter(text: &str) -> bool {
    text.chars().nth(1).is_some_and(char::is_alphanumeric)
}

/// The length of a note's number in brackets, as in `[3]` or `[^3]`.
fn note(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let digits = inner.strip_prefix('^').unwrap_or(inner);
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    (digits.len() - rest.len() <= 4 && digits.len() > rest.len() && rest.starts_with(']'))
        .then(|| text.len() - rest.len() + 1)
}

fn is_number(word: &str) -> bool {
    let roman = |c| matches!(c, 'I' | 'V' | 'X' | 'L' | 'C');
    word.starts_with(|c: char| c.is_ascii_digit()) || (!word.is_empty() && word.chars().all(roman))
}
