//! Signing in with GitHub, which speaks OAuth 2.0 in its own way: no discovery and no id token, refusals that come with
//! status 200, scopes with commas between them, and e-mail addresses at an address of their own.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::http::{Method, StatusCode, header};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse, TokenUrl,
};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::exchange::{Exchange, SendError, code, not_parsed, said, token_error};
use super::{Addresses, Answer, Claimed, GitHubSettings, IdentityError, IdentityProvider, Remembered, Start};

type ReadyClient = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// GitHub, or a GitHub Enterprise server.
pub struct GitHubProvider {
    http: Exchange,
    settings: GitHubSettings,
    addresses: Addresses,
}

/// `GET /user`, as far as we read it.
#[derive(Deserialize)]
struct Account {
    /// Never given to somebody else, as the login may be.
    id: u64,
    login: String,
    name: Option<String>,
    avatar_url: Option<String>,
    email: Option<String>,
}

/// One of `GET /user/emails`.
#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

impl GitHubProvider {
    /// Asks nothing yet. `client` follows no redirects and names itself, without which GitHub does not answer.
    pub fn new(client: Client, settings: GitHubSettings, addresses: Addresses) -> Self {
        let http = Exchange { client, timeout: settings.timeout };
        Self { http, settings, addresses }
    }

    fn client(&self) -> Result<ReadyClient, IdentityError> {
        let (base, credentials) = (&self.settings.base_url, self.settings.credentials.clone());
        let wrong = |error: oauth2::url::ParseError| IdentityError::NotUnderstood(error.to_string());
        let client = BasicClient::new(credentials.id)
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::new(format!("{base}/login/oauth/authorize")).map_err(wrong)?)
            .set_token_uri(TokenUrl::new(format!("{base}/login/oauth/access_token")).map_err(wrong)?)
            .set_redirect_uri(RedirectUrl::new(self.addresses.callback.clone()).map_err(wrong)?);
        Ok(match credentials.secret {
            Some(secret) => client.set_client_secret(secret),
            None => client,
        })
    }

    fn begin(&self) -> Result<Start, IdentityError> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client()?;
        let question = client.authorize_url(CsrfToken::new_random);
        let question = question.add_scopes(self.settings.scopes.iter().cloned());
        let (url, state) = question.set_pkce_challenge(challenge).url();
        let (state, verifier) = (state.into_secret(), verifier.into_secret());
        Ok(Start { url: url.into(), remembered: Remembered { state, nonce: String::new(), verifier } })
    }

    async fn end(&self, answer: Answer, remembered: Remembered) -> Result<Claimed, IdentityError> {
        self.check_issuer(answer.issuer.as_deref())?;
        let code = code(answer)?;
        let tokens = self.redeem(code, remembered.verifier).await?;
        let account: Account = match self.ask("user", tokens.access_token()).await? {
            Some(account) => account,
            None => return Err(IdentityError::MissingClaim("GitHub does not tell who it is".to_owned())),
        };
        let addresses: Option<Vec<Address>> = self.ask("user/emails", tokens.access_token()).await?;
        Ok(self.claimed(account, addresses.unwrap_or_default()))
    }

    /// Where GitHub names itself, the name lies under its own address.
    fn check_issuer(&self, told: Option<&str>) -> Result<(), IdentityError> {
        let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
        match told {
            Some(told) if origin(told) != origin(&self.settings.base_url) => {
                Err(IdentityError::WrongIssuer(format!("the answer came from {}", said(told))))
            }
            _ => Ok(()),
        }
    }

    async fn redeem(&self, code: String, verifier: String) -> Result<BasicTokenResponse, IdentityError> {
        let client = self.client()?;
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let http = |request| send_and_look(self.http.clone(), request);
        request.request_async(&http).await.map_err(token_error)
    }

    /// What GitHub says at `path`; `None` when the person has not allowed us to see it.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        token: &AccessToken,
    ) -> Result<Option<T>, IdentityError> {
        let request = oauth2::http::Request::builder()
            .method(Method::GET)
            .uri(format!("{}/{path}", self.settings.api_url))
            .header(header::ACCEPT, "application/vnd.github+json")
            .header(header::AUTHORIZATION, format!("Bearer {}", token.secret()));
        let request = request.body(Vec::new()).map_err(SendError::from)?;
        let answer = self.http.send(request).await?;
        match answer.status() {
            StatusCode::OK => serde_json::from_slice(answer.body())
                .map(Some)
                .map_err(|error| not_parsed(path, &error.to_string())),
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Ok(None),
            other => Err(IdentityError::NotUnderstood(format!("{path} answered {other}"))),
        }
    }

    /// The address that counts is the primary one GitHub has verified; the one on the profile proves nothing.
    fn claimed(&self, account: Account, addresses: Vec<Address>) -> Claimed {
        let primary = addresses.into_iter().find(|address| address.primary && address.verified);
        let verified = primary.map(|address| address.email);
        Claimed {
            issuer: self.settings.base_url.clone(),
            subject: account.id.to_string(),
            email_verified: verified.is_some(),
            email: verified.or(account.email),
            name: account.name.filter(|name| !name.trim().is_empty()).or(Some(account.login)),
            avatar_url: account.avatar_url,
            end_session: None,
        }
    }

    async fn look(&self) -> Result<(), IdentityError> {
        let request = oauth2::http::Request::builder().uri(format!("{}/meta", self.settings.api_url));
        let request = request.body(Vec::new()).map_err(SendError::from)?;
        self.http.send(request).await?;
        Ok(())
    }
}

/// Sends a request; a refusal with status 200 is given the status it should have had.
async fn send_and_look(http: Exchange, request: HttpRequest) -> Result<HttpResponse, SendError> {
    #[derive(Deserialize)]
    struct Refusal {
        #[serde(rename = "error")]
        _error: String,
    }
    let mut answer = http.send(request).await?;
    if serde_json::from_slice::<Refusal>(answer.body()).is_ok() {
        *answer.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(answer)
}

impl IdentityProvider for GitHubProvider {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn label(&self) -> &str {
        &self.settings.label
    }

    fn issuer(&self) -> &str {
        &self.settings.base_url
    }

    fn start(&self) -> BoxFuture<'_, Result<Start, IdentityError>> {
        async { self.begin() }.boxed()
    }

    fn finish(
        &self,
        answer: Answer,
        remembered: Remembered,
    ) -> BoxFuture<'_, Result<Claimed, IdentityError>> {
        self.end(answer, remembered).boxed()
    }

    fn check(&self) -> BoxFuture<'_, Result<(), IdentityError>> {
        self.look().boxed()
    }
}
