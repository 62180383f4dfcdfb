//! The reading list: what is published, and the reader's own drafts.

use actix_web::HttpResponse;
use askama::Template;

use crate::markdown;
use crate::models::post::WrittenPost;
use crate::services::posts::{self, ListPosts};
use crate::web::auth::MaybeUser;
use crate::web::errors::{WebError, WebResult};
use crate::web::extract::Query;
use crate::web::pages::chat::turn::language;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::{Listing, OPENING, TAGS};
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::{App, paths};

/// Posts on one page.
const LINES: &str = "30";

/// `GET /posts`.
#[derive(Template)]
#[template(path = "posts/index.html")]
struct PostsPage {
    frame: Frame,
    listing: Listing,
    lines: Vec<Line>,
}

/// One post in the list.
struct Line {
    title: String,
    href: String,
    /// How it begins, as plain words.
    opening: String,
    /// The language of title and text, as far as their letters tell.
    lang: &'static str,
    author: String,
    date: Moment,
    /// The first of them: its own page has all.
    tags: Vec<String>,
}

impl Line {
    fn new(written: WrittenPost, clock: Clock) -> Self {
        let post = written.post;
        let at = post.published_at.filter(|_| post.published).unwrap_or(post.updated_at);
        Self {
            href: paths::post(&post.slug),
            opening: markdown::opening(&post.content, OPENING),
            lang: language(&post.title),
            title: post.title,
            author: written.author.name,
            date: clock.day(at.millis()),
            tags: post.tags.words().into_iter().take(TAGS).collect(),
        }
    }
}

/// Lists posts.
pub async fn index(
    user: MaybeUser,
    app: App,
    reader: Reader,
    query: Query<ListPosts>,
) -> WebResult<HttpResponse> {
    let drafts = query.0.drafts.clone().filter(|drafts| !drafts.is_empty());
    if drafts.is_some() && user.0.is_none() {
        return Err(WebError::SignIn { next: reader.here });
    }
    let asked = ListPosts { limit: Some(LINES.to_owned()), drafts, ..query.0 };
    let (wanted, caller, clock) = (asked.clone(), user.0.clone(), reader.clock());
    let found = app.db.read(move |conn| posts::list(conn, caller.as_ref(), &wanted)).await?;
    let listing = Listing::new(paths::POSTS, asked.q.as_deref(), &asked.tags)
        .with("drafts", asked.drafts.as_deref())
        .paged(asked.cursor.as_deref(), found.next_cursor.as_deref());
    let lines = found.items.into_iter().map(|post| Line::new(post, clock)).collect();
    page(&PostsPage { frame: reader.public(&app, user.0).await?, listing, lines })
}
