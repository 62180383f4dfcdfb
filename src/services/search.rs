//! Search over a member's own things: sessions, messages, artifacts, tasks, posts and documents, whatever was changed last first.

use serde::Deserialize;
use utoipa::IntoParams;

use super::page_request::{PageRequest, encode_cursor};
use super::snippet::{Marked, Terms};
use super::text::parse_search;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::search_entry::{SearchEntry, SearchKind};
use crate::models::user::User;
use crate::repositories::search;

/// Results unless said otherwise.
const RESULTS: &str = "20";
/// Entries whose text is looked at in one step, and in one search at the most: where the index promised too much, the
/// answer says where to go on.
const STEP: i64 = 50;
const LOOKED_AT: i64 = 2000;
/// Bytes of text that are looked at in one search at the most.
const READ: usize = 16 * 1024 * 1024;

/// What is searched for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Words that must all occur, upper and lower case alike; taken literally. 1 to 200 characters.
    #[param(required = true, example = "写锁")]
    pub q: Option<String>,
    /// Only things of that kind.
    #[param(value_type = Option<SearchKind>)]
    pub kind: Option<String>,
    /// Results wanted, 1 to 200; 20 unless said otherwise.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<String>,
    /// `next_cursor` of the answer before.
    pub cursor: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Newest first.
    pub hits: Vec<Hit>,
    /// Where to go on; `None` when everything was looked at.
    pub next_cursor: Option<String>,
}

/// A thing that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What it is.
    pub kind: SearchKind,
    /// Its id.
    pub id: String,
    /// The session it is in or came out of.
    pub session_id: Option<String>,
    /// A post's part of its address.
    pub slug: Option<String>,
    /// Its title, or the name of a message's session.
    pub title: Marked,
    /// What stands around the first match; the name again for a session.
    pub snippet: Marked,
}

/// Searches a member's things. Nothing asked for finds nothing.
///
/// # Errors
/// `Invalid`, with the field `q`, `kind`, `limit` or `cursor`.
pub fn find(conn: &mut DbConn, owner: &User, input: &Search) -> AppResult<Found> {
    let kind = parse_kind(input.kind.as_deref())?;
    let limit = input.limit.as_deref().unwrap_or(RESULTS);
    let page = PageRequest::<i64>::parse(None, Some(limit), input.cursor.as_deref())?;
    let Some(q) = parse_search(input.q.as_deref())? else { return Ok(Found::default()) };
    let wanted = Wanted { owner, kind, terms: Terms::split(&q) };
    wanted.look(conn, page.after.unwrap_or(i64::MAX), usize::try_from(page.limit).unwrap_or_default())
}

struct Wanted<'a> {
    owner: &'a User,
    kind: Option<SearchKind>,
    terms: Terms,
}

impl Wanted<'_> {
    fn look(&self, conn: &mut DbConn, mut before: i64, limit: usize) -> AppResult<Found> {
        let (mut found, mut looked_at, mut read) = (Vec::new(), 0, 0);
        loop {
            let terms = self.terms.as_slice();
            let places = search::list_places(conn, &self.owner.id, self.kind, terms, before, STEP)?;
            let entries = search::load_owned(conn, &self.owner.id, &places)?;
            read += entries.iter().map(|entry| entry.content.len()).sum::<usize>();
            found.extend(entries.into_iter().filter(|entry| self.holds(entry)));
            if found.len() > limit {
                found.truncate(limit);
                return Ok(self.answer(&found, found.last().map(|entry| entry.place)));
            }
            looked_at += STEP;
            let Some(&last) = places.last().filter(|_| i64::try_from(places.len()) == Ok(STEP)) else {
                return Ok(self.answer(&found, None));
            };
            if looked_at >= LOOKED_AT || read >= READ {
                return Ok(self.answer(&found, Some(last)));
            }
            before = last;
        }
    }

    fn holds(&self, entry: &SearchEntry) -> bool {
        match entry.kind {
            // The name beside it is the session's own result.
            SearchKind::Message => self.terms.all_in(&[&entry.content]),
            _ => self.terms.all_in(&[&entry.title, &entry.content]),
        }
    }

    fn answer(&self, found: &[SearchEntry], next: Option<i64>) -> Found {
        let hits = found.iter().map(|entry| self.hit(entry)).collect();
        Found { hits, next_cursor: next.map(|place| encode_cursor(&place)) }
    }

    fn hit(&self, entry: &SearchEntry) -> Hit {
        let text = if entry.kind == SearchKind::Session { &entry.title } else { &entry.content };
        Hit {
            kind: entry.kind,
            id: entry.id.clone(),
            session_id: entry.session_id.clone(),
            slug: entry.slug.clone(),
            title: self.terms.mark(&entry.title),
            snippet: self.terms.excerpt(text),
        }
    }
}

fn parse_kind(text: Option<&str>) -> AppResult<Option<SearchKind>> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => SearchKind::parse(text).map(Some).ok_or(AppError::field("kind", "unknown_value")),
    }
}
