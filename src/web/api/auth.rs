//! Signing in with a provider: the way there and the way back. These routes are for browsers: they answer with
//! redirects, failures included, and the page they lead to says what happened.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse};
use serde::Deserialize;
use tracing_actix_web::RequestId;
use utoipa::{IntoParams, ToSchema};

use super::refusals::MissingCode;
use crate::clients::identity::{Answer, Claimed, IdentityProvider};
use crate::error::{AppError, AppResult};
use crate::models::user::User;
use crate::services::identities;
use crate::state::AppState;
use crate::web::attempts::{Attempt, Attempts, Purpose};
use crate::web::auth::{self, MaybeUser};
use crate::web::client::Sender;
use crate::web::errors::{WebError, WebResult};
use crate::web::extract::{Id, Json, Query};
use crate::web::pages::leave::leave;
use crate::web::pages::login;
use crate::web::pages::reader::{Flash, Reader};
use crate::web::pages::respond::see_other;
use crate::web::{App, paths};

/// Where to go on after signing in.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Destination {
    /// A path of this server.
    next: Option<String>,
}

/// What a browser brings back from a provider.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Arrival {
    /// The code to redeem.
    #[schema(example = "SplxlOBeZQQYbYS6WxSbIA")]
    code: Option<String>,
    /// The state it was sent off with.
    #[schema(example = "af0ifjsldkj")]
    state: Option<String>,
    /// The provider's name for itself.
    iss: Option<String>,
    /// Instead of a code: why there is none.
    error: Option<String>,
}

/// Who arrives, and with what.
pub struct Visit {
    app: App,
    attempts: Attempts,
    sender: Sender,
    session: Session,
    user: Option<User>,
    request_id: RequestId,
}

/// Goes to a provider to sign in.
#[utoipa::path(get, path = "/api/auth/login/{provider}", security(()),
    params(("provider" = String, Path, description = "The provider's name in the configuration"), Destination),
    responses((status = 303, description = "To the provider, or to `/login?error=auth_failed&reason=…`")))]
pub async fn start(visit: Visit, provider: Id, query: Query<Destination>) -> WebResult<HttpResponse> {
    let next = paths::safe_next(query.0.next.as_deref());
    match set_out(&visit, &provider.0, Purpose::SignIn, next).await {
        Ok((url, attempt)) => visit.attempts.keep(see_other(&url), &attempt),
        Err(error) => Ok(visit.refuse(error, &Purpose::SignIn, next)),
    }
}

/// Goes to a provider to sign in with it from now on. Answers with a page, because a form must not be redirected to
/// another site.
#[utoipa::path(post, path = "/api/auth/link/{provider}", security(("cookie" = [])),
    params(("provider" = String, Path, description = "The provider's name in the configuration")),
    responses((status = 200, description = "A page that leads to the provider", content_type = "text/html"),
        (status = 303, description = "To `/login` without anyone signed in; to `/settings/identities?error=…` on failure")))]
pub async fn link(visit: Visit, reader: Reader, provider: Id) -> WebResult<HttpResponse> {
    let Some(user) = &visit.user else { return Ok(see_other(&paths::login(paths::IDENTITIES))) };
    let purpose = Purpose::Link { user_id: user.id.clone() };
    match set_out(&visit, &provider.0, purpose.clone(), paths::IDENTITIES).await {
        Ok((url, attempt)) => visit.attempts.keep(leave(reader, "leave.sign_in", url)?, &attempt),
        Err(error) => Ok(visit.refuse(error, &purpose, paths::IDENTITIES)),
    }
}

/// Comes back from a provider.
#[utoipa::path(get, path = "/api/auth/callback", security(()), params(Arrival),
    responses((status = 303, description = "To where one was going, signed in; or to `/login?error=auth_failed&reason=…`"),
        MissingCode))]
pub async fn callback(visit: Visit, query: Query<Arrival>) -> WebResult<HttpResponse> {
    arrive(visit, query.0).await
}

/// The same, for a page that took code and state from the address itself.
#[utoipa::path(post, path = "/api/auth/callback", security(()),
    responses((status = 303, description = "To where one was going, signed in; or to `/login?error=auth_failed&reason=…`"),
        MissingCode))]
pub async fn callback_post(visit: Visit, body: Json<Arrival>) -> WebResult<HttpResponse> {
    arrive(visit, body.0).await
}

async fn set_out(
    visit: &Visit,
    provider: &str,
    purpose: Purpose,
    next: &str,
) -> AppResult<(String, Attempt)> {
    let provider = visit.provider(provider)?;
    visit.app.attempts.count_address(&visit.sender.address)?;
    let start = provider.start().await?;
    Ok((start.url, Attempt::new(provider.name(), start.remembered, purpose, next)))
}

async fn arrive(visit: Visit, arrival: Arrival) -> WebResult<HttpResponse> {
    let state = arrival.state.clone().unwrap_or_default();
    let answer = arrival.answer()?;
    let attempt = match visit.attempts.find(&state) {
        Ok(attempt) => attempt,
        // The back button or a reload: this sign-in has been made already.
        Err(_) if visit.user.is_some() => return Ok(see_other(paths::HOME)),
        Err(error) => return Ok(visit.refuse(error, &Purpose::SignIn, paths::HOME)),
    };
    let arrived = match enter(&visit, &attempt, answer).await {
        Ok(()) => see_other(paths::safe_next(Some(&attempt.next))),
        Err(error) => visit.refuse(error, &attempt.purpose, &attempt.next),
    };
    visit.attempts.forget(arrived, &state)
}

impl Arrival {
    fn answer(self) -> AppResult<Answer> {
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        let code = match (some(self.code), some(self.error)) {
            (_, Some(refusal)) => Err(refusal),
            (Some(code), None) => Ok(code),
            (None, None) => return Err(AppError::BadRequest("missing_code")),
        };
        Ok(Answer { code, issuer: some(self.iss) })
    }
}

async fn enter(visit: &Visit, attempt: &Attempt, answer: Answer) -> WebResult<()> {
    let provider = visit.provider(&attempt.provider)?;
    let claimed = provider.finish(answer, attempt.remembered.clone()).await?;
    match (&attempt.purpose, &visit.user) {
        (Purpose::SignIn, _) => {
            let user = member(&visit.app, &claimed).await?;
            auth::sign_in(&visit.session, &user, &visit.sender)?;
            auth::remember_provider(&visit.session, claimed.end_session.as_deref())
        }
        (Purpose::Link { user_id }, Some(user)) if &user.id == user_id => {
            let user = user.clone();
            visit.app.write_as(user, move |conn, user| identities::link(conn, user, &claimed)).await?;
            Flash::keep(&visit.session, "flash.identity_linked", None)
        }
        (Purpose::Link { .. }, _) => Err(AppError::Forbidden("identity_other_account").into()),
    }
}

/// Of two first sign-ins at the same moment, the one that comes late finds the account the other one made, if it looks
/// again: what it met may have been its own address.
async fn member(app: &AppState, claimed: &Claimed) -> AppResult<User> {
    let once = || {
        let (claimed, admission) = (claimed.clone(), app.admission.clone());
        app.db.write(move |conn| identities::sign_in(conn, &claimed, &admission))
    };
    match once().await {
        Err(AppError::Conflict("already_exists" | "identity_email_taken")) => once().await,
        settled => settled,
    }
}

impl FromRequest for Visit {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        type Parts = (App, Attempts, Sender, Session, MaybeUser, RequestId);
        let parts = Parts::from_request(request, payload);
        Box::pin(async move {
            let (app, attempts, sender, session, user, request_id) = parts.await?;
            Ok(Self { app, attempts, sender, session, user: user.0, request_id })
        })
    }
}

impl Visit {
    fn provider(&self, name: &str) -> AppResult<Arc<dyn IdentityProvider>> {
        self.app.identity_providers.find(name).ok_or(AppError::BadRequest("provider_unknown"))
    }

    /// The way to the page that says why it came to nothing; the cause goes to the log under the request's id.
    fn refuse(&self, error: impl Into<WebError>, purpose: &Purpose, next: &str) -> HttpResponse {
        let error = error.into();
        error.log();
        tracing::warn!(code = error.code(), cause = %error, "nobody was signed in");
        let (reason, id) = (login::known_reason(error.code()), self.request_id.to_string());
        see_other(&match purpose {
            Purpose::SignIn => paths::login_failed(reason, &id, next),
            Purpose::Link { .. } => paths::link_failed(reason, &id),
        })
    }
}
