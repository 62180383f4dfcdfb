//! Text out of tokens as they come; knows nothing of models.

use std::collections::HashMap;
use std::str;

/// Byte-level tokenizers write each byte as a visible character: itself, or the next one from U+0100 on.
pub(super) fn byte_alphabet() -> HashMap<char, u8> {
    let mut spare = '\u{100}'..;
    (0..=u8::MAX)
        .filter_map(|byte| match byte {
            b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF => Some((char::from(byte), byte)),
            _ => Some((spare.next()?, byte)),
        })
        .collect()
}

/// Holds back the bytes of a character until all of them are there: a token may end in the middle of one.
#[derive(Default)]
pub(super) struct Detokeniser {
    held: Vec<u8>,
}

impl Detokeniser {
    /// The whole characters that are there with these bytes. Bytes that can never become one are left out.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        self.held.extend_from_slice(bytes);
        let mut text = String::new();
        let mut rest = Vec::new();
        let mut chunks = self.held.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            if chunks.peek().is_none() && is_beginning(chunk.invalid()) {
                rest = chunk.invalid().to_vec();
            }
        }
        self.held = rest;
        text
    }
}

/// Whether more bytes could make a character of these.
fn is_beginning(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_held_back_until_it_is_whole() {
        let mut text = Detokeniser::default();
        let pieces: Vec<_> = "a🙂深".bytes().map(|byte| text.push(&[byte])).collect();
        assert_eq!(pieces, ["a", "", "", "", "🙂", "", "", "深"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_left_out() {
        let mut text = Detokeniser::default();
        assert_eq!(text.push(&[b'a', 0xFF, b'b', 0xE6]), "ab");
        assert_eq!(text.push(b"c"), "c");
        assert_eq!(text.push(&[0xE6, 0xB7]), "");
        assert_eq!(text.push(&[0xB1]), "深");
    }

    #[test]
    fn the_alphabet_has_a_character_for_every_byte() {
        let alphabet = byte_alphabet();
        assert_eq!(alphabet.len(), 256);
        assert_eq!(alphabet.get(&'Ġ'), Some(&b' '));
        assert_eq!(alphabet.get(&'Ċ'), Some(&b'\n'));
        assert_eq!(alphabet.get(&'a'), Some(&b'a'));
    }
}
