//! The newest posts as an Atom feed, whose readers are told nothing anew when nothing is new.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{self, HttpDate};
use actix_web::{HttpRequest, HttpResponse};
use atom_syndication::{Category, Content, Entry, Feed, Link, Person, Text};

use crate::db::Time;
use crate::i18n::Locale;
use crate::services::posts::{self, Article, ListPosts};
use crate::services::secrets;
use crate::web::client::header_text;
use crate::web::errors::WebResult;
use crate::web::{App, paths};

/// Posts in the feed.
const ENTRIES: &str = "50";

/// `GET /posts/feed.xml`.
pub async fn show(app: App, request: HttpRequest) -> WebResult<HttpResponse> {
    let (base, markdown) = (app.base_url.clone(), Arc::clone(&app.markdown));
    let load = move |conn: &mut _| {
        let asked = ListPosts { limit: Some(ENTRIES.to_owned()), ..ListPosts::default() };
        let found = posts::list(conn, None, &asked)?.items;
        let articles: Vec<Article> = found.into_iter().map(|post| Article::new(post, &markdown)).collect();
        let updated = articles.iter().map(|article| article.updated_at).max().unwrap_or_default();
        Ok((feed(&base, &articles, updated).to_string(), updated))
    };
    let (xml, updated) = app.db.read(load).await?;
    Ok(answer(&request, xml, updated))
}

fn answer(request: &HttpRequest, xml: String, updated: Time) -> HttpResponse {
    let tag = format!("W/\"{}\"", secrets::hash(&xml));
    let seconds = u64::try_from(updated.millis() / 1000).unwrap_or_default();
    let changed = UNIX_EPOCH + Duration::from_secs(seconds);
    let known = is_known(request, &tag, changed);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, tag))
        .insert_header((header::LAST_MODIFIED, HttpDate::from(changed)))
        .insert_header((header::CACHE_CONTROL, "public, no-cache"));
    match known {
        true => answer.finish(),
        false => answer.content_type("application/atom+xml; charset=utf-8").body(xml),
    }
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

fn feed(base: &str, articles: &[Article], updated: Time) -> Feed {
    let list = format!("{base}{}", paths::POSTS);
    let own = format!("{base}{}", paths::FEED);
    let name = Locale::default().t("app.name").into_owned();
    Feed {
        title: Text::plain(name.clone()),
        id: own.clone(),
        updated: updated.to_utc().fixed_offset(),
        authors: vec![Person { name, ..Person::default() }],
        links: vec![link("alternate", list), link("self", own)],
        entries: articles.iter().map(|article| entry(base, article)).collect(),
        ..Feed::default()
    }
}

fn entry(base: &str, article: &Article) -> Entry {
    let address = format!("{base}{}", paths::post(&article.slug));
    let html = Content {
        base: Some(address.clone()),
        value: Some(legible(&article.content_html)),
        content_type: Some("html".to_owned()),
        ..Content::default()
    };
    let category = |word: &String| Category { term: legible(word), ..Category::default() };
    Entry {
        title: Text::plain(legible(&article.title)),
        id: format!("urn:uuid:{}", article.id),
        updated: article.updated_at.to_utc().fixed_offset(),
        authors: vec![Person { name: legible(&article.author.name), ..Person::default() }],
        categories: article.tags.words().iter().map(category).collect(),
        links: vec![link("alternate", address)],
        content: Some(html),
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
