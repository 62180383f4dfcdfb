//! Settings: personal access tokens for programs.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use serde::Deserialize;

use super::confirm::{Confirm, Yes};
use super::form::Problems;
use super::frame::Frame;
use super::moment::{Clock, Moment};
use super::reader::Reader;
use super::respond::{done, page, page_with};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::api_token::ApiToken;
use crate::models::user::User;
use crate::services::tokens;
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id};
use crate::web::{App, paths};

const DAY: i64 = 24 * 60 * 60;

/// `GET /settings/tokens`, and the answer to a new one with its secret.
#[derive(Template)]
#[template(path = "settings/tokens.html")]
struct TokensPage {
    frame: Frame,
    /// Newest first.
    tokens: Vec<TokenLine>,
    typed: Typed,
}

/// What the form above the list has to say.
#[derive(Default)]
struct Typed {
    /// The secret just made: shown this once.
    secret: Option<String>,
    /// The name that was typed.
    name: String,
    problems: Problems,
}

/// One token.
#[derive(Clone, Debug)]
struct TokenLine {
    id: String,
    name: String,
    /// The first characters, to know it by.
    prefix: String,
    created: Moment,
    used: Option<Moment>,
    expires: Option<Moment>,
    /// Whether it has stopped working.
    over: bool,
}

/// A token as it was asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewToken {
    name: String,
    expires_in_days: String,
}

/// Lists the tokens.
pub async fn list(user: PageUser, app: App, reader: Reader) -> WebResult<HttpResponse> {
    page(&TokensPage::load(&app, user.0, reader, Typed::default()).await?)
}

/// Makes a token and shows its secret, this once: the answer is kept nowhere.
pub async fn create(
    user: PageUser,
    app: App,
    reader: Reader,
    form: Form<NewToken>,
) -> WebResult<HttpResponse> {
    let (user, name, reader) = (user.0, form.0.name.clone(), reader.at(paths::TOKENS));
    let (status, typed) = match make(&app, user.clone(), form.0).await {
        Ok(secret) => (StatusCode::OK, Typed { secret: Some(secret), ..Typed::default() }),
        Err(error) => {
            let status = app_status(&error);
            let problems = Problems::from_error(error, reader.locale(Some(&user)))?;
            (status, Typed { name, problems, secret: None })
        }
    };
    let mut answer = page_with(status, &TokensPage::load(&app, user, reader, typed).await?)?;
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(answer)
}

async fn make(app: &AppState, user: User, form: NewToken) -> AppResult<String> {
    let input = tokens::NewToken { name: Some(form.name), expires_at: expiry(&form.expires_in_days)? };
    let (_, secret) = app.write_as(user, move |conn, user| tokens::create(conn, user, &input)).await?;
    Ok(secret)
}

fn expiry(days: &str) -> AppResult<Option<String>> {
    if days.is_empty() {
        return Ok(None);
    }
    let days: i64 = days.parse().map_err(|_| AppError::field("expires_in_days", "not_a_number"))?;
    match (1..=3650).contains(&days) {
        true => Ok(Some(Time::now().plus_seconds(days * DAY).to_rfc3339())),
        false => Err(AppError::field("expires_in_days", "out_of_range")),
    }
}

/// Asks whether a token may be revoked.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let token = tokens::find(conn, &user.0, &id.0)?;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(Confirm {
            title: "tokens.revoke_title",
            question: frame.t_with("tokens.revoke_question", "name", token.name),
            consequence: Some(frame.t("tokens.revoke_consequence").into_owned()),
            yes: Yes { word: "tokens.revoke", ..Yes::DELETE },
            action: paths::delete_token(&token.id),
            back: paths::TOKENS.to_owned(),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Revokes a token.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    app.write_as(user.0, move |conn, user| tokens::delete(conn, user, &id.0)).await?;
    done(&session, "flash.token_revoked", paths::TOKENS)
}

impl TokensPage {
    async fn load(app: &AppState, user: User, reader: Reader, typed: Typed) -> AppResult<Self> {
        let load = move |conn: &mut DbConn| {
            let (clock, locale) = (reader.clock(), reader.locale(Some(&user)));
            let rows = tokens::list(conn, &user)?;
            let tokens = rows.into_iter().map(|row| TokenLine::new(row, clock, locale)).collect();
            Ok(Self { frame: reader.frame(conn, &user, None)?, tokens, typed })
        };
        app.db.read(load).await
    }
}

impl TokenLine {
    fn new(row: ApiToken, clock: Clock, locale: Locale) -> Self {
        Self {
            over: tokens::is_over(&row),
            created: clock.day(row.created_at.millis()),
            used: row.last_used_at.map(|at| clock.ago(at.millis(), locale)),
            expires: row.expires_at.map(|at| clock.day(at.millis())),
            id: row.id,
            name: row.name,
            prefix: row.prefix,
        }
    }
}
