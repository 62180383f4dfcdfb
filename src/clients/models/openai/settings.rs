//! What the configuration says of an endpoint; knows nothing of files or environment variables.

use std::time::Duration;

use crate::clients::base_url::BaseUrl;
use crate::clients::secret::Secret;

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
}
