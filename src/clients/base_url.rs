//! Addresses that paths are added to.

use std::fmt;

use reqwest::Url;

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
