//! Posts.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{MissingParameter, MissingTitle, NotAuthor, Unauthorized, WrongTitle};
use super::remembered::{json, remembered_answer};
use super::{SUCCESS, Success};
use crate::error::AppResult;
use crate::markdown::Cache;
use crate::models::post::WrittenPost;
use crate::services::known::{self, Answer};
use crate::services::page_request::Page;
use crate::services::posts::{self, Article, ListPosts, UpdatePost, WritePost};
use crate::web::App;
use crate::web::auth::{ApiUser, MaybeUser};
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json, Query};

/// Most Markdown in one part of the list, in bytes; as HTML it may be several times as long.
const MOST: usize = 1024 * 1024;

/// A part of the posts.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostList {
    /// Newest publication first; drafts: last changed first. Where they are long, a part holds fewer than were asked for.
    pub posts: Vec<Article>,
    /// How many there are in all.
    #[schema(example = 1)]
    pub total: i64,
    /// To be given as `cursor` for the next part; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One post.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostBody {
    /// The post.
    pub post: Article,
}

/// Lists what is published, or the caller's own drafts.
#[utoipa::path(get, path = "/api/posts", params(ListPosts), security((), ("token" = []), ("cookie" = [])),
    responses((status = 200, body = PostList), Unauthorized))]
pub async fn list(
    user: MaybeUser,
    app: App,
    request: HttpRequest,
    query: Query<ListPosts>,
) -> WebResult<HttpResponse> {
    let reader = user.0.as_ref().map(|user| user.id.clone()).unwrap_or_default();
    let markdown = Arc::clone(&app.markdown);
    let load = app.db.read(move |conn| posts::list_within(conn, user.0.as_ref(), &query.0, MOST));
    let make = async {
        let page = load.await?;
        let body = beside(move || json(&PostList::new(page, &markdown))).await??;
        Ok(Answer { body, headers: Vec::new() })
    };
    remembered_answer(&app, &request, known::POSTS, &reader, make).await
}

impl PostList {
    fn new(page: Page<WrittenPost>, markdown: &Cache) -> Self {
        let posts = page.items.into_iter().map(|post| Article::new(post, markdown)).collect();
        Self { posts, total: page.total, next_cursor: page.next_cursor }
    }
}

impl PostBody {
    async fn of(post: WrittenPost, app: &App) -> AppResult<Self> {
        let markdown = Arc::clone(&app.markdown);
        Ok(Self { post: beside(move || Article::new(post, &markdown)).await? })
    }
}

/// Writes a post.
#[utoipa::path(post, path = "/api/posts",
    responses((status = 200, body = PostBody), MissingTitle, WrongTitle))]
pub async fn create(user: ApiUser, app: App, body: Json<WritePost>) -> WebResult<HttpResponse> {
    let post = app.write_as(user.0, move |conn, user| posts::create(conn, user, &body.0)).await?;
    let location = format!("/api/posts/{}", post.post.id);
    let body = PostBody::of(post, &app).await?;
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(body))
}

/// Shows a post.
#[utoipa::path(get, path = "/api/posts/{id}", security((), ("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The post's id or slug")),
    responses((status = 200, body = PostBody)))]
pub async fn show(user: MaybeUser, app: App, id: Id) -> WebResult<Body<PostBody>> {
    let post = app.db.read(move |conn| posts::find(conn, user.0.as_ref(), &id.0)).await?;
    Ok(Body(PostBody::of(post, &app).await?))
}

/// Changes a post: its author or an administrator.
#[utoipa::path(put, path = "/api/posts/{id}",
    params(("id" = String, Path, description = "The post's id or slug")),
    responses((status = 200, body = PostBody), MissingParameter, WrongTitle, NotAuthor))]
pub async fn update(user: ApiUser, app: App, id: Id, body: Json<UpdatePost>) -> WebResult<Body<PostBody>> {
    let post = app.write_as(user.0, move |conn, user| posts::update(conn, user, &id.0, &body.0)).await?;
    Ok(Body(PostBody::of(post, &app).await?))
}

/// Deletes a post: its author or an administrator.
#[utoipa::path(delete, path = "/api/posts/{id}",
    params(("id" = String, Path, description = "The post's id or slug")),
    responses((status = 200, body = Success), NotAuthor))]
pub async fn delete(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| posts::delete(conn, user, &id.0)).await?;
    Ok(Body(SUCCESS))
}
