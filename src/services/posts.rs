//! Posts: reading, writing, publishing and deleting them.
//!
//! What is published is everybody's to read, and its author's and administrators' to change. A draft exists for its
//! author only.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use super::post_list::{ListPosts, list, list_within};
use super::text::{parse_id, parse_lines, parse_tags, parse_title, required};
use super::{artifacts, slugs};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::markdown::Cache;
use crate::models::new_id;
use crate::models::post::{Author, NewPost, Post, PostChanges, WrittenPost};
use crate::models::tags::Tags;
use crate::models::user::{Role, User};
use crate::repositories::posts::{self, PostName};

/// Longest content, in bytes.
const CONTENT: usize = 512 * 1024;

/// A post as readers get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Post)]
pub struct Article {
    /// UUIDv7.
    pub id: String,
    /// Its name in addresses; it stays once the post was published.
    #[schema(example = "写锁与-wal")]
    pub slug: String,
    /// Its title.
    #[schema(example = "写锁与 WAL")]
    pub title: String,
    /// Markdown.
    #[schema(example = "一次只有一个写者。")]
    pub content: String,
    /// The content as safe HTML.
    #[schema(example = "<p>一次只有一个写者。</p>")]
    pub content_html: String,
    /// Who wrote it.
    pub author: Author,
    /// What it is filed under.
    #[schema(value_type = Vec<String>, example = json!(["SQLite"]))]
    pub tags: Tags,
    /// Whether everybody may read it; else it is a draft.
    #[schema(example = true)]
    pub published: bool,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

impl Article {
    /// A post as readers get it; `html` remembers what became of its Markdown.
    pub fn new(WrittenPost { post, author }: WrittenPost, html: &Cache) -> Self {
        Self {
            content_html: html.render(&post.content).to_string(),
            id: post.id,
            slug: post.slug,
            title: post.title,
            content: post.content,
            author,
            tags: post.tags,
            published: post.published,
            created_at: post.created_at,
            updated_at: post.updated_at,
        }
    }
}

/// A post by its id or its name in addresses.
///
/// # Errors
/// `NotFound`, for somebody else's draft too.
pub fn find(conn: &mut DbConn, reader: Option<&User>, name: &str) -> AppResult<WrittenPost> {
    if name.contains('\0') {
        return Err(AppError::NotFound(Thing::Post));
    }
    let id = parse_id(name);
    let name = id.as_deref().map_or(PostName::Slug(name), PostName::Id);
    posts::find_readable(conn, reader.map(|reader| reader.id.as_str()), name)
}

/// A post to be written.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct WritePost {
    /// 1 to 200 characters.
    #[schema(example = "写锁与 WAL")]
    pub title: Option<String>,
    /// Markdown, at most 512 KiB.
    #[schema(example = "一次只有一个写者。")]
    pub content: Option<String>,
    /// At most 20 tags of 50 characters.
    #[schema(example = json!(["SQLite"]))]
    pub tags: Option<Vec<String>>,
    /// `false` for a draft; `true` when absent.
    #[schema(example = true)]
    pub published: Option<bool>,
    /// The caller's artifact that it is made from.
    pub artifact_id: Option<String>,
}

/// Writes a post, and publishes it unless it is to be a draft.
///
/// # Errors
/// `BadRequest("missing_title")`, or `Invalid`.
pub fn create(conn: &mut DbConn, author: &User, input: &WritePost) -> AppResult<WrittenPost> {
    let title = parse_title(required(input.title.as_deref(), "missing_title")?)?;
    let (now, published) = (Time::now(), input.published.unwrap_or(true));
    let mut row = NewPost {
        id: new_id(),
        user_id: author.id.clone(),
        slug: String::new(),
        title,
        content: parse_content(input.content.as_deref().unwrap_or_default())?,
        tags: Tags::new(&parse_tags(input.tags.as_deref().unwrap_or_default())?),
        published,
        published_at: published.then_some(now),
        artifact_id: own_artifact(conn, author, input.artifact_id.as_deref())?,
        created_at: now,
        updated_at: now,
    };
    let post = insert(conn, &mut row)?;
    Ok(WrittenPost { post, author: Author { id: author.id.clone(), name: author.name.clone() } })
}

/// Writes a post under the first of its possible names in addresses that is free when it is written.
fn insert(conn: &mut DbConn, row: &mut NewPost) -> AppResult<Post> {
    for slug in slugs::candidates(&row.title) {
        row.slug = slug;
        if let Some(post) = posts::insert(conn, row)? {
            return Ok(post);
        }
    }
    Err(AppError::Conflict("already_exists"))
}

fn parse_content(text: &str) -> AppResult<String> {
    match text.trim().is_empty() {
        true => Err(AppError::field("content", "required")),
        false => parse_lines("content", text, CONTENT),
    }
}

fn own_artifact(conn: &mut DbConn, owner: &User, id: Option<&str>) -> AppResult<Option<String>> {
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(None) };
    match artifacts::find(conn, owner, id, None) {
        Ok(found) => Ok(Some(found.artifact.id)),
        Err(AppError::NotFound(_)) => Err(AppError::field("artifact_id", "no_such_artifact")),
        Err(error) => Err(error),
    }
}

/// What may be changed about a post.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct UpdatePost {
    /// 1 to 200 characters.
    #[schema(example = "写锁与 WAL")]
    pub title: Option<String>,
    /// Markdown, at most 512 KiB.
    #[schema(example = "一次只有一个写者。")]
    pub content: Option<String>,
    /// All of its tags: at most 20 of 50 characters.
    #[schema(example = json!(["SQLite"]))]
    pub tags: Option<Vec<String>>,
    /// Whether everybody may read it.
    #[schema(example = true)]
    pub published: Option<bool>,
}

/// Changes a post. Its name in addresses follows its title until it is published.
///
/// # Errors
/// `BadRequest("missing_parameter")` when nothing is to be changed, `Invalid`, `Forbidden("not_author")`, or `NotFound`.
pub fn update(conn: &mut DbConn, user: &User, name: &str, input: &UpdatePost) -> AppResult<WrittenPost> {
    let WrittenPost { post, author } = find_changeable(conn, user, name)?;
    let UpdatePost { title, content, tags, published } = input;
    if title.is_none() && content.is_none() && tags.is_none() && published.is_none() {
        return Err(AppError::BadRequest("missing_parameter"));
    }
    let now = Time::now();
    let title = title.as_deref().map(parse_title).transpose()?;
    let renamed = title.as_deref().filter(|title| post.published_at.is_none() && **title != post.title);
    if let Some(title) = renamed {
        rename(conn, &post.id, title)?;
    }
    let changes = PostChanges {
        title,
        content: content.as_deref().map(parse_content).transpose()?,
        tags: tags.as_deref().map(parse_tags).transpose()?.map(|words| Tags::new(&words)),
        published: *published,
        published_at: post.published_at.or(published.filter(|published| *published).map(|_| now)),
        updated_at: Some(now),
    };
    Ok(WrittenPost { post: posts::update(conn, &post.id, &changes)?, author })
}

/// Gives a post the first name in addresses for that title that is free, or its own.
fn rename(conn: &mut DbConn, id: &str, title: &str) -> AppResult<()> {
    for slug in slugs::candidates(title) {
        if posts::rename(conn, id, &slug)? {
            return Ok(());
        }
    }
    Err(AppError::Conflict("already_exists"))
}

/// Deletes a post.
///
/// # Errors
/// `Forbidden("not_author")` or `NotFound`.
pub fn delete(conn: &mut DbConn, user: &User, name: &str) -> AppResult<()> {
    let found = find_changeable(conn, user, name)?;
    posts::delete(conn, &found.post.id)
}

/// A post that a member may change.
///
/// # Errors
/// `Forbidden("not_author")` for what is published by others, `NotFound` for their drafts.
pub fn find_changeable(conn: &mut DbConn, user: &User, name: &str) -> AppResult<WrittenPost> {
    let found = find(conn, Some(user), name)?;
    match may_change(user, &found) {
        true => Ok(found),
        false => Err(AppError::Forbidden("not_author")),
    }
}

/// Whether a member may change a post that they may read.
pub fn may_change(user: &User, found: &WrittenPost) -> bool {
    found.author.id == user.id || user.role == Role::Admin
}
