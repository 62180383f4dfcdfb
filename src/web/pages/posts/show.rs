//! An article, for everybody once it is published.

use std::sync::Arc;

use actix_web::HttpResponse;
use askama::Template;

use crate::markdown;
use crate::services::posts::{self, Article};
use crate::web::auth::MaybeUser;
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::Id;
use crate::web::pages::chat::turn::language;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::{Listing, OPENING};
use crate::web::pages::moment::Moment;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::{App, paths};

/// `GET /posts/{slug}`.
#[derive(Template)]
#[template(path = "posts/show.html")]
struct PostPage {
    frame: Frame,
    article: Article,
    /// The list its tags lead to.
    listing: Listing,
    tags: Vec<String>,
    date: Moment,
    /// The language of title and text, as far as their letters tell.
    lang: &'static str,
    /// Its beginning as plain words.
    description: String,
    /// Its address, absolute.
    address: String,
    /// Whether the reader may change it.
    changeable: bool,
}

/// Shows a post by its name in addresses or its id.
pub async fn show(user: MaybeUser, app: App, reader: Reader, name: Id) -> WebResult<HttpResponse> {
    let (caller, clock) = (user.0.clone(), reader.clock());
    let html = Arc::clone(&app.markdown);
    let load = move |conn: &mut _| {
        let found = posts::find(conn, caller.as_ref(), &name.0)?;
        let changeable = caller.is_some_and(|user| posts::may_change(&user, &found));
        let at = found.post.published_at.unwrap_or(found.post.updated_at);
        Ok((found, changeable, clock.day(at.millis())))
    };
    let (found, changeable, date) = app.db.read(load).await?;
    let article = beside(move || Article::new(found, &html)).await?;
    page(&PostPage {
        frame: reader.public(&app, user.0).await?,
        listing: Listing::new(paths::POSTS, None, &[]),
        tags: article.tags.words(),
        date,
        lang: language(&article.content),
        description: markdown::opening(&article.content, OPENING),
        address: format!("{}{}", app.base_url, paths::post(&article.slug)),
        changeable,
        article,
    })
}
