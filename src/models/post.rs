//! Something written for readers: a post.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::tags::Tags;
use crate::db::Time;
use crate::schema::{posts, users};

/// A row of `posts`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable)]
pub struct Post {
    /// UUIDv7.
    pub id: String,
    /// Its author.
    pub user_id: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub content: String,
    /// What it is filed under.
    pub tags: Tags,
    /// Whether everybody may read it; else it is a draft.
    pub published: bool,
    /// When it was first published.
    pub published_at: Option<Time>,
    /// What it was made from.
    pub artifact_id: Option<String>,
    /// When it was begun.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// Who wrote a post, as readers see it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = users)]
pub struct Author {
    /// UUIDv7.
    pub id: String,
    /// As shown.
    #[schema(example = "Ada")]
    pub name: String,
}

/// A post with who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPost {
    /// The post.
    pub post: Post,
    /// Its author.
    pub author: Author,
}

/// A post to be.
#[derive(Insertable)]
#[diesel(table_name = posts)]
pub struct NewPost {
    /// UUIDv7.
    pub id: String,
    /// Its author.
    pub user_id: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub content: String,
    /// What it is filed under.
    pub tags: Tags,
    /// Whether everybody may read it.
    pub published: bool,
    /// Now, when it is published.
    pub published_at: Option<Time>,
    /// What it was made from.
    pub artifact_id: Option<String>,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// What may change; `None` leaves a column as it is.
#[derive(AsChangeset, Default)]
#[diesel(table_name = posts)]
pub struct PostChanges {
    /// Its title.
    pub title: Option<String>,
    /// Markdown.
    pub content: Option<String>,
    /// What it is filed under.
    pub tags: Option<Tags>,
    /// Whether everybody may read it.
    pub published: Option<bool>,
    /// When it was first published.
    pub published_at: Option<Time>,
    /// Now.
    pub updated_at: Option<Time>,
}
