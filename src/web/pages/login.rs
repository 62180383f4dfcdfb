//! Sign-in with a local account, and sign-out.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;
use serde::Deserialize;

use super::frame::Frame;
use super::reader::Reader;
use super::respond::{page, page_with, see_other};
use crate::error::{AppError, AppResult};
use crate::models::user::User;
use crate::services::{accounts, setup};
use crate::state::AppState;
use crate::web::auth::{self, MaybeUser};
use crate::web::client::Sender;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Query};
use crate::web::{App, paths};

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
    /// Whether there is no account yet.
    empty: bool,
}

/// What a link to sign-in may say.
#[derive(Clone, Debug, Deserialize)]
pub struct Visit {
    next: Option<String>,
    error: Option<String>,
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
    let failed = query.0.error.map(|_| reader.locale(None).t("login.failed").into_owned());
    let empty = app.db.read(setup::is_open).await?;
    page(&LoginPage { frame: reader.alone(), email: String::new(), next, problem: failed, empty })
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
        Err(error) => refuse(reader, form, error),
    }
}

async fn check(app: &AppState, sender: &Sender, form: SignIn) -> AppResult<User> {
    app.attempts.count(&form.email, &sender.address)?;
    let claimed = app.db.read(move |conn| accounts::find_claimed(conn, &form.email)).await?;
    accounts::sign_in(claimed, form.password).await
}

/// The form again, for attempts that may be repeated, now or later.
fn refuse(reader: Reader, form: SignIn, error: AppError) -> WebResult<HttpResponse> {
    let wait = match error {
        AppError::BadRequest(_) => None,
        AppError::TooManyRequests { retry_after } => Some(retry_after),
        other => return Err(other.into()),
    };
    let problem = reader.locale(None).t(&format!("error.{}", error.code())).into_owned();
    let next = paths::safe_next(form.next.as_deref()).to_owned();
    let frame = reader.at(paths::login(&next)).alone();
    let again = LoginPage { frame, email: form.email, next, problem: Some(problem), empty: false };
    let mut answer = page_with(app_status(&error), &again)?;
    if let Some(seconds) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(answer)
}

/// Signs out of this browser.
pub async fn sign_out(session: Session) -> HttpResponse {
    session.purge();
    see_other(paths::LOGIN)
}
