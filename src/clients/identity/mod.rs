//! Sign-in providers behind one trait; knows nothing of accounts, sessions or cookies.
//!
//! Signing in takes two steps with the person's journey to the provider between them: [`IdentityProvider::start`] says
//! where they go and what must be remembered meanwhile, [`IdentityProvider::finish`] turns what they bring back into
//! [`Claimed`]. Nothing is fetched before somebody signs in: a provider that is down keeps nobody from starting Stoa.

mod exchange;
mod failure;
mod github;
mod oidc;
mod registry;
mod settings;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

pub use failure::IdentityError;
pub use github::GitHubProvider;
pub use oidc::OidcProvider;
pub use registry::IdentityProviders;
pub use settings::{Addresses, Credentials, GitHubSettings, InvalidAddress, OidcSettings, parse_address};

/// Where a person is sent to sign in.
pub struct Start {
    /// The provider's page, with the question in its query.
    pub url: String,
    /// Needed again when they come back.
    pub remembered: Remembered,
}

/// What ties an answer to the question it belongs to. Only the browser that asked may hold it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Remembered {
    /// Comes back with the answer.
    pub state: String,
    /// Must stand in the id token; not used by GitHub, which has none.
    pub nonce: String,
    /// Proves that who redeems the code is who asked for it (PKCE).
    pub verifier: String,
}

/// What a person brings back from the provider.
pub struct Answer {
    /// A code to redeem, or the name of the provider's refusal, such as `access_denied`.
    pub code: Result<String, String>,
    /// The provider's own name, where it tells (RFC 9207).
    pub issuer: Option<String>,
}

/// Somebody, as the provider vouches for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Who vouches.
    pub issuer: String,
    /// Their id there; with `issuer` it names them for good.
    pub subject: String,
    /// Their e-mail address, as the provider wrote it.
    pub email: Option<String>,
    /// Whether the provider has made sure that it is theirs.
    pub email_verified: bool,
    /// Their name, as the provider wrote it.
    pub name: Option<String>,
    /// A picture.
    pub avatar_url: Option<String>,
    /// Where the provider ends its own session with them, with everything it needs to know in the query.
    pub end_session: Option<String>,
}

/// Somewhere people can sign in.
pub trait IdentityProvider: Send + Sync {
    /// Its name in the configuration and in addresses.
    fn name(&self) -> &str;

    /// What its button says.
    fn label(&self) -> &str;

    /// The name under which it vouches for people.
    fn issuer(&self) -> &str;

    /// Begins a sign-in.
    fn start(&self) -> BoxFuture<'_, Result<Start, IdentityError>>;

    /// Ends a sign-in: redeems the code and checks everything that comes for it.
    fn finish(&self, answer: Answer, remembered: Remembered)
    -> BoxFuture<'_, Result<Claimed, IdentityError>>;

    /// Whether it answers as it should, for `stoa doctor`.
    fn check(&self) -> BoxFuture<'_, Result<(), IdentityError>>;
}
