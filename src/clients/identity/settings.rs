//! What the configuration says of a provider; knows nothing of files or environment variables.

use std::time::Duration;

use oauth2::{ClientId, ClientSecret, Scope};
use reqwest::Url;
use reqwest::header::HeaderValue;

/// How Stoa is known to a provider.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The provider's name for Stoa.
    pub id: ClientId,
    /// Proves that it is Stoa; a public client has none. Never printed.
    pub secret: Option<ClientSecret>,
}

/// An OpenID Connect issuer.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// Its name in addresses.
    pub name: String,
    /// What its button says.
    pub label: String,
    /// Its own name, exactly as it writes it; `/.well-known/openid-configuration` is found under it.
    pub issuer: String,
    /// Who we are there.
    pub credentials: Credentials,
    /// How long it may take for one answer: somebody waits in front of an empty page.
    pub timeout: Duration,
    /// What is asked for besides `openid`.
    pub scopes: Vec<Scope>,
    /// Whether an e-mail address of which it does not say that it is verified counts as verified.
    pub trust_email: bool,
}

/// GitHub, or a GitHub Enterprise server.
#[derive(Clone, Debug)]
pub struct GitHubSettings {
    /// Its name in addresses.
    pub name: String,
    /// What its button says.
    pub label: String,
    /// Where people sign in, such as `https://github.com`; it vouches for them under this name.
    pub base_url: String,
    /// Where programs ask, such as `https://api.github.com`.
    pub api_url: String,
    /// Who we are there.
    pub credentials: Credentials,
    /// How long it may take for one answer: somebody waits in front of an empty page.
    pub timeout: Duration,
    /// What is asked for.
    pub scopes: Vec<Scope>,
}

/// Our own pages that providers lead back to. Both must be registered with them, to the letter.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// Where answers come in: the redirect URI.
    pub callback: String,
    /// Where people land after the provider has signed them out.
    pub signed_out: String,
}

impl Addresses {
    /// Those of an installation that people reach at `base_url`, which has no slash at its end.
    pub fn under(base_url: &str) -> Self {
        Self { callback: format!("{base_url}/api/auth/callback"), signed_out: format!("{base_url}/login") }
    }
}

/// An address that cannot be a provider's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// Not a web address, or with more in it than an address.
    #[error("not an https address without query, fragment and password")]
    Malformed,
    /// Anybody on the way could sign in as anybody.
    #[error("a provider needs https; http is for this machine alone")]
    Insecure,
}

/// A provider's address, as it is written: its issuer is compared to the letter.
///
/// # Errors
/// When it is not `https`, or `http` on this machine.
pub fn parse_address(text: &str) -> Result<String, InvalidAddress> {
    let text = text.trim();
    let url = Url::parse(text).map_err(|_| InvalidAddress::Malformed)?;
    let bare = url.query().is_none() && url.fragment().is_none();
    let open = url.username().is_empty() && url.password().is_none();
    if !bare || !open || HeaderValue::from_str(text).is_err() {
        return Err(InvalidAddress::Malformed);
    }
    match (url.scheme(), url.host_str().unwrap_or_default()) {
        ("https", _) | ("http", "localhost" | "127.0.0.1" | "[::1]") => Ok(text.to_owned()),
        ("http", _) => Err(InvalidAddress::Insecure),
        _ => Err(InvalidAddress::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_reached_over_https_or_on_this_machine() {
        for fine in ["https://id.example.com", "https://id.example.com/realms/a/", "http://127.0.0.1:9000"] {
            assert_eq!(parse_address(fine).as_deref(), Ok(fine));
        }
        assert_eq!(parse_address("http://id.example.com"), Err(InvalidAddress::Insecure));
        for wrong in ["id.example.com", "https://a:b@id.example.com", "https://x/?a=b", "ftp://x", ""] {
            assert_eq!(parse_address(wrong), Err(InvalidAddress::Malformed), "{wrong}");
        }
    }
}
