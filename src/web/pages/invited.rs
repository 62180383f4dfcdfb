//! `/invite/{code}`: somebody accepts an invitation and has an account.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::form::Problems;
use super::frame::Frame;
use super::reader::Reader;
use super::respond::{page, page_with, see_other};
use crate::error::AppResult;
use crate::models::user::User;
use crate::services::invitations::{self, Guest, Invited};
use crate::services::passwords::Password;
use crate::services::text::{Email, ShortName};
use crate::state::AppState;
use crate::web::auth;
use crate::web::client::Sender;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id};
use crate::web::{App, paths};

/// `GET /invite/{code}`.
#[derive(Template)]
#[template(path = "users/invited.html")]
struct InvitedPage {
    frame: Frame,
    code: String,
    /// The address the invitation names; nobody may choose another.
    fixed: Option<String>,
    /// What was typed; the password never comes back.
    typed: NewcomerForm,
    problems: Problems,
}

/// The account as it was filled in.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewcomerForm {
    name: String,
    email: String,
    password: String,
}

/// Shows the form to who holds the link.
pub async fn show(app: App, reader: Reader, sender: Sender, id: Id) -> WebResult<HttpResponse> {
    let (code, Invited { email: fixed, name }) = open(&app, &sender, id.0).await?;
    let typed = NewcomerForm { name: name.unwrap_or_default(), ..NewcomerForm::default() };
    let problems = Problems::default();
    page(&InvitedPage { frame: reader.alone(), code, fixed, typed, problems })
}

/// Creates the account and signs it in.
pub async fn accept(
    app: App,
    reader: Reader,
    sender: Sender,
    session: Session,
    id: Id,
    form: Form<NewcomerForm>,
) -> WebResult<HttpResponse> {
    let (code, Invited { email: fixed, .. }) = open(&app, &sender, id.0).await?;
    match join(&app, code.clone(), fixed.is_some(), form.0.clone()).await {
        Ok(user) => {
            auth::sign_in(&session, &user, &sender)?;
            Ok(see_other(paths::HOME))
        }
        Err(error) => {
            let (status, locale) = (app_status(&error), reader.locale(None));
            let problems = Problems::from_error(error, locale)?;
            let frame = reader.at(paths::invitation(&code)).alone();
            page_with(status, &InvitedPage { frame, code, fixed, typed: form.0, problems })
        }
    }
}

/// The secret of the invitation and whom it is for, if it can be accepted; tries are counted as those to sign in.
async fn open(app: &AppState, sender: &Sender, code: String) -> AppResult<(String, Invited)> {
    app.attempts.count_address(&sender.address)?;
    let held = code.clone();
    let invited = app.db.read(move |conn| invitations::find(conn, &held)).await?;
    Ok((code, invited))
}

async fn join(app: &AppState, code: String, fixed: bool, form: NewcomerForm) -> AppResult<User> {
    let name = ShortName::parse(&form.name)?;
    let email = if fixed { None } else { Some(Email::parse(&form.email)?) };
    let password_hash = Password::parse(&form.password)?.hash().await?;
    let guest = Guest { name, email, password_hash };
    app.db.write(move |conn| invitations::accept(conn, &code, guest)).await
}
