//! What is written in two ways made one, so that letters alone decide whether two texts say the same.

use std::ops::Range;

use unicode_normalization::char::{decompose_canonical, decompose_compatible, is_combining_mark};

use super::scripts::spaced;

/// A full-width letter, digit or sign as an ordinary one; a ligature as its letters; a letter with a mark as both.
pub fn decompose(c: char, emit: impl FnMut(char)) {
    match c {
        '\u{ff01}'..='\u{ffef}' | '\u{fb00}'..='\u{fb06}' => decompose_compatible(c, emit),
        _ => decompose_canonical(c, emit),
    }
}

/// Gives each folded character with the bytes of `text` that it stands for, in order.
///
/// Quote marks and hyphens of all kinds are one each; white space is left out but between two words of a script that has
/// blanks, where it is a single one; what is never seen is left out.
pub fn fold(text: &str, mut emit: impl FnMut(char, Range<usize>)) {
    let mut last = Last::Start;
    let mut blank: Option<usize> = None;
    for (start, c) in text.char_indices() {
        let range = start..start + c.len_utf8();
        match kind(c) {
            Kind::Unseen => {}
            Kind::Blank => blank = blank.or(Some(start)),
            Kind::Hyphen if last == Last::Hyphen => blank = None,
            Kind::Hyphen => {
                (last, blank) = (Last::Hyphen, None);
                emit('-', range);
            }
            Kind::Other => {
                let now = if in_spaced_word(c) { Last::Word } else { Last::Sign };
                if let (Some(from), Last::Word, Last::Word) = (blank.take(), last, now) {
                    emit(' ', from..start);
                }
                last = now;
                decompose(c, |c| emit(sign(c), range.clone()));
            }
        }
    }
}

fn in_spaced_word(c: char) -> bool {
    let mut first = None;
    decompose(c, |c| first = first.or(Some(c)));
    first.and_then(spaced) == Some(true)
}

/// The whole text folded.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, |c, _| out.push(c));
    out
}

/// Whether a character belongs to the letter before it: a mark, or the rest of a Korean syllable.
pub fn continues(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{1160}'..='\u{11ff}')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Start,
    Word,
    Hyphen,
    Sign,
}

enum Kind {
    Unseen,
    Blank,
    Hyphen,
    Other,
}

fn kind(c: char) -> Kind {
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => {
            Kind::Unseen
        }
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => Kind::Hyphen,
        c if c.is_whitespace() => Kind::Blank,
        _ => Kind::Other,
    }
}

/// Quote marks made one, and the full stop of Chinese like any other.
fn sign(c: char) -> char {
    match c {
        '"' | '`' | '\u{b4}' | '\u{2018}'..='\u{201f}' | '\u{2032}' | '\u{2033}' | '«' | '»' => '\'',
        '\u{300c}'..='\u{300f}' | '\u{301d}'..='\u{301f}' => '\'',
        '。' => '.',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn writing_differs_and_letters_do_not() {
        for (one, other) in [
            ("“Don’t,” she  said", "\"Don't,\" she\nsaid"),
            ("well‑known — so", "well-known--so"),
            ("「鱼之乐」，是\n也。", "“鱼之乐”,是也."),
            ("ＡＢＣ１２３（全角）", "ABC123(全角)"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("ﬁnal\u{ad}ly", "finally"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        for (one, other) in
            [("a nice", "an ice"), ("cafe", "café"), ("10²", "102"), ("The", "the"), ("後", "后")]
        {
            assert_ne!(folded(one), folded(other));
        }
    }
}
