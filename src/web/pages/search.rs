//! Search over everything that is the reader's own.

use actix_web::HttpResponse;
use askama::Template;

use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::search_entry::SearchKind;
use crate::models::user::User;
use crate::services::search::{self, Hit, Search};
use crate::services::snippet::Marked;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::Query;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::Listing;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::{App, paths};

/// `GET /search`.
#[derive(Template)]
#[template(path = "search/index.html")]
struct SearchPage {
    frame: Frame,
    listing: Listing,
    results: Vec<Line>,
}

/// Searches what is the reader's.
pub async fn index(
    user: PageUser,
    app: App,
    reader: Reader,
    query: Query<Search>,
) -> WebResult<HttpResponse> {
    page(&app.db.read(move |conn| SearchPage::load(conn, &user.0, reader, query.0)).await?)
}

/// A thing that was found.
struct Line {
    href: String,
    /// The key of what it is.
    label: &'static str,
    title: Vec<Piece>,
    /// Empty where the title says it all.
    snippet: Vec<Piece>,
}

/// A part of a text, either all marked or not at all.
struct Piece {
    text: String,
    marked: bool,
}

/// A filter above the results.
struct Chip {
    label: &'static str,
    href: String,
    current: bool,
}

impl Line {
    fn new(hit: &Hit) -> Self {
        let says_it_all = hit.kind == SearchKind::Session;
        Self {
            href: paths::found(hit),
            label: one(hit.kind),
            title: pieces(&hit.title),
            snippet: if says_it_all { Vec::new() } else { pieces(&hit.snippet) },
        }
    }
}

impl SearchPage {
    fn load(conn: &mut DbConn, user: &User, reader: Reader, asked: Search) -> AppResult<Self> {
        let wanted =
            Search { limit: None, cursor: asked.cursor.filter(|cursor| !cursor.is_empty()), ..asked };
        let found = search::find(conn, user, &wanted)?;
        let listing = Listing::new(paths::SEARCH, wanted.q.as_deref(), &[])
            .with("kind", wanted.kind.as_deref())
            .paged(wanted.cursor.as_deref(), found.next_cursor.as_deref());
        let results = found.hits.iter().map(Line::new).collect();
        Ok(Self { frame: reader.frame(conn, user, None)?, listing, results })
    }

    fn chips(&self) -> Vec<Chip> {
        let chip = |label, kind: &str| Chip {
            label,
            href: self.listing.filtered("kind", kind),
            current: self.listing.is_set("kind", kind),
        };
        let kinds = SearchKind::ALL.iter().map(|kind| chip(label(*kind), kind.as_str()));
        std::iter::once(chip("search.all", "")).chain(kinds).collect()
    }
}

fn label(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Session => "search.session",
        SearchKind::Message => "search.message",
        SearchKind::Artifact => "search.artifact",
        SearchKind::Task => "search.task",
        SearchKind::Post => "search.post",
        SearchKind::Document => "search.document",
    }
}

/// The key of what one thing of that kind is called.
fn one(kind: SearchKind) -> &'static str {
    match kind {
        SearchKind::Session => "search.one.session",
        SearchKind::Message => "search.one.message",
        SearchKind::Artifact => "search.one.artifact",
        SearchKind::Task => "search.one.task",
        SearchKind::Post => "search.one.post",
        SearchKind::Document => "search.one.document",
    }
}

fn pieces(text: &Marked) -> Vec<Piece> {
    let mut letters = text.text.chars();
    let mut found = Vec::with_capacity(2 * text.marks.len() + 1);
    let mut at = 0;
    for [from, to] in &text.marks {
        for (marked, end) in [(false, *from), (true, *to)] {
            found.push(Piece { text: letters.by_ref().take(end - at).collect(), marked });
            at = end;
        }
    }
    found.push(Piece { text: letters.collect(), marked: false });
    found.retain(|piece| !piece.text.is_empty());
    found
}
