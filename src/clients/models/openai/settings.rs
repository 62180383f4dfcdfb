//! What the configuration says of an endpoint; knows nothing of files or environment variables.

use std::fmt;
use std::time::Duration;

use reqwest::Url;

/// The context assumed when neither the configuration nor the endpoint names one: what small local servers
/// commonly run with, and harmless for larger ones.
pub const DEFAULT_CONTEXT_LENGTH: u32 = 8192;

/// How long an endpoint may send nothing at all.
pub const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// One OpenAI-compatible endpoint.
#[derive(Clone, Debug)]
pub struct EndpointSettings {
    /// The provider's name, without `/`; the first part of its models' ids.
    pub name: String,
    /// Where `chat/completions` and `models` are, for example `https://api.example.com/v1`.
    pub base_url: BaseUrl,
    /// Sent as a bearer token.
    pub api_key: Option<Secret>,
    /// The models to offer; all that the endpoint lists when empty.
    pub models: Vec<ModelSettings>,
    /// The longest silence, before the answer and within it. Keep-alive comments are not silence; bytes that make no
    /// line are.
    pub idle_timeout: Duration,
}

/// One model of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSettings {
    /// Its name at the endpoint.
    pub name: String,
    /// Tokens of prompt and answer together.
    pub context_length: u32,
    /// What it can do beyond text.
    pub capabilities: Vec<String>,
}

impl ModelSettings {
    /// A model of which only the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), context_length: DEFAULT_CONTEXT_LENGTH, capabilities: Vec::new() }
    }
}

/// A key that neither logs nor errors show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// `text` without the blanks around it (files end in a newline); `None` when nothing is left.
    pub fn parse(text: &str) -> Option<Self> {
        Some(text.trim()).filter(|key| !key.is_empty()).map(|key| Self(key.to_owned()))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// An http or https address that paths can be added to. Credentials and query in it are kept, but not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// An address that cannot be a [`BaseUrl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an http or https address")]
pub struct InvalidBaseUrl;

impl BaseUrl {
    /// Reads an address; a slash at its end makes no difference.
    ///
    /// # Errors
    /// When it is not an absolute http or https URL.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidBaseUrl)?;
        if matches!(url.scheme(), "http" | "https") { Ok(Self(url)) } else { Err(InvalidBaseUrl) }
    }

    /// The address of `path` under this one.
    pub(super) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.origin().ascii_serialization(), self.0.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_the_key_nor_credentials_in_the_address_are_shown() {
        let settings = EndpointSettings {
            name: "cloud".into(),
            base_url: BaseUrl::parse("https://me:hush@llm.test/v1?key=hush").unwrap(),
            api_key: Secret::parse("sk-hush\n"),
            models: vec![ModelSettings::named("m")],
            idle_timeout: DEFAULT_IDLE_TIMEOUT,
        };
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hush") && shown.contains("https://llm.test/v1"), "{shown}");
        assert_eq!(settings.api_key.unwrap().expose(), "sk-hush");
    }

    #[test]
    fn a_blank_key_is_no_key() {
        assert_eq!(Secret::parse(" \n"), None);
    }

    #[test]
    fn paths_are_added_whether_or_not_the_address_ends_in_a_slash() {
        for (base, whole) in [
            ("http://h:1/v1", "http://h:1/v1/chat/completions"),
            ("http://h:1/v1/", "http://h:1/v1/chat/completions"),
            ("http://h:1", "http://h:1/chat/completions"),
            ("https://h/openai?api-version=1", "https://h/openai/chat/completions?api-version=1"),
        ] {
            assert_eq!(BaseUrl::parse(base).unwrap().join("chat/completions").as_str(), whole);
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for text in ["", "localhost:11434", "/v1", "ftp://h/v1", "file:///etc", "http://"] {
            assert_eq!(BaseUrl::parse(text), Err(InvalidBaseUrl), "{text}");
        }
    }
}
