//! The name under which a browser keeps what it is sent.

use actix_web::http::header::{
    Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};

/// Longest name without its extension, in characters: file systems hold 255 bytes.
const LONGEST: usize = 60;

/// The header that names a file `title.extension`, twice (RFC 6266): as `kind.extension` for programs that read ASCII
/// alone, and as it is for all others. A title that leaves nothing is `kind`.
pub fn named(disposition: DispositionType, title: &str, kind: &str, extension: &str) -> ContentDisposition {
    let exact = format!("{}.{extension}", safe(title).as_deref().unwrap_or(kind));
    let exact =
        ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: exact.into() };
    let plain = DispositionParam::Filename(format!("{kind}.{extension}"));
    ContentDisposition { disposition, parameters: vec![plain, DispositionParam::FilenameExt(exact)] }
}

/// The title without what means something in paths or hides from the eye; nothing when nothing is left.
fn safe(title: &str) -> Option<String> {
    let kept: String = title.chars().map(|c| if is_harmless(c) { c } else { ' ' }).collect();
    let says = |word: &&str| word.chars().any(|c| c != '.');
    let words: Vec<&str> = kept.split_whitespace().filter(says).collect();
    let name: String = words.join(" ").trim_start_matches('.').chars().take(LONGEST).collect();
    Some(name).filter(|name| !name.is_empty())
}

fn is_harmless(c: char) -> bool {
    let in_paths = matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    // Invisible ones, and those that turn the direction of text and so hide the ending.
    let unseen =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !(in_paths || unseen || c.is_control())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::DispositionType;

    use super::{named, safe};

    #[test]
    fn a_title_becomes_a_name_that_names_one_file() {
        let name = |title| safe(title).unwrap_or_default();
        assert_eq!(name("写锁与 WAL（二） 👋"), "写锁与 WAL（二） 👋");
        assert_eq!(name("../../etc/passwd"), "etc passwd");
        assert_eq!(name("a\"b\r\nc\u{202e}exe.d"), "a b c exe.d");
        assert_eq!(name(" .. "), "");
        assert_eq!(name(&"字".repeat(200)).chars().count(), 60);
    }

    #[test]
    fn old_programs_read_a_plain_name() {
        let header = named(DispositionType::Attachment, "写", "chat", "md").to_string();
        assert_eq!(header, "attachment; filename=\"chat.md\"; filename*=UTF-8''%E5%86%99.md");
    }
}
