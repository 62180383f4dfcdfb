//! An OpenID Connect provider, by its issuer alone: everything else is discovered.

mod claims;
mod discovery;
mod verification;

use std::sync::{PoisonError, RwLock};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreTokenResponse};
use openidconnect::{
    AuthType, AuthorizationCode, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse,
};
use reqwest::Client;

use super::exchange::{Exchange, code, token_error};
use super::{Addresses, Answer, Claimed, IdentityError, IdentityProvider, OidcSettings, Remembered, Start};
use discovery::{Known, Metadata};

/// The protocol's client, of which authorization and token endpoint are known.
type ReadyClient = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// One issuer.
pub struct OidcProvider {
    http: Exchange,
    settings: OidcSettings,
    addresses: Addresses,
    known: RwLock<Option<Known>>,
}

impl OidcProvider {
    /// Asks nothing yet. `client` follows no redirects.
    pub fn new(client: Client, settings: OidcSettings, addresses: Addresses) -> Self {
        let http = Exchange { client, timeout: settings.timeout };
        Self { http, settings, addresses, known: RwLock::default() }
    }

    fn client(&self, metadata: &Metadata) -> Result<ReadyClient, IdentityError> {
        let redirect = RedirectUrl::new(self.addresses.callback.clone())
            .map_err(|error| IdentityError::RedirectRefused(error.to_string()))?;
        let credentials = self.settings.credentials.clone();
        let client = CoreClient::from_provider_metadata(metadata.clone(), credentials.id, credentials.secret);
        let client = client.set_redirect_uri(redirect);
        Ok(match discovery::wants_secret_in_body(metadata) {
            true => client.set_auth_type(AuthType::RequestBody),
            false => client,
        })
    }

    async fn begin(&self) -> Result<Start, IdentityError> {
        let metadata = self.metadata().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(&metadata)?;
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let question = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let question = question.add_scopes(self.settings.scopes.iter().cloned());
        let (url, state, nonce) = question.set_pkce_challenge(challenge).url();
        let remembered = Remembered {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok(Start { url: url.into(), remembered })
    }

    async fn end(&self, answer: Answer, remembered: Remembered) -> Result<Claimed, IdentityError> {
        let metadata = self.metadata().await?;
        discovery::check_issuer(&metadata, answer.issuer.as_deref())?;
        let code = code(answer)?;
        let client = self.client(&metadata)?;
        let tokens = self.redeem(&client, code, remembered.verifier).await?;
        let id_token =
            tokens.id_token().ok_or_else(|| IdentityError::MissingClaim("no id_token".to_owned()))?;
        let claims = self.verify(&metadata, id_token, &Nonce::new(remembered.nonce)).await?;
        let mut claimed = claims::of_id_token(claims, self.settings.trust_email);
        claimed.end_session = discovery::end_session(&metadata, &self.settings, &self.addresses, id_token);
        if claimed.email.is_none() || claimed.name.is_none() {
            let (token, trust) = (tokens.access_token(), self.settings.trust_email);
            claims::ask_for_more(&self.http, &client, token, &mut claimed, trust).await?;
        }
        Ok(claimed)
    }

    async fn redeem(
        &self,
        client: &ReadyClient,
        code: String,
        verifier: String,
    ) -> Result<CoreTokenResponse, IdentityError> {
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| IdentityError::NotUnderstood(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        request.request_async(&self.http).await.map_err(token_error)
    }

    /// What is known of the provider, asked for anew when it is not so fresh any more.
    async fn metadata(&self) -> Result<Metadata, IdentityError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.as_ref().filter(|known| known.is_fresh()) {
            return Ok(known.metadata.clone());
        }
        match (discovery::discover(&self.http, &self.settings.issuer).await, known) {
            (Ok(metadata), _) => Ok(self.learn(metadata)),
            (Err(error), Some(known)) => {
                tracing::warn!(provider = self.settings.name, %error, "going on with what was known before");
                Ok(known.metadata)
            }
            (Err(error), None) => Err(error),
        }
    }

    fn learn(&self, metadata: Metadata) -> Metadata {
        let known = Known::new(metadata.clone());
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        metadata
    }
}

impl IdentityProvider for OidcProvider {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn label(&self) -> &str {
        &self.settings.label
    }

    fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn start(&self) -> BoxFuture<'_, Result<Start, IdentityError>> {
        self.begin().boxed()
    }

    fn finish(
        &self,
        answer: Answer,
        remembered: Remembered,
    ) -> BoxFuture<'_, Result<Claimed, IdentityError>> {
        self.end(answer, remembered).boxed()
    }

    fn check(&self) -> BoxFuture<'_, Result<(), IdentityError>> {
        async { discovery::discover(&self.http, &self.settings.issuer).await.map(|_| ()) }.boxed()
    }
}
