//! Which language a text is written in, as far as that changes what is done with it.

use super::scripts::is_han;
use crate::i18n::Locale;

/// So many characters decide.
const HEAD: usize = 2000;
/// Chinese when one letter in so many is Han: a word takes some five letters where Chinese takes one or two, so that a text
/// half of whose words are Chinese is.
const ONE_IN: usize = 5;

/// Chinese, or not: `En` also stands for every language that is neither.
pub fn language(text: &str) -> Locale {
    let letters = || text.chars().take(HEAD).filter(|c| c.is_alphabetic());
    let han = letters().filter(|c| is_han(*c)).count();
    let kana = || letters().any(|c| matches!(c, '\u{3041}'..='\u{30ff}'));
    match han > 0 && han * ONE_IN >= letters().count() && !kana() {
        true => Locale::ZhCn,
        false => Locale::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_chinese_when_much_of_it_is() {
        for chinese in
            ["柱廊", "用 Rust 写的服务", "孔子（Confucius）说", "為什麼？", "SQLite 的写锁是怎么工作的？"]
        {
            assert_eq!(language(chinese), Locale::ZhCn, "{chinese}");
        }
        for other in [
            "",
            "123 …",
            "stoa",
            "The word 道 is often translated as “the Way”.",
            "日本語の文章です。",
            "한국어",
        ] {
            assert_eq!(language(other), Locale::En, "{other}");
        }
    }
}
