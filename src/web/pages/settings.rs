//! Settings: the profile, what was spent today, and the password.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use askama::Template;
use serde::Deserialize;

use super::form::Problems;
use super::frame::{Frame, Theme};
use super::preferences;
use super::reader::Reader;
use super::respond::{done, page, page_with};
use super::usage::Usage;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::user::User;
use crate::services::accounts::{self, UpdateUser};
use crate::services::budgets;
use crate::services::passwords::Password;
use crate::state::AppState;
use crate::web::auth::{self, PageUser};
use crate::web::client::LOCALE_COOKIE;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::Form;
use crate::web::{App, paths};

/// `GET /settings`.
#[derive(Template)]
#[template(path = "settings/profile.html")]
struct SettingsPage {
    frame: Frame,
    name: String,
    email: Option<String>,
    /// The language kept with the account; `None` follows the browser.
    locale: Option<Locale>,
    theme: Theme,
    has_password: bool,
    usage: Usage,
    problems: Problems,
}

/// The profile as it was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Profile {
    name: String,
    locale: String,
    theme: String,
}

/// A change of password.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewPassword {
    current_password: String,
    password: String,
}

/// Shows the settings.
pub async fn show(user: PageUser, app: App, reader: Reader) -> WebResult<HttpResponse> {
    page(&SettingsPage::load(&app, user.0, reader, Problems::default()).await?)
}

/// Changes the profile.
pub async fn save(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    form: Form<Profile>,
) -> WebResult<HttpResponse> {
    let (user, form) = (user.0, form.0);
    let (locale, theme) = (Locale::parse(&form.locale), Theme::parse(&form.theme));
    match change(&app, user.clone(), &form, theme).await {
        Ok(()) => {
            let mut answer = done(&session, "flash.saved", paths::SETTINGS)?;
            if locale.is_none() {
                let forget = Cookie::build(LOCALE_COOKIE, "").path("/").finish();
                answer.add_removal_cookie(&forget).map_err(|error| AppError::Internal(error.into()))?;
            }
            preferences::remember(answer, Some(theme), locale)
        }
        Err(error) => refuse(&app, User { name: form.name, ..user }, reader, error).await,
    }
}

async fn change(app: &AppState, user: User, form: &Profile, theme: Theme) -> AppResult<()> {
    let input = UpdateUser {
        name: Some(form.name.clone()),
        locale: Some(form.locale.clone()),
        theme: Some(theme.stored().to_owned()),
        ..UpdateUser::default()
    };
    app.write_as(user, move |conn, user| accounts::update(conn, user, &user.id, &input)).await.map(|_| ())
}

/// Changes the password; other browsers are signed out.
pub async fn set_password(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    form: Form<NewPassword>,
) -> WebResult<HttpResponse> {
    let device = auth::device_id(&session).unwrap_or_default();
    let flash = if user.0.password_hash.is_some() { "flash.password_changed" } else { "flash.password_set" };
    match exchange(&app, user.0.clone(), form.0, device).await {
        Ok(()) => done(&session, flash, paths::SETTINGS),
        Err(error) => refuse(&app, user.0, reader, error).await,
    }
}

async fn exchange(app: &AppState, user: User, form: NewPassword, device: String) -> AppResult<()> {
    // Who came in with a provider has none yet.
    if user.password_hash.is_some() {
        accounts::check_password(&user, form.current_password).await?;
    }
    let hash = Password::parse(&form.password)?.hash().await?;
    app.write_as(user, move |conn, user| accounts::set_password(conn, user, hash, &device)).await
}

/// The settings again, with what is wrong.
async fn refuse(app: &AppState, user: User, reader: Reader, error: AppError) -> WebResult<HttpResponse> {
    let status = app_status(&error);
    let problems = Problems::from_error(error, reader.locale(Some(&user)))?;
    page_with(status, &SettingsPage::load(app, user, reader.at(paths::SETTINGS), problems).await?)
}

impl SettingsPage {
    async fn load(app: &AppState, user: User, reader: Reader, problems: Problems) -> AppResult<Self> {
        let daily = app.daily_tokens;
        let load = move |conn: &mut DbConn| {
            let locale = reader.locale(Some(&user));
            Ok(Self {
                usage: Usage::new(&budgets::today(conn, &user.id, daily)?, locale),
                frame: reader.frame(conn, &user, None)?,
                locale: user.locale.as_deref().and_then(Locale::parse),
                theme: user.theme.map(|theme| Theme::parse(theme.as_str())).unwrap_or_default(),
                has_password: user.password_hash.is_some(),
                name: user.name,
                email: user.email,
                problems,
            })
        };
        app.db.read(load).await
    }

    fn speaks(&self, locale: &Locale) -> bool {
        self.locale.as_ref() == Some(locale)
    }
}
