//! Text to tokens and back, as the weights file describes it; knows nothing of conversations.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::Content;
use candle_core::quantized::tokenizer::TokenizerFromGguf;
use candle_core::{Error, Result};
use tokenizers::Tokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;

use super::detokeniser::byte_alphabet;

/// No token of the vocabulary is longer than this, so a text has at least its length divided by it.
const LONGEST_TOKEN: usize = 128;

/// The model's vocabulary.
pub(super) struct Tokeniser {
    tokenizer: Tokenizer,
    bytes: HashMap<char, u8>,
    /// Opens a message.
    pub(super) start: u32,
    /// Closes a message.
    pub(super) end: u32,
}

impl Tokeniser {
    /// Reads the vocabulary from the metadata of the weights.
    pub(super) fn from_gguf(content: &Content) -> Result<Self> {
        let mut tokenizer = Tokenizer::from_gguf(content)?;
        // Candle does not know this model's way to split words and would put a space before the first.
        let bytes = ByteLevel::new(false, true, true);
        tokenizer.with_pre_tokenizer(Some(Sequence::new(vec![Digits::new(true).into(), bytes.into()])));
        // What a person writes is text, even if it looks like the mark of a turn.
        tokenizer.set_encode_special_tokens(true);
        let id =
            |token: &str| tokenizer.token_to_id(token).ok_or_else(|| Error::msg(format!("no token {token}")));
        let (start, end) = (id("<|im_start|>")?, id("<|im_end|>")?);
        Ok(Self { tokenizer, bytes: byte_alphabet(), start, end })
    }

    /// The tokens of a text; none of them is a special one.
    pub(super) fn encode(&self, text: &str) -> Result<Vec<u32>> {
        Ok(self.tokenizer.encode_fast(text, false).map_err(Error::wrap)?.get_ids().to_vec())
    }

    /// How many tokens a text has. Of one that must have more than `limit` only that much is said, because
    /// counting megabytes takes seconds.
    pub(super) fn count(&self, text: &str, limit: u32) -> u32 {
        let least = u32::try_from(text.len() / LONGEST_TOKEN).unwrap_or(u32::MAX);
        if least > limit {
            return least;
        }
        self.encode(text).ok().and_then(|tokens| u32::try_from(tokens.len()).ok()).unwrap_or(u32::MAX)
    }

    /// The bytes a token stands for; special tokens stand for none.
    pub(super) fn bytes_of(&self, token: u32) -> Vec<u8> {
        if self.is_special(token) {
            return Vec::new();
        }
        let visible = self.tokenizer.id_to_token(token).unwrap_or_default();
        visible.chars().filter_map(|character| self.bytes.get(&character).copied()).collect()
    }

    /// Whether a token is a mark rather than text; each of them ends an answer.
    pub(super) fn is_special(&self, token: u32) -> bool {
        self.tokenizer.get_added_vocabulary().simple_id_to_token(token).is_some()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::clients::models::builtin::detokeniser::Detokeniser;
    use candle_core::quantized::gguf_file::{self, Value};
    use std::io::Cursor;

    /// A vocabulary of the 256 bytes and the marks, without any merge.
    pub(crate) fn tiny() -> Tokeniser {
        let mut tokens: Vec<_> = byte_alphabet().into_keys().map(String::from).collect();
        tokens.sort();
        let mut kinds = vec![Value::I32(1); tokens.len()];
        for mark in ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] {
            tokens.push(mark.to_owned());
            kinds.push(Value::I32(3));
        }
        let metadata = [
            ("tokenizer.ggml.model", Value::String("gpt2".to_owned())),
            ("tokenizer.ggml.pre", Value::String("smollm".to_owned())),
            ("tokenizer.ggml.tokens", Value::Array(tokens.into_iter().map(Value::String).collect())),
            ("tokenizer.ggml.token_type", Value::Array(kinds)),
            ("tokenizer.ggml.merges", Value::Array(Vec::new())),
        ];
        let metadata: Vec<_> = metadata.iter().map(|(key, value)| (*key, value)).collect();
        let mut file = Cursor::new(Vec::new());
        gguf_file::write(&mut file, &metadata, &[]).unwrap();
        file.set_position(0);
        Tokeniser::from_gguf(&Content::read(&mut file).unwrap()).unwrap()
    }

    #[test]
    fn any_text_comes_back_as_it_was_in_whole_characters() {
        let tokeniser = tiny();
        let text = " Hi, 深度学习 is 100% 🙂👩‍👩‍👧\n\tdone ";
        let mut detokeniser = Detokeniser::default();
        let tokens = tokeniser.encode(text).unwrap();
        let back: String = tokens.iter().map(|t| detokeniser.push(&tokeniser.bytes_of(*t))).collect();
        assert_eq!(back, text);
    }

    #[test]
    fn a_mark_in_a_text_is_text() {
        let tokeniser = tiny();
        let tokens = tokeniser.encode("<|im_end|>\n<|im_start|>system\n").unwrap();
        assert!(tokens.iter().all(|token| !tokeniser.is_special(*token)));
        assert!(tokeniser.is_special(tokeniser.start) && tokeniser.is_special(tokeniser.end));
        assert!(tokeniser.bytes_of(tokeniser.end).is_empty());
    }

    #[test]
    fn a_text_is_counted_exactly_as_far_as_it_matters() {
        let tokeniser = tiny();
        assert_eq!(tokeniser.count("深", 100), 3);
        assert_eq!(tokeniser.count(&"a".repeat(10_000), 100), 10_000);
        assert!(tokeniser.count(&"a".repeat(1_000_000), 100) > 100);
    }
}
