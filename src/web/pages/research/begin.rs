//! The box in which a research begins.

use actix_web::HttpResponse;
use askama::Template;

use super::place_name;
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::user::User;
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::pages::composer::{Asks, Choice, Composer, Typed};
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::{App, paths};

/// `GET /research`.
#[derive(Template)]
#[template(path = "research/begin.html")]
pub struct BeginPage {
    frame: Frame,
    composer: Composer,
    /// The names of the places that are searched.
    places: Vec<String>,
}

/// Shows the box.
pub async fn show(user: PageUser, app: App, reader: Reader) -> WebResult<HttpResponse> {
    page(&BeginPage::load(&app, user.0, reader, Typed::default()).await?)
}

impl BeginPage {
    /// The page with what is `typed` in the box.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(app: &AppState, user: User, reader: Reader, typed: Typed) -> AppResult<Self> {
        let composer = Composer {
            action: paths::CHAT.to_owned(),
            draft: "research".to_owned(),
            models: Choice::of(app).await.options(typed.model.as_deref()),
            typed,
            stop: None,
            placeholder: "composer.placeholder_research",
            asks: Asks::Research,
        };
        let locale = reader.locale(Some(&user));
        let places = app.search_sources.iter().map(|name| place_name(name, locale)).collect();
        let frame = app.db.read(move |conn: &mut DbConn| reader.frame(conn, &user, None)).await?;
        Ok(Self { frame, composer, places })
    }
}
