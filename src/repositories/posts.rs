//! Posts, which are read together with the name of their author.

use diesel::dsl::{InnerJoin, IntoBoxed, sql};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{BigInt, Bool, Text};

use super::filters::{ChangePosition, containing, lower, tagged};
use crate::db::{DbConn, MultiBackend, on_each};
use crate::error::{AppError, AppResult, Thing};
use crate::models::post::{Author, NewPost, Post, PostChanges, WrittenPost};
use crate::schema::{posts, users};

/// Which posts are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostFilter {
    /// The drafts of this member; what is published when `None`.
    pub drafts_of: Option<String>,
    /// Only with that text in the title or the content.
    pub q: Option<String>,
    /// Only with all of these tags.
    pub tags: Vec<String>,
}

/// The changes that make an earlier answer of [`list`] untrue, as triggers name them. An author's name is part of it.
pub const LIST_CHANGES: &[&str] =
    &["INSERT ON posts", "UPDATE ON posts", "DELETE ON posts", "UPDATE ON users"];

type Boxed<'a> = IntoBoxed<'a, InnerJoin<posts::table, users::table>, MultiBackend>;

fn filtered<'a>(filter: &'a PostFilter) -> Boxed<'a> {
    let mut query = posts::table.inner_join(users::table).into_boxed::<MultiBackend>();
    query = match &filter.drafts_of {
        Some(author) => query.filter(posts::published.eq(false).and(posts::user_id.eq(author))),
        // Not compared with anything: in these words the index in the order of the list says what it holds.
        None => query.filter(posts::published),
    };
    if let Some(q) = &filter.q {
        let pattern = containing(&q.to_lowercase());
        let in_title = lower(posts::title).like(pattern.clone()).escape('\\');
        query = query.filter(in_title.or(lower(posts::content).like(pattern).escape('\\')));
    }
    for tag in &filter.tags {
        query = query.filter(tagged(tag));
    }
    query
}

/// Posts after `after` (or from row `offset`): what is published by (published_at, id), drafts by (updated_at, id),
/// newest first. The moment of `after` is that of the same column.
///
/// # Errors
/// When the database fails.
pub fn list(
    conn: &mut DbConn,
    filter: &PostFilter,
    after: Option<&ChangePosition>,
    offset: i64,
    limit: i64,
) -> AppResult<Vec<WrittenPost>> {
    let mut query = filtered(filter);
    let place = if filter.drafts_of.is_some() { "posts.updated_at" } else { "posts.published_at" };
    if let Some(after) = after {
        query = query.filter(
            sql::<Bool>(&format!("({place}, posts.id) < ("))
                .bind::<BigInt, _>(after.updated_at)
                .sql(", ")
                .bind::<Text, _>(&after.id)
                .sql(")"),
        );
    }
    query = match filter.drafts_of.is_some() {
        true => query.order((posts::updated_at.desc(), posts::id.desc())),
        false => query.order((posts::published_at.desc(), posts::id.desc())),
    };
    let rows =
        query.select((Post::as_select(), Author::as_select())).offset(offset).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(written).collect())
}

fn written((post, author): (Post, Author)) -> WrittenPost {
    WrittenPost { post, author }
}

/// How many posts [`list`] would list in all.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut DbConn, filter: &PostFilter) -> AppResult<i64> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// How a post is named.
#[derive(Clone, Copy, Debug)]
pub enum PostName<'a> {
    /// By its id.
    Id(&'a str),
    /// By its name in addresses.
    Slug(&'a str),
}

/// A post that `reader` may read: what is published, and their own drafts.
///
/// # Errors
/// `NotFound`, for others' drafts too.
pub fn find_readable(conn: &mut DbConn, reader: Option<&str>, name: PostName<'_>) -> AppResult<WrittenPost> {
    let mut query = posts::table.inner_join(users::table).into_boxed::<MultiBackend>();
    query = match name {
        PostName::Id(id) => query.filter(posts::id.eq(id)),
        PostName::Slug(slug) => query.filter(posts::slug.eq(slug)),
    };
    query = match reader {
        Some(reader) => query.filter(posts::published.eq(true).or(posts::user_id.eq(reader))),
        None => query.filter(posts::published.eq(true)),
    };
    let row = query.select((Post::as_select(), Author::as_select())).first(conn);
    row.optional()?.map(written).ok_or(AppError::NotFound(Thing::Post))
}

/// Writes a post; `None` when its name in addresses is taken, perhaps in this very moment.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, post: &NewPost) -> AppResult<Option<Post>> {
    Ok(on_each!(conn, inner => diesel::insert_into(posts::table)
        .values(post)
        .on_conflict(posts::slug)
        .do_nothing()
        .returning(posts::all_columns)
        .get_result(inner)
        .optional())?)
}

/// Gives a post that the caller was found to have a say in a name in addresses; `false` when another has it.
///
/// # Errors
/// When the database fails.
pub fn rename(conn: &mut DbConn, id: &str, slug: &str) -> AppResult<bool> {
    // A savepoint of its own: PostgreSQL does nothing more after a violation until it is undone.
    let renamed = conn
        .transaction(|conn| diesel::update(posts::table.find(id)).set(posts::slug.eq(slug)).execute(conn));
    match renamed {
        Ok(_) => Ok(true),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Changes a post that the caller was found to have a say in.
///
/// # Errors
/// `NotFound` when it is gone.
pub fn update(conn: &mut DbConn, id: &str, changes: &PostChanges) -> AppResult<Post> {
    let row = diesel::update(posts::table.find(id)).set(changes).returning(posts::all_columns);
    row.get_result(conn).optional()?.ok_or(AppError::NotFound(Thing::Post))
}

/// Deletes a post that the caller was found to have a say in.
///
/// # Errors
/// `NotFound` when it is gone.
pub fn delete(conn: &mut DbConn, id: &str) -> AppResult<()> {
    match diesel::delete(posts::table.find(id)).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::Post)),
        _ => Ok(()),
    }
}
