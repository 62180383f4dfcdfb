//! The first account of a new installation.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::form::Problems;
use super::frame::Frame;
use super::reader::Reader;
use super::respond::{page, page_with, see_other};
use crate::error::AppResult;
use crate::models::user::{Role, User};
use crate::services::accounts::NewAccount;
use crate::services::passwords::Password;
use crate::services::setup;
use crate::services::text::{Email, ShortName};
use crate::state::AppState;
use crate::web::auth;
use crate::web::client::Sender;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Query};
use crate::web::{App, paths};

/// `GET /setup?code=`.
#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    frame: Frame,
    /// What was typed; the password never comes back.
    typed: FirstAccount,
    problems: Problems,
}

/// The link the server printed.
#[derive(Deserialize)]
pub struct Invitation {
    #[serde(default)]
    code: String,
}

/// The first admin.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct FirstAccount {
    code: String,
    name: String,
    email: String,
    password: String,
}

/// Shows the form to who holds the code.
pub async fn show(app: App, reader: Reader, query: Query<Invitation>) -> WebResult<HttpResponse> {
    let code = query.0.code;
    let held = code.clone();
    app.db.read(move |conn| setup::check(conn, &held)).await?;
    let typed = FirstAccount { code, ..FirstAccount::default() };
    page(&SetupPage { frame: reader.alone(), typed, problems: Problems::default() })
}

/// Creates the account and signs it in.
pub async fn create(
    app: App,
    reader: Reader,
    sender: Sender,
    session: Session,
    form: Form<FirstAccount>,
) -> WebResult<HttpResponse> {
    match complete(&app, form.0.clone()).await {
        Ok(user) => {
            auth::sign_in(&session, &user, &sender)?;
            Ok(see_other(paths::HOME))
        }
        Err(error) => {
            let (status, locale) = (app_status(&error), reader.locale(None));
            let problems = Problems::from_error(error, locale)?;
            let frame = reader.at(paths::setup(&form.0.code)).alone();
            page_with(status, &SetupPage { frame, typed: form.0, problems })
        }
    }
}

async fn complete(app: &AppState, form: FirstAccount) -> AppResult<User> {
    let code = form.code.clone();
    app.db.read(move |conn| setup::check(conn, &code)).await?;
    let (email, name) = (Email::parse(&form.email)?, ShortName::parse(&form.name)?);
    let hash = Password::parse(&form.password)?.hash().await?;
    let admin = NewAccount { email, name, role: Role::Admin, password_hash: Some(hash) };
    app.db.write(move |conn| setup::complete(conn, &form.code, admin)).await
}
