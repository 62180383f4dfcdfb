//! What may be done to a conversation as a whole: another name, a pin, the archive, the end.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use crate::db::DbConn;
use crate::error::AppError;
use crate::services::sessions::{self, UpdateSession};
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id};
use crate::web::pages::form::Problems;
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, page_with};
use crate::web::{App, paths};

/// `GET /chat/{id}/rename`.
#[derive(Template)]
#[template(path = "chat/rename.html")]
struct RenamePage {
    frame: Frame,
    id: String,
    /// Its name, or what was typed.
    name: String,
    problems: Problems,
}

/// `GET /chat/{id}/delete`.
#[derive(Template)]
#[template(path = "chat/delete.html")]
struct DeletePage {
    frame: Frame,
    id: String,
    name: String,
    /// How many messages go with it.
    messages: i64,
}

/// A new name, and the page it was given on.
#[derive(Clone, Debug, Deserialize)]
pub struct NewName {
    name: Option<String>,
    next: Option<String>,
}

/// Pinned or archived, or not any more, and the page that was said on.
#[derive(Clone, Debug, Deserialize)]
pub struct Filing {
    pinned: Option<bool>,
    archived: Option<bool>,
    next: Option<String>,
}

/// Asks for a new name.
pub async fn rename_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let session = sessions::find(conn, &user.0, &id.0)?;
        let frame = reader.frame(conn, &user.0, Some(&session.id))?;
        Ok(RenamePage { frame, id: session.id, name: session.name, problems: Problems::default() })
    };
    page(&app.db.read(load).await?)
}

/// Gives a conversation another name.
pub async fn rename(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    id: Id,
    form: Form<NewName>,
) -> WebResult<HttpResponse> {
    let (locale, user, id, form) = (reader.locale(Some(&user.0)), user.0, id.0, form.0);
    let input = UpdateSession { name: form.name.clone(), ..UpdateSession::default() };
    let (owner, place) = (user.clone(), id.clone());
    let Err(error) = app.db.write(move |conn| sessions::update(conn, &owner, &place, &input)).await else {
        return done(&session, "flash.renamed", &next(form.next.as_deref(), &id));
    };
    let status = app_status(&error);
    let problems = Problems::from_error(error, locale)?;
    let reader = reader.at(paths::rename(&id));
    let frame = app.db.read(move |conn| reader.frame(conn, &user, None)).await?;
    page_with(status, &RenamePage { frame, id, name: form.name.unwrap_or_default(), problems })
}

/// Pins a conversation, or takes the pin away.
pub async fn pin(
    user: PageUser,
    app: App,
    session: Session,
    id: Id,
    form: Form<Filing>,
) -> WebResult<HttpResponse> {
    let pinned = form.0.pinned.ok_or(AppError::BadRequest("missing_parameter"))?;
    let input = UpdateSession { pinned: Some(pinned), ..UpdateSession::default() };
    let place = next(form.0.next.as_deref(), &id.0);
    app.db.write(move |conn| sessions::update(conn, &user.0, &id.0, &input)).await?;
    done(&session, if pinned { "flash.pinned" } else { "flash.unpinned" }, &place)
}

/// Puts a conversation into the archive, or takes it back.
pub async fn archive(
    user: PageUser,
    app: App,
    session: Session,
    id: Id,
    form: Form<Filing>,
) -> WebResult<HttpResponse> {
    let archived = form.0.archived.ok_or(AppError::BadRequest("missing_parameter"))?;
    let input = UpdateSession { archived: Some(archived), ..UpdateSession::default() };
    let place = next(form.0.next.as_deref(), &id.0);
    app.db.write(move |conn| sessions::update(conn, &user.0, &id.0, &input)).await?;
    done(&session, if archived { "flash.archived" } else { "flash.unarchived" }, &place)
}

/// Asks whether a conversation may be deleted.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let session = sessions::find(conn, &user.0, &id.0)?;
        let frame = reader.frame(conn, &user.0, Some(&session.id))?;
        Ok(DeletePage { frame, id: session.id, name: session.name, messages: session.message_count })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a conversation with all that was said in it.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    let gone = id.0.clone();
    app.db.write(move |conn| sessions::delete(conn, &user.0, &id.0)).await?;
    app.runs.stop_session(&gone);
    done(&session, "flash.deleted", paths::CHAT)
}

/// The page a form stood on, else the conversation.
fn next(given: Option<&str>, id: &str) -> String {
    given.map_or_else(|| paths::chat(id), |path| paths::safe_next(Some(path)).to_owned())
}
