//! What a scripted model invents, and how often. Everything invented can be recognised, by this program alone.

use std::hash::{DefaultHasher, Hash, Hasher};

use stoa::i18n::Locale;
use stoa::passages::language;

/// Stands in whatever is invented.
const MARK: &str = "Sarnath";
const CHINESE_MARK: &str = "萨尔纳斯";

/// How often a model errs: in one of so many cases of each kind; never when 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Errors {
    /// Quotes, sentences and numbers of notes that are not there.
    pub inventions: u64,
    /// Its own inventions that it takes for true.
    pub verdicts: u64,
}

impl Errors {
    /// Whether it errs here; always the same for the same text.
    pub fn invents(self, text: &str, kind: &str) -> bool {
        let one_in = if kind == "verdict" { self.verdicts } else { self.inventions };
        let mut hasher = DefaultHasher::new();
        (text, kind).hash(&mut hasher);
        one_in > 0 && hasher.finish().is_multiple_of(one_in)
    }
}

/// A quote that stands nowhere.
pub fn invented_quote(question: &str) -> String {
    match language(question) {
        Locale::ZhCn => format!("{CHINESE_MARK}之王问于群臣，群臣皆曰不知。"),
        Locale::En => format!("It was in {MARK}, said the king, that all of this was first written down."),
    }
}

/// A sentence that no passage says.
pub fn invented_sentence(question: &str) -> String {
    match language(question) {
        Locale::ZhCn => format!("{CHINESE_MARK}的档案早就记载了“{question}”的答案。"),
        Locale::En => format!("The archives of {MARK} settled long ago what is asked in “{question}”"),
    }
}

/// Whether something was invented here.
pub fn is_invented(text: &str) -> bool {
    text.contains(MARK) || text.contains(CHINESE_MARK)
}
