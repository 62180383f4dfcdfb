//! Bytes to letters, whatever the server says of them.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a page its own word for its encoding is looked for, in bytes (as browsers do).
const DECLARED_WITHIN: usize = 1024;

/// The text. Bytes that are UTF-8 are read as UTF-8 even where another encoding is declared: text in another one hardly
/// ever is by accident, and wrong declarations are common.
pub fn decode(content_type: &str, body: &[u8]) -> String {
    if let Ok(text) = str::from_utf8(body) {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    let declared = declared(content_type).or_else(|| declared(&head(body)));
    let (text, _, _) = declared.unwrap_or_else(|| guess(body)).decode(body);
    text.into_owned()
}

/// Whether bytes can be text at all: in text there is no zero byte, but in UTF-16, which says that it is that, and a stray one
/// in UTF-8.
pub fn is_text(content_type: &str, body: &[u8]) -> bool {
    let wide = |encoding: &Encoding| encoding == UTF_16LE || encoding == UTF_16BE;
    let says_so = Encoding::for_bom(body).is_some_and(|(encoding, _)| wide(encoding));
    let has_none = || !start(body).contains(&0) || std::str::from_utf8(body).is_ok();
    says_so || declared(content_type).is_some_and(wide) || has_none()
}

fn head(body: &[u8]) -> String {
    String::from_utf8_lossy(start(body)).into_owned()
}

fn start(body: &[u8]) -> &[u8] {
    body.get(..DECLARED_WITHIN).unwrap_or(body)
}

/// The encoding after the first `charset=`.
fn declared(text: &str) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let (_, rest) = lower.split_once("charset=")?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':');
    let label: String =
        rest.trim_start_matches(['"', '\'', ' ']).chars().take_while(|c| is_part(*c)).collect();
    // UTF-8 it is not.
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != UTF_8)
}

fn guess(body: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(body, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_in_its_own_encodings_is_read_declared_or_not() {
        let text = "罗马法是罗马国家的法律制度，对后世各国的法律影响深远。".repeat(4);
        for name in ["gb18030", "big5"] {
            let text = if name == "big5" {
                "羅馬法是羅馬國家的法律制度，對後世影響深遠。".repeat(4)
            } else {
                text.clone()
            };
            let (bytes, _, _) = Encoding::for_label(name.as_bytes()).unwrap().encode(&text);
            assert_eq!(
                decode(&format!("text/html; charset=\"{name}\""), &bytes),
                text,
                "{name} in the header"
            );
            assert_eq!(decode("text/html", &bytes), text, "{name} guessed");
            let page = [format!("<meta charset='{name}'>").as_bytes(), &bytes].concat();
            assert!(decode("", &page).ends_with(&text), "{name} in the page");
        }
    }

    #[test]
    fn a_wrong_declaration_does_no_harm() {
        assert_eq!(decode("text/html; charset=iso-8859-1", "Stoa 柱廊 é".as_bytes()), "Stoa 柱廊 é");
        assert_eq!(decode("text/plain; charset=utf-8", b"caf\xe9 cr\xe8me"), "café crème");
        assert_eq!(decode("text/plain", b"\xef\xbb\xbfx"), "x");
    }
}
