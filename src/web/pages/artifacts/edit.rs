//! The form of an artifact: a new one, and the next version of one that exists. When somebody else was faster, both texts
//! stand side by side, and whoever has seen the newer one may write over it.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;
use similar::ChangeTag;

use super::changes::Changes;
use super::list::kind_label;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::artifact::ArtifactKind;
use crate::models::user::User;
use crate::services::artifacts::{self, FullArtifact, NewArtifact, UpdateArtifact};
use crate::state::AppState;
use crate::web::api::artifacts::WhichVersion;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id, Query};
use crate::web::pages::form::{Problems, words};
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, page_with};
use crate::web::{App, paths};

/// `GET /artifacts/new` and `GET /artifacts/{id}/edit`.
#[derive(Template)]
#[template(path = "artifacts/edit.html")]
struct EditPage {
    frame: Frame,
    /// The artifact; none for a new one.
    id: Option<String>,
    typed: ArtifactForm,
    /// The earlier version whose content is in the form.
    earlier: Option<i64>,
    /// Who was faster, when somebody was.
    conflict: Option<Conflict>,
    problems: Problems,
}

/// What others have written while somebody typed.
struct Conflict {
    newest: FullArtifact,
    /// The version that was being changed; none when the form named none.
    base: Option<i64>,
    /// What the typed text would change about the newest.
    changes: Changes,
}

/// An artifact as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ArtifactForm {
    title: String,
    kind: String,
    language: String,
    content: String,
    tags: String,
    session_id: String,
    base_version: String,
}

impl ArtifactForm {
    /// Browsers send every line end as CRLF.
    fn content(&self) -> Option<String> {
        Some(self.content.replace("\r\n", "\n"))
    }

    fn as_new(&self) -> NewArtifact {
        NewArtifact {
            title: Some(self.title.clone()),
            kind: Some(self.kind.clone()),
            language: Some(self.language.clone()),
            content: self.content(),
            session_id: Some(self.session_id.clone()),
            tags: Some(words(&self.tags)),
        }
    }

    fn as_change(&self) -> UpdateArtifact {
        UpdateArtifact {
            title: Some(self.title.clone()),
            content: self.content(),
            base_version: self.base_version.parse().ok(),
            tags: Some(words(&self.tags)),
        }
    }
}

impl From<FullArtifact> for ArtifactForm {
    fn from(full: FullArtifact) -> Self {
        let row = full.artifact;
        Self {
            title: row.title,
            kind: row.kind.as_str().to_owned(),
            language: row.language.unwrap_or_default(),
            content: full.content,
            tags: row.tags.words().join(", "),
            session_id: row.session_id.unwrap_or_default(),
            base_version: row.version.to_string(),
        }
    }
}

impl EditPage {
    fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        ArtifactKind::ALL.into_iter().map(|kind| (kind.as_str(), kind_label(kind)))
    }

    fn load(
        conn: &mut DbConn,
        user: &User,
        reader: Reader,
        id: Option<String>,
        typed: ArtifactForm,
    ) -> AppResult<Self> {
        let frame = reader.frame(conn, user, None)?;
        Ok(Self { frame, id, typed, earlier: None, conflict: None, problems: Problems::default() })
    }

    async fn refused(
        app: &AppState,
        user: User,
        reader: Reader,
        id: Option<String>,
        typed: ArtifactForm,
        error: AppError,
    ) -> WebResult<HttpResponse> {
        if let (Some(id), AppError::Conflict("stale_version")) = (&id, &error) {
            return Self::overtaken(app, user, reader, id.clone(), typed).await;
        }
        let status = app_status(&error);
        let problems = Problems::from_error(error, reader.locale(Some(&user)))?;
        let load =
            move |conn: &mut DbConn| Ok(Self { problems, ..Self::load(conn, &user, reader, id, typed)? });
        page_with(status, &app.db.read(load).await?)
    }

    /// The form with what was typed, now on top of the version that came between.
    async fn overtaken(
        app: &AppState,
        user: User,
        reader: Reader,
        id: String,
        mut typed: ArtifactForm,
    ) -> WebResult<HttpResponse> {
        let load = move |conn: &mut DbConn| {
            let newest = artifacts::find(conn, &user, &id, None)?;
            let conflict = Conflict {
                base: typed
                    .base_version
                    .parse()
                    .ok()
                    .filter(|base| (1..newest.artifact.version).contains(base)),
                changes: Changes::between(&newest.content, &typed.content().unwrap_or_default()),
                newest,
            };
            typed.base_version = conflict.newest.artifact.version.to_string();
            typed.kind = conflict.newest.artifact.kind.as_str().to_owned();
            typed.language = conflict.newest.artifact.language.clone().unwrap_or_default();
            Ok(Self { conflict: Some(conflict), ..Self::load(conn, &user, reader, Some(id), typed)? })
        };
        page_with(StatusCode::CONFLICT, &app.db.read(load).await?)
    }
}

/// The empty form, or one begun by a link.
pub async fn new_form(
    user: PageUser,
    app: App,
    reader: Reader,
    begun: Query<ArtifactForm>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| EditPage::load(conn, &user.0, reader, None, begun.0);
    page(&app.db.read(load).await?)
}

/// Keeps an artifact.
pub async fn create(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    form: Form<ArtifactForm>,
) -> WebResult<HttpResponse> {
    let (input, owner) = (form.0.as_new(), user.0.clone());
    match app.write_as(owner, move |conn, user| artifacts::create(conn, user, &input)).await {
        Ok(kept) => done(&session, "flash.artifact_kept", &paths::artifact(&kept.artifact.id)),
        Err(error) => {
            let reader = reader.at(paths::NEW_ARTIFACT);
            EditPage::refused(&app, user.0, reader, None, form.0, error).await
        }
    }
}

/// The form with an artifact as it is, or as an earlier version was.
pub async fn edit_form(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    which: Query<WhichVersion>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let newest = artifacts::newest_version(conn, &user.0, &id.0)?;
        let shown = artifacts::find(conn, &user.0, &id.0, which.0.version.as_deref())?;
        let earlier = Some(shown.artifact.version).filter(|version| *version != newest);
        let typed = ArtifactForm { base_version: newest.to_string(), ..shown.into() };
        Ok(EditPage { earlier, ..EditPage::load(conn, &user.0, reader, Some(id.0), typed)? })
    };
    page(&app.db.read(load).await?)
}

/// Writes the next version.
pub async fn update(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    id: Id,
    form: Form<ArtifactForm>,
) -> WebResult<HttpResponse> {
    let (input, owner, place) = (form.0.as_change(), user.0.clone(), id.0.clone());
    match app.write_as(owner, move |conn, user| artifacts::update(conn, user, &place, &input)).await {
        Ok(_) => done(&session, "flash.saved", &paths::artifact(&id.0)),
        Err(error) => {
            let reader = reader.at(paths::edit_artifact(&id.0));
            EditPage::refused(&app, user.0, reader, Some(id.0), form.0, error).await
        }
    }
}
