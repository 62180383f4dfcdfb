//! The JSON of an answer, whole or in pieces; knows nothing of how it arrived.
//!
//! Everything is optional, and fields of an unexpected type read as absent: servers leave out or send as null
//! whatever they do not know.

use serde::Deserialize;
use serde_json::Value;

use super::failure::Failure;
use crate::clients::models::{FinishReason, TokenUsage};

/// One piece of an answer (`chat.completion.chunk`), or a whole one (`chat.completion`).
#[derive(Debug, Default, Deserialize)]
pub struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<Usage>,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    object: Value,
}

#[derive(Debug, Default, Deserialize)]
struct Choice {
    #[serde(default, alias = "message")]
    delta: Option<Delta>,
    #[serde(default)]
    finish_reason: Value,
}

#[derive(Debug, Default, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Value,
    #[serde(default)]
    reasoning: Value,
    #[serde(default)]
    reasoning_content: Value,
}

#[derive(Debug, Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: Value,
    #[serde(default)]
    completion_tokens: Value,
}

impl Chunk {
    /// Whether there is an answer in it at all.
    pub fn has_choices(&self) -> bool {
        self.choices.is_some()
    }

    /// Whether it reports a failure, with or without details.
    pub fn is_failure(&self) -> bool {
        Failure::is_present(&self.error) || self.object == "error"
    }

    /// New text.
    pub fn text(&self) -> Option<&str> {
        self.delta().and_then(|delta| words(&delta.content))
    }

    /// New thoughts. Servers in transition send them under both names at once.
    pub fn reasoning(&self) -> Option<&str> {
        self.delta().and_then(|delta| words(&delta.reasoning_content).or_else(|| words(&delta.reasoning)))
    }

    /// Tokens spent so far.
    pub fn usage(&self) -> Option<TokenUsage> {
        let usage = self.usage.as_ref()?;
        let (prompt, completion) = (usage.prompt_tokens.as_i64(), usage.completion_tokens.as_i64());
        prompt.or(completion)?;
        Some(TokenUsage {
            prompt_tokens: prompt.unwrap_or_default(),
            completion_tokens: completion.unwrap_or_default(),
        })
    }

    /// Why the model stopped, in the provider's words.
    pub fn finish_reason(&self) -> Option<&str> {
        self.choice().and_then(|choice| words(&choice.finish_reason))
    }

    fn choice(&self) -> Option<&Choice> {
        self.choices.as_ref()?.first()
    }

    fn delta(&self) -> Option<&Delta> {
        self.choice()?.delta.as_ref()
    }
}

/// What a provider's word for the end means; `None` when it means that the provider gave up.
pub fn finish(reason: &str) -> Option<FinishReason> {
    match reason {
        "stop" | "eos" => Some(FinishReason::Stop),
        "length" | "max_tokens" => Some(FinishReason::Length),
        "content_filter" => Some(FinishReason::ContentFilter),
        "error" | "insufficient_system_resource" => None,
        _ => Some(FinishReason::Other),
    }
}

fn words(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(json: &str) -> Chunk {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_is_missing_null_or_of_another_type_reads_as_absent() {
        for json in [
            "{}",
            r#"{"choices":null,"usage":null,"error":null}"#,
            r#"{"choices":[]}"#,
            r#"{"choices":[{}],"usage":{}}"#,
            r#"{"choices":[{"delta":null,"finish_reason":null}]}"#,
            r#"{"choices":[{"delta":{"content":null,"reasoning":{"a":1},"role":null},"finish_reason":""}]}"#,
            r#"{"id":null,"timings":{"x":1},"usage":{"prompt_tokens":"7"},"error":false}"#,
        ] {
            let chunk = chunk(json);
            assert_eq!((chunk.text(), chunk.reasoning(), chunk.usage()), (None, None, None), "{json}");
            assert_eq!((chunk.finish_reason(), chunk.is_failure()), (None, false), "{json}");
        }
    }

    #[test]
    fn thoughts_under_both_names_are_read_once() {
        let both = chunk(r#"{"choices":[{"delta":{"reasoning":"a","reasoning_content":"a"}}]}"#);
        assert_eq!(both.reasoning(), Some("a"));
    }

    #[test]
    fn half_a_usage_is_better_than_none() {
        let usage = chunk(r#"{"usage":{"completion_tokens":3}}"#).usage();
        assert_eq!(usage, Some(TokenUsage { prompt_tokens: 0, completion_tokens: 3 }));
    }
}
