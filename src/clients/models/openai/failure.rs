//! What an endpoint says when it fails, turned into a [`ModelError`]; knows nothing of connections.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::clients::models::ModelError;
use crate::clients::secret::Secret;

/// The most characters of a provider's message that are passed on.
const MAX_MESSAGE_CHARS: usize = 300;

/// An error body of any of the usual shapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What it says, for people.
    pub message: String,
    /// Its `type` and `code`, where they are words.
    words: Vec<String>,
    /// Its `code`, where that is an HTTP status.
    status: Option<u16>,
}

impl Failure {
    /// Reads a body; one that is not JSON is its own message.
    pub fn parse(text: &str) -> Self {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => Self::read(&value),
            Err(_) => Self { message: text.to_owned(), ..Self::default() },
        }
    }

    /// Whether the value of an `error` field is more than a way to say that there is none.
    pub fn is_present(error: &Value) -> bool {
        match error {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            _ => true,
        }
    }

    fn read(value: &Value) -> Self {
        let inner = value.get("error").filter(|error| Self::is_present(error)).unwrap_or(value);
        let fields = [inner, value].into_iter().flat_map(|v| [v.get("message"), v.get("detail")]).flatten();
        let mut texts = std::iter::once(inner).chain(fields).filter_map(Value::as_str);
        let message = texts.find(|text| !text.is_empty());
        let (kind, code) = (inner.get("type"), inner.get("code"));
        let number = code.and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
        Self {
            message: message.map_or_else(|| value.to_string(), str::to_owned),
            words: [kind, code].into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
            status: number.and_then(|n| u16::try_from(n).ok()).filter(|n| (400..600).contains(n)),
        }
    }

    /// The error for a response of `status`; `None` when the failure came inside a response that began well.
    pub fn into_error(self, status: Option<u16>, retry_after: Option<u64>) -> ModelError {
        let status = status.or(self.status).or_else(|| self.implied_status());
        let too_long = self.says_too_long();
        let message = self.message;
        match status {
            Some(401 | 403) => ModelError::Unauthorized(message),
            Some(404) => ModelError::NotFound(message),
            Some(408) => ModelError::TimedOut(message),
            Some(429) => ModelError::RateLimited { retry_after, message },
            Some(413) => ModelError::ContextTooLong(message),
            _ if too_long => ModelError::ContextTooLong(message),
            Some(300..500) => ModelError::Rejected(message),
            _ => ModelError::Upstream(message),
        }
    }

    /// Whether the conversation did not fit: some servers have a code for it, others only say so.
    fn says_too_long(&self) -> bool {
        let codes = ["exceed_context_size_error", "context_length_exceeded"];
        let phrases = ["context length", "context size", "context window", "maximum context"];
        let message = self.message.to_lowercase();
        self.words.iter().any(|word| codes.contains(&word.as_str()))
            || phrases.iter().any(|phrase| message.contains(phrase))
    }

    fn implied_status(&self) -> Option<u16> {
        self.words.iter().find_map(|word| match word.as_str() {
            "invalid_api_key" | "authentication_error" | "permission_error" => Some(401),
            "model_not_found" | "not_found_error" => Some(404),
            "rate_limit_exceeded" | "rate_limit_error" | "insufficient_quota" => Some(429),
            "invalid_request_error" | "BadRequestError" => Some(400),
            _ => None,
        })
    }
}

/// Seconds to wait, from a `Retry-After` that holds seconds or a date.
pub fn retry_after(header: &str, now: DateTime<Utc>) -> Option<u64> {
    let header = header.trim();
    header.parse().ok().or_else(|| {
        let date = DateTime::parse_from_rfc2822(header).ok()?;
        Some(u64::try_from((date.to_utc() - now).num_seconds()).unwrap_or_default())
    })
}

/// `error` as it may be logged: without the key, should the provider have repeated it, in one line, and short.
pub fn tidy(mut error: ModelError, key: Option<&Secret>) -> ModelError {
    let message = message_of(&mut error);
    if let Some(key) = key {
        *message = message.replace(key.expose(), "[key]");
    }
    let line = message.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    *message = line.collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE_CHARS) {
        message.truncate(end);
        message.push('…');
    }
    error
}

fn message_of(error: &mut ModelError) -> &mut String {
    match error {
        ModelError::Unauthorized(message)
        | ModelError::NotFound(message)
        | ModelError::RateLimited { message, .. }
        | ModelError::ContextTooLong(message)
        | ModelError::Rejected(message)
        | ModelError::Upstream(message)
        | ModelError::Unreachable(message)
        | ModelError::TimedOut(message)
        | ModelError::Truncated(message)
        | ModelError::Unavailable(message) => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_shape_gives_its_message() {
        for (body, message) in [
            (r#"{"error":{"message":"no","type":"x","code":"y"}}"#, "no"),
            (r#"{"error":{"code":500,"message":"no"}}"#, "no"),
            (r#"{"error":"no"}"#, "no"),
            (r#"{"error":"no","message":"more"}"#, "no"),
            (r#"{"error":{"code":1},"message":"no"}"#, "no"),
            (r#"{"object":"error","message":"no","code":40303}"#, "no"),
            (r#"{"detail":"no"}"#, "no"),
            (r#"{"detail":[{"loc":["body"]}]}"#, r#"{"detail":[{"loc":["body"]}]}"#),
            ("Bad Gateway", "Bad Gateway"),
            ("[1]", "[1]"),
            ("", ""),
        ] {
            assert_eq!(Failure::parse(body).message, message, "{body}");
        }
    }

    #[test]
    fn a_failure_without_a_status_is_read_from_its_code() {
        let code = |body: &str| Failure::parse(body).into_error(None, None).code();
        assert_eq!(code(r#"{"error":{"message":"m"}}"#), "model_failed");
        assert_eq!(code(r#"{"error":{"message":"m","code":503}}"#), "model_failed");
        assert_eq!(code(r#"{"error":{"message":"m","code":400}}"#), "model_rejected");
        assert_eq!(code(r#"{"error":{"message":"m","code":"429"}}"#), "model_rate_limited");
        assert_eq!(code(r#"{"error":{"message":"m","code":"invalid_api_key"}}"#), "model_unauthorized");
        assert_eq!(
            code(r#"{"error":{"message":"m","type":"exceed_context_size_error"}}"#),
            "model_context_too_long"
        );
    }

    #[test]
    fn waiting_times_come_in_seconds_or_as_dates() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T10:00:00Z").unwrap().to_utc();
        assert_eq!(retry_after(" 17 ", now), Some(17));
        assert_eq!(retry_after("Sun, 22 Nov 2026 10:01:05 GMT", now), Some(65));
        assert_eq!(retry_after("Sun, 22 Nov 2026 09:00:00 GMT", now), Some(0));
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-1", now), None);
    }

    #[test]
    fn messages_are_short_single_lines_without_the_key() {
        let key = Secret::parse("sk-hush");
        let error = ModelError::Upstream(format!("bad\n\u{1b}[31mkey sk-hush {}", "深".repeat(400)));
        let ModelError::Upstream(message) = tidy(error, key.as_ref()) else { panic!() };
        assert!(message.starts_with("bad [31mkey [key] 深") && message.ends_with('…'), "{message}");
        assert_eq!(message.chars().count(), MAX_MESSAGE_CHARS + 1);
    }
}
