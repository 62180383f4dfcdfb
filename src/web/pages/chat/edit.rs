//! What may be done to a conversation as a whole: another name, tags, a pin, the archive, the end.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use crate::db::DbConn;
use crate::error::AppError;
use crate::models::chat_session::ChatSession;
use crate::models::user::User;
use crate::services::sessions::{self, UpdateSession};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id, Query};
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::form::{Problems, words};
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, page_with};
use crate::web::{App, paths};

/// `GET /chat/{id}/rename` and `GET /chat/{id}/tags`: a form with one field.
#[derive(Template)]
#[template(path = "chat/edit.html")]
struct EditPage {
    frame: Frame,
    id: String,
    field: &'static Field,
    /// What the field holds, or what was typed.
    typed: String,
    /// The page that follows.
    next: String,
    problems: Problems,
}

/// A field and what stands around it.
struct Field {
    name: &'static str,
    title: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    required: bool,
    /// In characters.
    longest: u32,
    action: fn(&str) -> String,
    value: fn(&ChatSession) -> String,
}

static NAME: Field = Field {
    name: "name",
    title: "rename.title",
    label: "label.session_name",
    hint: None,
    required: true,
    longest: 200,
    action: paths::rename,
    value: |session| session.name.clone(),
};
static TAGS: Field = Field {
    name: "tags",
    title: "session_tags.title",
    label: "listing.tags",
    hint: Some("session_tags.hint"),
    required: false,
    longest: 2000,
    action: paths::tags,
    value: |session| session.tags.words().join(", "),
};

/// What a form says about a conversation, and the page it stood on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Changes {
    name: Option<String>,
    tags: Option<String>,
    pinned: Option<bool>,
    archived: Option<bool>,
    next: Option<String>,
}

/// The page a form was opened from.
#[derive(Clone, Debug, Deserialize)]
pub struct Opened {
    next: Option<String>,
}

impl Changes {
    fn input(&self) -> UpdateSession {
        UpdateSession {
            name: self.name.clone(),
            tags: self.tags.as_deref().map(words),
            pinned: self.pinned,
            archived: self.archived,
            ..UpdateSession::default()
        }
    }

    fn flash(&self) -> &'static str {
        match (self.pinned, self.archived) {
            (Some(true), _) => "flash.pinned",
            (Some(false), _) => "flash.unpinned",
            (None, Some(true)) => "flash.archived",
            (None, Some(false)) => "flash.unarchived",
            (None, None) if self.tags.is_some() => "flash.tagged",
            (None, None) => "flash.renamed",
        }
    }
}

/// Asks for a new name.
pub async fn rename_form(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    query: Query<Opened>,
) -> WebResult<HttpResponse> {
    EditPage::open(&app, user.0, reader, id.0, query.0, &NAME).await
}

/// Asks for tags.
pub async fn tags_form(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    query: Query<Opened>,
) -> WebResult<HttpResponse> {
    EditPage::open(&app, user.0, reader, id.0, query.0, &TAGS).await
}

/// Names, tags, pins or archives a conversation, or takes a pin or the archive back: whatever the form says.
pub async fn change(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    id: Id,
    form: Form<Changes>,
) -> WebResult<HttpResponse> {
    let (owner, place, input) = (user.0.clone(), id.0.clone(), form.0.input());
    match app.write_as(owner, move |conn, user| sessions::update(conn, user, &place, &input)).await {
        Ok(_) => done(&session, form.0.flash(), &next(form.0.next.as_deref(), &id.0)),
        Err(error) => EditPage::refused(&app, user.0, reader, id.0, form.0, error).await,
    }
}

impl EditPage {
    async fn open(
        app: &AppState,
        user: User,
        reader: Reader,
        id: String,
        opened: Opened,
        field: &'static Field,
    ) -> WebResult<HttpResponse> {
        let load = move |conn: &mut DbConn| {
            let session = sessions::find(conn, &user, &id)?;
            let frame = reader.frame(conn, &user, Some(&session.id))?;
            let (typed, next) = ((field.value)(&session), next(opened.next.as_deref(), &session.id));
            Ok(Self { frame, id: session.id, field, typed, next, problems: Problems::default() })
        };
        page(&app.db.read(load).await?)
    }

    async fn refused(
        app: &AppState,
        user: User,
        reader: Reader,
        id: String,
        form: Changes,
        error: AppError,
    ) -> WebResult<HttpResponse> {
        let status = app_status(&error);
        let problems = Problems::from_error(error, reader.locale(Some(&user)))?;
        let (field, typed) = match (form.name, form.tags) {
            (None, Some(tags)) => (&TAGS, tags),
            (name, _) => (&NAME, name.unwrap_or_default()),
        };
        let next = next(form.next.as_deref(), &id);
        let reader = reader.at((field.action)(&id));
        let frame = app.db.read(move |conn| reader.frame(conn, &user, None)).await?;
        page_with(status, &Self { frame, id, field, typed, next, problems })
    }
}

/// Asks whether a conversation may be deleted.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let session = sessions::find(conn, &user.0, &id.0)?;
        let frame = reader.frame(conn, &user.0, Some(&session.id))?;
        Ok(Confirm {
            title: "delete.title",
            question: frame.t_with("delete.question", "name", session.name),
            consequence: Some(frame.t_with("delete.consequence", "n", session.message_count)),
            yes: Yes::DELETE,
            action: paths::delete(&session.id),
            back: paths::latest(&session.id),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a conversation with all that was said in it.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    let gone = id.0.clone();
    app.write_as(user.0, move |conn, user| sessions::delete(conn, user, &id.0)).await?;
    app.runs.stop_session(&gone);
    done(&session, "flash.deleted", paths::CHAT)
}

/// The page a form stood on, else the conversation.
fn next(given: Option<&str>, id: &str) -> String {
    given.map_or_else(|| paths::chat(id), |path| paths::safe_next(Some(path)).to_owned())
}
