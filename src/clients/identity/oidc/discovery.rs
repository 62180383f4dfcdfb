//! What an issuer publishes of itself: its endpoints, its keys, and what it can do.

use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreIdToken,
    CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, EndSessionUrl, IssuerUrl, LogoutRequest,
    PostLogoutRedirectUrl, ProviderMetadata,
};
use serde::{Deserialize, Serialize};

use super::super::exchange::{Exchange, SendError, not_parsed, said};
use super::super::{Addresses, IdentityError, OidcSettings};

/// How long what was discovered is taken for true without asking again.
const FRESH: Duration = Duration::from_secs(3600);

/// The discovery document with the keys it names.
pub(super) type Metadata = ProviderMetadata<
    Beyond,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What later standards add to the document.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Beyond {
    end_session_endpoint: Option<EndSessionUrl>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Beyond {}

/// What was discovered, and when.
#[derive(Clone)]
pub(super) struct Known {
    pub metadata: Metadata,
    since: Instant,
}

impl Known {
    pub fn new(metadata: Metadata) -> Self {
        Self { metadata, since: Instant::now() }
    }

    pub fn is_fresh(&self) -> bool {
        self.since.elapsed() < FRESH
    }
}

/// Asks an issuer for its document and its keys.
pub(super) async fn discover(http: &Exchange, issuer: &str) -> Result<Metadata, IdentityError> {
    let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|e| IdentityError::WrongIssuer(e.to_string()))?;
    let metadata = Metadata::discover_async(issuer, http).await.map_err(discovery_error)?;
    match metadata.token_endpoint() {
        Some(_) => Ok(metadata),
        None => Err(IdentityError::MissingClaim("token_endpoint is missing at discovery".to_owned())),
    }
}

/// Asks for the keys alone: one was used that is not known yet.
pub(super) async fn fetch_keys(http: &Exchange, metadata: &Metadata) -> Result<Metadata, IdentityError> {
    let keys = CoreJsonWebKeySet::fetch_async(metadata.jwks_uri(), http).await.map_err(discovery_error)?;
    Ok(metadata.clone().set_jwks(keys))
}

fn discovery_error(error: DiscoveryError<SendError>) -> IdentityError {
    match error {
        DiscoveryError::Request(error) => error.into(),
        DiscoveryError::Parse(error) => not_parsed(&error.path().to_string(), &error.inner().to_string()),
        DiscoveryError::Response(status, _, words) => {
            IdentityError::NotUnderstood(format!("discovery answered {status}: {}", said(&words)))
        }
        DiscoveryError::Validation(words) => IdentityError::WrongIssuer(said(&words)),
        other => IdentityError::NotUnderstood(other.to_string()),
    }
}

/// Whether the name that came with an answer is the provider's: without this, one provider could pass on what another
/// one answered (RFC 9207).
pub(super) fn check_issuer(metadata: &Metadata, told: Option<&str>) -> Result<(), IdentityError> {
    let expected = metadata.issuer().as_str();
    let always_told = metadata.additional_metadata().authorization_response_iss_parameter_supported;
    match told {
        Some(told) if told == expected => Ok(()),
        None if !always_told => Ok(()),
        told => Err(IdentityError::WrongIssuer(format!(
            "the answer came from {}, not {expected}",
            told.map_or("nobody".to_owned(), said)
        ))),
    }
}

/// Whether the client's secret goes into the form: HTTP's own way is taken unless the provider cannot have it.
pub(super) fn wants_secret_in_body(metadata: &Metadata) -> bool {
    metadata.token_endpoint_auth_methods_supported().is_some_and(|ways| {
        !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)
            && ways.contains(&CoreClientAuthMethod::ClientSecretPost)
    })
}

/// Where the provider ends its own session (RP-Initiated Logout), if it can.
pub(super) fn end_session(
    metadata: &Metadata,
    settings: &OidcSettings,
    addresses: &Addresses,
    id_token: &CoreIdToken,
) -> Option<String> {
    let endpoint = metadata.additional_metadata().end_session_endpoint.clone();
    let endpoint = endpoint.filter(|url| matches!(url.url().scheme(), "https" | "http"))?;
    let back = PostLogoutRedirectUrl::new(addresses.signed_out.clone()).ok()?;
    let request = LogoutRequest::from(endpoint)
        .set_client_id(settings.credentials.id.clone())
        .set_post_logout_redirect_uri(back)
        .set_id_token_hint(id_token);
    Some(request.http_get_url().into())
}
