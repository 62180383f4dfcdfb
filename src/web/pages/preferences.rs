//! Language and theme as chosen at the foot of any page: in a cookie, and with the account of who is signed in.

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use serde::Deserialize;

use super::frame::Theme;
use super::respond::see_other;
use crate::i18n::Locale;
use crate::services::accounts::{self, UpdateUser};
use crate::web::auth::MaybeUser;
use crate::web::client::{LOCALE_COOKIE, THEME_COOKIE};
use crate::web::errors::WebResult;
use crate::web::extract::Form;
use crate::web::{App, paths};

/// A choice, and the page it was made on.
#[derive(Clone, Debug, Deserialize)]
pub struct Preferences {
    theme: Option<String>,
    locale: Option<String>,
    next: Option<String>,
}

/// Keeps the choice and goes back.
pub async fn save(user: MaybeUser, app: App, form: Form<Preferences>) -> WebResult<HttpResponse> {
    let theme = form.0.theme.as_deref().map(Theme::parse);
    let locale = form.0.locale.as_deref().and_then(Locale::parse);
    if let Some(user) = user.0 {
        let kept = UpdateUser {
            theme: theme.map(|theme| theme.stored().to_owned()),
            locale: locale.map(|locale| locale.tag().to_owned()),
            ..UpdateUser::default()
        };
        app.write_as(user, move |conn, user| accounts::update(conn, user, &user.id, &kept)).await?;
    }
    let answer = see_other(paths::safe_next(form.0.next.as_deref()));
    remember(answer, theme, locale)
}

/// Adds the cookies of a choice to an answer.
///
/// # Errors
/// `Internal`, when a cookie cannot be written.
pub fn remember(
    mut answer: HttpResponse,
    theme: Option<Theme>,
    locale: Option<Locale>,
) -> WebResult<HttpResponse> {
    let pairs = [(THEME_COOKIE, theme.map(Theme::name)), (LOCALE_COOKIE, locale.map(Locale::tag))];
    for (name, value) in pairs.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let cookie = Cookie::build(name, value)
            .path("/")
            .max_age(Duration::days(365))
            .same_site(SameSite::Lax)
            .http_only(true)
            .finish();
        answer.add_cookie(&cookie).map_err(|error| crate::error::AppError::Internal(error.into()))?;
    }
    Ok(answer)
}
