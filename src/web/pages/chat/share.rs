//! The page on which an owner shares a conversation, and the one that strangers read.

use std::sync::Arc;

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use askama::Template;

use super::turn::language;
use crate::db::DbConn;
use crate::error::{AppError, Thing};
use crate::i18n::Locale;
use crate::markdown;
use crate::models::message::MessageRole;
use crate::models::share::SharedMessage;
use crate::services::sessions;
use crate::services::shares::{self, Shared};
use crate::web::auth::PageUser;
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::Id;
use crate::web::pages::composer::model_name;
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::frame::Frame;
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page};
use crate::web::{App, paths};

/// `GET /chat/{id}/share`.
#[derive(Template)]
#[template(path = "chat/share.html")]
struct SharePage {
    frame: Frame,
    id: String,
    name: String,
    share: Option<Address>,
}

/// Where the copy is, and since when.
struct Address {
    url: String,
    since: Moment,
}

/// `GET /share/{key}`.
#[derive(Template)]
#[template(path = "chat/shared.html")]
struct SharedPage {
    frame: Frame,
    name: String,
    owner: String,
    at: Moment,
    said: Vec<Said>,
}

/// One message, ready for display.
struct Said {
    asked: bool,
    who: String,
    model: Option<String>,
    time: Moment,
    /// What a person said, to the letter; empty for answers.
    words: String,
    /// An answer as safe HTML; empty for what a person said.
    html: Arc<str>,
    lang: &'static str,
}

/// Shows whether a conversation is shared, and where.
pub async fn form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let base = app.base_url.clone();
    let load = move |conn: &mut DbConn| {
        let session = sessions::find(conn, &user.0, &id.0)?;
        let share = match shares::find(conn, &user.0, &session.id) {
            Err(AppError::NotFound(Thing::Resource)) => None,
            found => Some(found?),
        };
        let share = share.map(|share| Address {
            url: format!("{base}{}", paths::shared(&share.key)),
            since: reader.clock().at(share.created_at.millis()),
        });
        let frame = reader.frame(conn, &user.0, Some(&session.id))?;
        Ok(SharePage { frame, id: session.id, name: session.name, share })
    };
    page(&app.db.read(load).await?)
}

/// Shares a conversation as it is now.
pub async fn freeze(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    let place = paths::share(&id.0);
    app.write_as(user.0, move |conn, user| shares::freeze(conn, user, &id.0)).await?;
    done(&session, "flash.shared", &place)
}

/// Asks whether a share may be taken back.
pub async fn revoke_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let session = sessions::find(conn, &user.0, &id.0)?;
        shares::find(conn, &user.0, &session.id)?;
        let frame = reader.frame(conn, &user.0, Some(&session.id))?;
        Ok(Confirm {
            title: "share.revoke",
            question: frame.t_with("share.revoke_question", "name", session.name),
            consequence: Some(frame.t("share.revoke_consequence").into_owned()),
            yes: Yes { word: "share.revoke", ..Yes::DELETE },
            action: paths::revoke_share(&session.id),
            back: paths::share(&session.id),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Takes a share back.
pub async fn revoke(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    let place = paths::share(&id.0);
    app.write_as(user.0, move |conn, user| shares::revoke(conn, user, &id.0)).await?;
    done(&session, "flash.share_revoked", &place)
}

/// Shows a shared conversation to anybody. No cache keeps it, so that revoking it is final; no search engine lists it.
pub async fn read(app: App, reader: Reader, key: Id) -> WebResult<HttpResponse> {
    let shared = app.db.read(move |conn| shares::open(conn, &key.0)).await?;
    let markdown = Arc::clone(&app.markdown);
    let mut answer = page(&beside(move || SharedPage::new(&markdown, reader, shared)).await?)?;
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    Ok(answer)
}

impl SharedPage {
    fn new(markdown: &markdown::Cache, reader: Reader, shared: Shared) -> Self {
        let (clock, locale) = (reader.clock(), reader.locale(None));
        let said = shared.messages.into_iter();
        Self {
            said: said.map(|message| Said::new(message, &shared.owner, clock, locale, markdown)).collect(),
            at: clock.at(shared.created_at.millis()),
            frame: reader.alone(),
            name: shared.name,
            owner: shared.owner,
        }
    }
}

impl Said {
    fn new(
        message: SharedMessage,
        owner: &str,
        clock: Clock,
        locale: Locale,
        markdown: &markdown::Cache,
    ) -> Self {
        let asked = message.role == MessageRole::User;
        Self {
            who: if asked { owner.to_owned() } else { locale.t("app.assistant").into_owned() },
            model: message.model.as_deref().map(|id| model_name(id).to_owned()),
            time: clock.at(message.created_at.millis()),
            lang: language(&message.content),
            html: if asked { Arc::from("") } else { markdown.render(&message.content) },
            words: if asked { message.content } else { String::new() },
            asked,
        }
    }
}
