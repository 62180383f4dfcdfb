//! Letters by their scripts, and how one is compared with another; knows no words.

use std::ops::RangeInclusive;

/// Letters and digits of scripts that put spaces between words.
const SPACED: &[RangeInclusive<char>] = &[
    '0'..='9',
    'A'..='Z',
    'a'..='z',
    '\u{AA}'..='\u{AA}',
    '\u{B5}'..='\u{B5}',
    '\u{BA}'..='\u{BA}',
    '\u{C0}'..='\u{D6}',
    '\u{D8}'..='\u{F6}',
    '\u{F8}'..='\u{DFF}',
    '\u{F00}'..='\u{FFF}',
    '\u{10A0}'..='\u{177F}',
    '\u{1800}'..='\u{1FFF}',
    '\u{2070}'..='\u{218F}',
    '\u{2C00}'..='\u{2DFF}',
    '\u{FF10}'..='\u{FF19}',
    '\u{FF21}'..='\u{FF3A}',
    '\u{FF41}'..='\u{FF5A}',
];
/// Scripts without spaces, and pictures.
const UNSPACED: &[RangeInclusive<char>] = &[
    '\u{E00}'..='\u{EFF}',
    '\u{1000}'..='\u{109F}',
    '\u{1780}'..='\u{17FF}',
    '\u{2190}'..='\u{2BFF}',
    '\u{2E80}'..='\u{2FFF}',
    '\u{3005}'..='\u{3007}',
    '\u{3021}'..='\u{FF00}',
    '\u{FF66}'..='\u{10FFFF}',
];

/// Whether the character's script has spaces; `None` for what stands between words. The search index is cut by it, in
/// SQL too: it cannot change without a migration.
pub fn spaced(c: char) -> Option<bool> {
    let among = |ranges: &[RangeInclusive<char>]| ranges.iter().any(|range| range.contains(&c));
    if among(SPACED) { Some(true) } else { among(UNSPACED).then_some(false) }
}

/// The character as it is compared, always one for one.
pub fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some('ς'), None) => 'σ',
        // 'İ' alone becomes two characters, an 'i' and its dot.
        (lower, _) => lower.unwrap_or(c),
    }
}

/// Whether it is a character of Chinese, which Japanese uses too.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}
