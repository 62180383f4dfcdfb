//! Sign-in with a local account, and sign-out.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;
use serde::Deserialize;

use super::frame::Frame;
use super::leave::leave;
use super::reader::Reader;
use super::respond::{page, page_with, see_other};
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::user::User;
use crate::services::{accounts, setup};
use crate::state::AppState;
use crate::web::auth::{self, MaybeUser};
use crate::web::client::Sender;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Query};
use crate::web::{App, paths};

/// Why a provider let nobody in, as the address of this page tells it: codes that have a sentence (`error.<code>`). Any
/// other word is shown as the general sentence, so that nobody's words but ours stand here.
pub const REASONS: &[&str] = &[
    "account_disabled",
    "email_domain_refused",
    "email_not_verified",
    "identity_access_denied",
    "identity_client_refused",
    "identity_clock_skew",
    "identity_code_refused",
    "identity_email_taken",
    "identity_missing_claim",
    "identity_not_understood",
    "identity_other_account",
    "identity_redirect_refused",
    "identity_refused",
    "identity_scope_refused",
    "identity_taken",
    "identity_unreachable",
    "identity_wrong_audience",
    "identity_wrong_issuer",
    "identity_wrong_nonce",
    "identity_wrong_signature",
    "provider_unknown",
    "setup_needed",
    "sign_ups_closed",
    "state_expired",
    "state_unknown",
    "too_many_requests",
];

/// The reason of that code, if there is a sentence for it.
pub fn known_reason(code: &str) -> Option<&'static str> {
    REASONS.iter().find(|reason| **reason == code).copied()
}

/// `GET /login`.
#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    /// The address that was typed.
    email: String,
    /// Where to go on after signing in.
    next: String,
    /// Why the last attempt failed.
    problem: Option<String>,
    /// The id under which the log tells more about a provider's refusal.
    request_id: Option<String>,
    /// Whether there is no account yet.
    empty: bool,
    /// Where else one can sign in.
    providers: Vec<ProviderLink>,
}

/// The button of a provider.
struct ProviderLink {
    label: String,
    url: String,
}

/// What a link to sign-in may say.
#[derive(Clone, Debug, Deserialize)]
pub struct Visit {
    next: Option<String>,
    error: Option<String>,
    reason: Option<String>,
    id: Option<String>,
}

/// What is typed to sign in.
#[derive(Clone, Deserialize)]
pub struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
}

/// Shows the form; who is signed in already goes on.
pub async fn show(user: MaybeUser, app: App, reader: Reader, query: Query<Visit>) -> WebResult<HttpResponse> {
    let next = paths::safe_next(query.0.next.as_deref()).to_owned();
    if user.0.is_some() {
        return Ok(see_other(&next));
    }
    let (locale, failed) = (reader.locale(None), query.0.error.is_some());
    let problem = failed.then(|| failure(locale, query.0.reason.as_deref()));
    let request_id = query.0.id.filter(|id| failed && is_request_id(id));
    let empty = app.db.read(setup::is_open).await?;
    let providers = if empty { Vec::new() } else { links(&app, &next) };
    let frame = reader.alone();
    page(&LoginPage { frame, email: String::new(), next, problem, request_id, empty, providers })
}

/// What a page says about a provider's refusal, by the reason its address tells.
pub fn failure(locale: Locale, reason: Option<&str>) -> String {
    match reason.and_then(known_reason) {
        Some(reason) => locale.t(&format!("error.{reason}")).into_owned(),
        None => locale.t("login.failed").into_owned(),
    }
}

/// Whether a text from the address can be shown as the id of a request.
pub fn is_request_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

fn links(app: &AppState, next: &str) -> Vec<ProviderLink> {
    let providers = app.identity_providers.iter();
    let link = |name: &str| paths::sign_in_with(name, next);
    providers.map(|one| ProviderLink { label: one.label().to_owned(), url: link(one.name()) }).collect()
}

/// Signs in, and goes on to where the reader came from.
pub async fn sign_in(
    app: App,
    reader: Reader,
    sender: Sender,
    session: Session,
    form: Form<SignIn>,
) -> WebResult<HttpResponse> {
    let form = form.0;
    match check(&app, &sender, form.clone()).await {
        Ok(user) => {
            auth::sign_in(&session, &user, &sender)?;
            Ok(see_other(paths::safe_next(form.next.as_deref())))
        }
        Err(error) => refuse(&app, reader, form, error),
    }
}

async fn check(app: &AppState, sender: &Sender, form: SignIn) -> AppResult<User> {
    app.attempts.count(&form.email, &sender.address)?;
    let claimed = app.db.read(move |conn| accounts::find_claimed(conn, &form.email)).await?;
    accounts::sign_in(claimed, form.password).await
}

/// The form again, for attempts that may be repeated, now or later.
fn refuse(app: &AppState, reader: Reader, form: SignIn, error: AppError) -> WebResult<HttpResponse> {
    let wait = match error {
        AppError::BadRequest(_) => None,
        AppError::TooManyRequests { retry_after } => Some(retry_after),
        other => return Err(other.into()),
    };
    let problem = reader.locale(None).t(&format!("error.{}", error.code())).into_owned();
    let next = paths::safe_next(form.next.as_deref()).to_owned();
    let frame = reader.at(paths::login(&next)).alone();
    let providers = links(app, &next);
    let again = LoginPage {
        frame,
        email: form.email,
        next,
        problem: Some(problem),
        request_id: None,
        empty: false,
        providers,
    };
    let mut answer = page_with(app_status(&error), &again)?;
    if let Some(seconds) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(answer)
}

/// Signs out of this browser, and then at the provider that vouched for its reader.
pub async fn sign_out(session: Session, reader: Reader) -> WebResult<HttpResponse> {
    match auth::sign_out(&session) {
        Some(end) => leave(reader, "leave.sign_out", end),
        None => Ok(see_other(paths::LOGIN)),
    }
}
