//! The newest posts as an Atom feed, whose readers are told nothing anew when nothing is new.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{self, HttpDate};
use actix_web::{HttpRequest, HttpResponse};
use atom_syndication::{Category, Content, Entry, Feed, Link, Person, Text};

use crate::db::Time;
use crate::i18n::Locale;
use crate::markdown::{Cache, opening};
use crate::models::post::WrittenPost;
use crate::services::posts::{self, ListPosts};
use crate::services::secrets;
use crate::web::beside::beside;
use crate::web::client::header_text;
use crate::web::errors::WebResult;
use crate::web::pages::listing::OPENING;
use crate::web::{App, paths};

/// Posts in the feed.
const ENTRIES: &str = "50";

/// So many bytes of Markdown are in the feed as whole articles; of posts that find no room it has the openings.
const WHOLE: usize = 512 * 1024;

/// `GET /posts/feed.xml`.
pub async fn show(app: App, request: HttpRequest) -> WebResult<HttpResponse> {
    let asked = ListPosts { limit: Some(ENTRIES.to_owned()), ..ListPosts::default() };
    let posts = app.db.read(move |conn| posts::list(conn, None, &asked)).await?.items;
    let updated = posts.iter().map(|written| written.post.updated_at).max().unwrap_or_default();
    let (tag, changed) = (tag(&app.base_url, &posts), moment(updated));
    let known = is_known(&request, &tag, changed);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::LAST_MODIFIED, HttpDate::from(changed)))
        .insert_header((header::CACHE_CONTROL, "public, no-cache"));
    if known {
        return Ok(answer.finish());
    }
    let (base, markdown) = (app.base_url.clone(), Arc::clone(&app.markdown));
    let xml = beside(move || feed(&base, &posts, updated, &markdown).to_string()).await?;
    Ok(answer.content_type("application/atom+xml; charset=utf-8").body(xml))
}

fn moment(time: Time) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(time.millis() / 1000).unwrap_or_default())
}

/// Another one when anything in the feed is another, told without writing it: other releases may write it otherwise.
fn tag(base: &str, posts: &[WrittenPost]) -> String {
    let state = posts.iter().map(|WrittenPost { post, author }| {
        format!("\n{} {} {} {}", post.id, post.slug, post.updated_at.millis(), author.name)
    });
    let state: String =
        [env!("CARGO_PKG_VERSION"), base].map(str::to_owned).into_iter().chain(state).collect();
    format!("W/\"{}\"", secrets::hash(&state))
}

/// Whether a feed reader has it already; a tag says so more exactly than a date, which then does not count.
fn is_known(request: &HttpRequest, tag: &str, changed: SystemTime) -> bool {
    if let Some(tags) = header_text(request, &header::IF_NONE_MATCH) {
        return tags.split(',').any(|known| matches!(known.trim(), "*") || known.trim() == tag);
    }
    let since =
        header_text(request, &header::IF_MODIFIED_SINCE).and_then(|date| date.parse::<HttpDate>().ok());
    since.is_some_and(|since| SystemTime::from(since) >= changed)
}

fn feed(base: &str, posts: &[WrittenPost], updated: Time, markdown: &Cache) -> Feed {
    let mut left = WHOLE;
    let entries = posts.iter().map(|written| {
        let rest = left.checked_sub(written.post.content.len());
        left = rest.unwrap_or(left);
        entry(base, written, rest.map(|_| markdown))
    });
    let list = format!("{base}{}", paths::POSTS);
    let own = format!("{base}{}", paths::FEED);
    let name = Locale::default().t("app.name").into_owned();
    Feed {
        title: Text::plain(name.clone()),
        id: own.clone(),
        updated: updated.to_utc().fixed_offset(),
        authors: vec![Person { name, ..Person::default() }],
        links: vec![link("alternate", list), link("self", own)],
        entries: entries.collect(),
        ..Feed::default()
    }
}

/// `whole`: what writes the whole article; without it, the entry has its opening.
fn entry(base: &str, WrittenPost { post, author }: &WrittenPost, whole: Option<&Cache>) -> Entry {
    let address = format!("{base}{}", paths::post(&post.slug));
    let content = whole.map(|markdown| Content {
        base: Some(address.clone()),
        value: Some(legible(&markdown.render(&post.content))),
        content_type: Some("html".to_owned()),
        ..Content::default()
    });
    let opening = || Text::plain(legible(&opening(&post.content, OPENING)));
    let category = |word: &String| Category { term: legible(word), ..Category::default() };
    Entry {
        title: Text::plain(legible(&post.title)),
        id: format!("urn:uuid:{}", post.id),
        updated: post.updated_at.to_utc().fixed_offset(),
        authors: vec![Person { name: legible(&author.name), ..Person::default() }],
        categories: post.tags.words().iter().map(category).collect(),
        links: vec![link("alternate", address)],
        summary: content.is_none().then(opening),
        content,
        ..Entry::default()
    }
}

fn link(rel: &str, href: String) -> Link {
    Link { rel: rel.to_owned(), href, ..Link::default() }
}

/// A text without the characters that XML cannot hold.
fn legible(text: &str) -> String {
    let is_legible = |c: &char| {
        matches!(c, '\t' | '\n' | '\r') || !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
    };
    text.chars().filter(is_legible).collect()
}
