//! Writing: the editor with its preview, publishing, and the end of a post.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::markdown;
use crate::models::post::WrittenPost;
use crate::models::user::User;
use crate::services::artifacts::{self, FullArtifact};
use crate::services::posts::{self, UpdatePost, WritePost};
use crate::web::auth::PageUser;
use crate::web::beside::beside;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id, Query};
use crate::web::pages::artifacts::content::in_markdown;
use crate::web::pages::chat::turn::language;
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::form::{Problems, words};
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, page_with};
use crate::web::{App, paths};

/// The editor of a new post (`slug` is `None`) or of one that is there.
#[derive(Template)]
#[template(path = "posts/edit.html")]
struct EditPage {
    frame: Frame,
    slug: Option<String>,
    form: PostForm,
    /// Whether everybody can read the post already.
    published: bool,
    /// What was typed, as readers would see it.
    preview: Option<String>,
    /// The language of what was typed, as far as its letters tell.
    lang: &'static str,
    problems: Problems,
}

/// Where a post begins.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    artifact: Option<String>,
}

/// A post as it is typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PostForm {
    title: String,
    content: String,
    /// Words with commas between them.
    tags: String,
    artifact_id: String,
    /// `preview`, `draft` or `publish`.
    action: String,
    /// Whether everybody can read the post already.
    published: bool,
}

impl PostForm {
    fn of(written: &WrittenPost) -> Self {
        let post = &written.post;
        let (title, content) = (post.title.clone(), post.content.clone());
        let tags = post.tags.words().join(", ");
        Self { title, content, tags, published: post.published, ..Self::default() }
    }

    fn is_preview(&self) -> bool {
        self.action == "preview"
    }

    fn publishes(&self) -> bool {
        self.action != "draft"
    }

    fn flash(&self) -> &'static str {
        match (self.publishes(), self.published) {
            (true, false) => "flash.post_published",
            (false, true) => "flash.post_unpublished",
            _ => "flash.saved",
        }
    }
}

/// An empty editor, or one with an artifact in it.
pub async fn new_form(
    user: PageUser,
    app: App,
    reader: Reader,
    query: Query<Source>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let form = match query.0.artifact {
            Some(id) => from_artifact(conn, &user.0, &id)?,
            None => PostForm::default(),
        };
        EditPage::load(conn, &user.0, reader, None, form, Problems::default())
    };
    page(&beside(app.db.read(load).await?).await?)
}

fn from_artifact(conn: &mut DbConn, user: &User, id: &str) -> AppResult<PostForm> {
    let FullArtifact { artifact, content } = artifacts::find(conn, user, id, None)?;
    let content = in_markdown(artifact.kind, artifact.language.as_deref(), &content);
    Ok(PostForm { title: artifact.title, content, artifact_id: artifact.id, ..PostForm::default() })
}

/// Writes a post, or shows how it would look.
pub async fn create(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    form: Form<PostForm>,
) -> WebResult<HttpResponse> {
    let (user, form) = (user.0, form.0);
    let reader = reader.at(paths::NEW_POST);
    if form.is_preview() {
        return again(&app, user, reader, None, form, None).await;
    }
    let input = WritePost {
        title: Some(form.title.clone()),
        content: Some(form.content.clone()),
        tags: Some(words(&form.tags)),
        published: Some(form.publishes()),
        artifact_id: Some(form.artifact_id.clone()),
    };
    let author = user.clone();
    match app.write_as(author, move |conn, user| posts::create(conn, user, &input)).await {
        Ok(written) => done(&session, form.flash(), &paths::post(&written.post.slug)),
        Err(error) => again(&app, user, reader, None, form, Some(error)).await,
    }
}

/// The editor of a post.
pub async fn edit_form(user: PageUser, app: App, reader: Reader, name: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let found = posts::find_changeable(conn, &user.0, &name.0)?;
        let (form, slug) = (PostForm::of(&found), Some(found.post.slug));
        EditPage::load(conn, &user.0, reader, slug, form, Problems::default())
    };
    page(&beside(app.db.read(load).await?).await?)
}

/// Changes a post, or shows how it would look.
pub async fn update(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    name: Id,
    form: Form<PostForm>,
) -> WebResult<HttpResponse> {
    let (user, slug, form) = (user.0, name.0, form.0);
    let reader = reader.at(paths::edit_post(&slug));
    if form.is_preview() {
        return again(&app, user, reader, Some(slug), form, None).await;
    }
    let input = UpdatePost {
        title: Some(form.title.clone()),
        content: Some(form.content.clone()),
        tags: Some(words(&form.tags)),
        published: Some(form.publishes()),
    };
    let (editor, place) = (user.clone(), slug.clone());
    match app.write_as(editor, move |conn, user| posts::update(conn, user, &place, &input)).await {
        Ok(written) => done(&session, form.flash(), &after(&user, &written)),
        Err(error) => again(&app, user, reader, Some(slug), form, Some(error)).await,
    }
}

/// The post, or the list when it has become somebody else's draft.
fn after(user: &User, written: &WrittenPost) -> String {
    match written.post.published || written.author.id == user.id {
        true => paths::post(&written.post.slug),
        false => paths::POSTS.to_owned(),
    }
}

/// The editor once more with what was typed: beside it what is wrong, or under it how it would look.
async fn again(
    app: &App,
    user: User,
    reader: Reader,
    slug: Option<String>,
    form: PostForm,
    error: Option<AppError>,
) -> WebResult<HttpResponse> {
    let locale = reader.locale(Some(&user));
    let status = error.as_ref().map_or(StatusCode::OK, app_status);
    let problems = error.map(|error| Problems::from_error(error, locale)).transpose()?.unwrap_or_default();
    let load = move |conn: &mut DbConn| {
        if let Some(slug) = &slug {
            posts::find_changeable(conn, &user, slug)?;
        }
        EditPage::load(conn, &user, reader, slug, form, problems)
    };
    page_with(status, &beside(app.db.read(load).await?).await?)
}

impl EditPage {
    /// Reads what stands around the editor; what is returned makes the page, which needs no connection.
    fn load(
        conn: &mut DbConn,
        user: &User,
        reader: Reader,
        slug: Option<String>,
        form: PostForm,
        problems: Problems,
    ) -> AppResult<impl FnOnce() -> Self + Send + 'static + use<>> {
        let frame = reader.frame(conn, user, None)?;
        Ok(move || {
            let preview = form.is_preview().then(|| markdown::render(&form.content));
            let (published, lang) = (form.published, language(&form.content));
            Self { frame, slug, form, published, preview, lang, problems }
        })
    }

    fn action(&self) -> String {
        self.slug.as_deref().map_or_else(|| paths::POSTS.to_owned(), paths::edit_post)
    }

    fn back(&self) -> String {
        self.slug.as_deref().map_or_else(|| paths::POSTS.to_owned(), paths::post)
    }
}

/// Asks whether a post may be deleted.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, name: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let post = posts::find_changeable(conn, &user.0, &name.0)?.post;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(Confirm {
            title: "posts.delete",
            question: frame.t_with("posts.delete_question", "title", post.title),
            consequence: Some(frame.t("posts.delete_consequence").into_owned()),
            yes: Yes::DELETE,
            action: paths::delete_post(&post.slug),
            back: paths::post(&post.slug),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a post.
pub async fn delete(user: PageUser, app: App, session: Session, name: Id) -> WebResult<HttpResponse> {
    app.write_as(user.0, move |conn, user| posts::delete(conn, user, &name.0)).await?;
    done(&session, "flash.post_deleted", paths::POSTS)
}
