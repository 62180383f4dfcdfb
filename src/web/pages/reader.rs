//! Who reads a page and how: language, theme, clock, and what the last action left to say. Knows no single page.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::{Deserialize, Serialize};

use super::frame::{Frame, Theme, Told, Viewer};
use super::moment::Clock;
use super::sidebar::Sidebar;
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::user::User;
use crate::services::sessions::{self, ListSessions};
use crate::state::AppState;
use crate::web::client::{LOCALE_COOKIE, THEME_COOKIE, api_locale};
use crate::web::errors::WebResult;
use crate::web::paths;

/// The cookie in which the browser says how many minutes east of Greenwich it is.
const ZONE_COOKIE: &str = "stoa_tz";
/// The name under which a session holds the sentence to be shown next.
const FLASH: &str = "flash";
/// Conversations at the side; a link leads to the others.
const AT_THE_SIDE: &str = "40";

/// What a page needs to know of the request, as a handler's parameter.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The path and query of the page.
    pub here: String,
    chosen_locale: Option<Locale>,
    browser_locale: Locale,
    chosen_theme: Option<Theme>,
    offset_minutes: i32,
    flash: Option<Flash>,
}

/// A sentence kept in the browser's session until the next page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flash {
    /// Its key.
    key: String,
    /// Where what was made can be seen.
    link: Option<String>,
}

impl Flash {
    /// Keeps the sentence of that key, with a link to what was made if there is one.
    ///
    /// # Errors
    /// `Internal`, when the session cannot hold it.
    pub fn keep(session: &Session, key: &str, link: Option<&str>) -> WebResult<()> {
        let flash = Self { key: key.to_owned(), link: link.map(str::to_owned) };
        session.insert(FLASH, flash).map_err(|error| AppError::Internal(anyhow::anyhow!("{error}")).into())
    }
}

impl Reader {
    /// Reads everything but the sentence to be shown, which belongs to a page that was asked for.
    pub fn of(request: &HttpRequest) -> Self {
        let cookie = |name| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let here = request.uri().path_and_query().map(ToString::to_string);
        Self {
            here: here.filter(|_| request.method().is_safe()).unwrap_or_else(|| paths::HOME.to_owned()),
            chosen_locale: cookie(LOCALE_COOKIE).and_then(|tag| Locale::parse(&tag)),
            browser_locale: api_locale(request),
            chosen_theme: cookie(THEME_COOKIE).map(|name| Theme::parse(&name)),
            offset_minutes: cookie(ZONE_COOKIE).and_then(|text| text.parse().ok()).unwrap_or_default(),
            flash: None,
        }
    }

    /// The language: chosen in this browser, else with the account, else the browser's own.
    pub fn locale(&self, user: Option<&User>) -> Locale {
        let kept = || user.and_then(|user| user.locale.as_deref()).and_then(Locale::parse);
        self.chosen_locale.or_else(kept).unwrap_or(self.browser_locale)
    }

    /// The reader's clock.
    pub fn clock(&self) -> Clock {
        Clock { now: Time::now().millis(), offset_minutes: self.offset_minutes }
    }

    /// The same reader, on the page of that path: for answers to forms, whose own path nobody can return to.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.here = path.into();
        self
    }

    /// What surrounds a page for nobody in particular.
    pub fn alone(self) -> Frame {
        self.frame_for(None, Sidebar::default())
    }

    /// What surrounds a public page: the sidebar for a member, nothing for anybody else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public(self, app: &AppState, user: Option<User>) -> AppResult<Frame> {
        match user {
            Some(user) => app.db.read(move |conn| self.frame(conn, &user, None)).await,
            None => Ok(self.alone()),
        }
    }

    /// What surrounds `user`'s page; `current` is the conversation it shows.
    ///
    /// # Errors
    /// When the database fails.
    pub fn frame(self, conn: &mut DbConn, user: &User, current: Option<&str>) -> AppResult<Frame> {
        let wanted = ListSessions {
            archived: Some("false".to_owned()),
            limit: Some(AT_THE_SIDE.to_owned()),
            ..ListSessions::default()
        };
        let page = sessions::list(conn, user, &wanted)?;
        let sidebar = Sidebar::new(&page.items, current, self.clock());
        Ok(self.frame_for(Some(user), sidebar))
    }

    fn frame_for(self, user: Option<&User>, sidebar: Sidebar) -> Frame {
        let locale = self.locale(user);
        let kept = || user.and_then(|user| user.theme).map(|theme| Theme::parse(theme.as_str()));
        Frame {
            locale,
            theme: self.chosen_theme.or_else(kept).unwrap_or_default(),
            viewer: user.map(|user| Viewer { id: user.id.clone(), name: user.name.clone() }),
            sidebar,
            flash: self
                .flash
                .map(|flash| Told { sentence: locale.t(&flash.key).into_owned(), link: flash.link }),
            here: self.here,
        }
    }
}

impl FromRequest for Reader {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = request.get_session();
        let asked_for = request.method().is_safe();
        let flash = asked_for.then(|| session.remove_as::<Flash>(FLASH)).flatten().and_then(Result::ok);
        ready(Ok(Self { flash, ..Self::of(request) }))
    }
}
