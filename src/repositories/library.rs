//! The texts a member may read that have most to do with a question: any of its words will do, where the search of
//! pages wants all. Asks the same index; how well a text answers is for others to see.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::search::{PUBLISHED, Place, Texts, texts, written};
use crate::db::DbConn;
use crate::db::words::{Among, Wanted, any_wanted, kind_words};
use crate::error::AppResult;
use crate::models::library_text::LibraryText;
use crate::models::search_entry::SearchKind;
use crate::schema::{posts, search_entries};

/// Texts that are found at the most, and the most that is read of each, in bytes.
const MOST: usize = 40;
const LONGEST: usize = 2 * 1024 * 1024;
/// Words that are asked for: those beyond say little that these do not.
const WORDS: usize = 48;
/// Entries that count for one word, the newest. What more of them hold tells no text from another.
const FREQUENT: u32 = 5000;
/// What of a member's own is read.
const KINDS: [SearchKind; 3] = [SearchKind::Artifact, SearchKind::Post, SearchKind::Document];

/// At most `most` texts, and never more than 40, with any of the `words`: the member's own artifacts as they are now,
/// posts and documents, and all published posts. Those with the most and the rarest words first, and of equal ones those
/// changed last.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut DbConn, owner: &str, words: &[String], most: usize) -> AppResult<Vec<LibraryText>> {
    let most = most.min(MOST);
    // Own posts that are published stand in the index twice.
    let places = best_places(conn, owner, words, 2 * most)?;
    let mut named = things(conn, owner, &places)?;
    named.truncate(most);
    let mut known = load(conn, owner, &named)?;
    Ok(named.into_iter().filter_map(|thing| known.remove(&thing)).collect())
}

/// The text that is read at a path of ours, if the member may read it.
///
/// # Errors
/// When the database fails.
pub fn find_at(conn: &mut DbConn, owner: &str, path: &str) -> AppResult<Option<LibraryText>> {
    let named =
        KINDS.into_iter().find_map(|kind| Some((kind, path.strip_prefix(&LibraryText::path(kind, ""))?)));
    let Some((kind, name)) = named else { return Ok(None) };
    let id = match kind {
        SearchKind::Post => {
            posts::table.filter(posts::slug.eq(name)).select(posts::id).first(conn).optional()?
        }
        _ => Some(name.to_owned()),
    };
    let Some(thing) = id.map(|id| (kind, id)) else { return Ok(None) };
    Ok(load(conn, owner, std::slice::from_ref(&thing))?.remove(&thing))
}

/// The places with the highest score: each word counts the more, the fewer entries have it.
fn best_places(conn: &mut DbConn, owner: &str, words: &[String], most: usize) -> QueryResult<Vec<i64>> {
    let kinds = kind_words(owner, &KINDS.map(SearchKind::as_str));
    let mut scores: HashMap<i64, f64> = HashMap::new();
    for word in any_wanted(owner, words).iter().take(WORDS) {
        let places = places_of(conn, word, &kinds)?;
        let found = u32::try_from(places.len()).unwrap_or(FREQUENT).max(1);
        let weight = (1.0 + f64::from(FREQUENT) / f64::from(found)).ln();
        for place in places {
            *scores.entry(place.id).or_default() += weight;
        }
    }
    let mut ranked: Vec<(i64, f64)> = scores.into_iter().collect();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    Ok(ranked.into_iter().take(most).map(|(place, _)| place).collect())
}

fn places_of(conn: &mut DbConn, word: &Among, kinds: &[Wanted]) -> QueryResult<Vec<Place>> {
    let one = std::slice::from_ref::<Wanted>;
    match conn {
        DbConn::Sqlite(inner) => {
            let words = |words: &[Wanted], or: &str| written(words, "\"", "*", or);
            let (owned, shared) = (words(one(&word.owned), ""), words(one(&word.shared), ""));
            sql_query(
                "SELECT rowid AS id FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT ?",
            )
            .bind::<Text, _>(format!("({owned} AND ({})) OR {shared}", words(kinds, " OR ")))
            .bind::<BigInt, _>(i64::from(FREQUENT))
            .load(inner)
        }
        DbConn::Postgres(inner) => {
            let words = |words: &[Wanted], or: &str| written(words, "'", ":*", or);
            let (owned, shared) = (words(one(&word.owned), ""), words(one(&word.shared), ""));
            sql_query("SELECT id FROM search_places($1::tsquery, $2) AS found (id)")
                .bind::<Text, _>(format!("({owned} & ({})) | {shared}", words(kinds, " | ")))
                .bind::<BigInt, _>(i64::from(FREQUENT))
                .load(inner)
        }
    }
}

/// A thing of the library: what it is, its id.
type Thing = (SearchKind, String);

/// What stands at those places, in their order, each once.
fn things(conn: &mut DbConn, owner: &str, places: &[i64]) -> QueryResult<Vec<Thing>> {
    use search_entries::dsl;
    let rows: Vec<(i64, String, String)> = dsl::search_entries
        .filter(dsl::id.eq_any(places).and(dsl::user_id.eq(owner).or(dsl::kind.eq(PUBLISHED))))
        .select((dsl::id, dsl::kind, dsl::thing_id))
        .load(conn)?;
    let kind = |kind: &str| if kind == PUBLISHED { Some(SearchKind::Post) } else { SearchKind::parse(kind) };
    let mut known: HashMap<i64, Thing> =
        rows.into_iter().filter_map(|(place, name, id)| Some((place, (kind(&name)?, id)))).collect();
    let mut seen = HashSet::new();
    let found = places.iter().filter_map(|place| known.remove(place));
    Ok(found.filter(|thing| seen.insert(thing.clone())).collect())
}

fn load(conn: &mut DbConn, owner: &str, things: &[Thing]) -> QueryResult<HashMap<Thing, LibraryText>> {
    let mut loaded = HashMap::new();
    for kind in KINDS {
        let ids: Vec<String> =
            things.iter().filter(|(of, _)| *of == kind).map(|(_, id)| id.clone()).collect();
        let rows = match kind {
            SearchKind::Post => readable_posts(conn, owner, &ids)?,
            _ => texts(conn, owner, kind, &ids)?,
        };
        loaded.extend(rows.into_iter().map(|(id, _, title, text, slug)| {
            let url_path = LibraryText::path(kind, slug.as_deref().unwrap_or(&id));
            ((kind, id.clone()), LibraryText { kind, id, title, text: beginning(text), url_path })
        }));
    }
    Ok(loaded)
}

fn readable_posts(conn: &mut DbConn, owner: &str, ids: &[String]) -> QueryResult<Vec<Texts>> {
    use posts::dsl;
    let rows: Vec<(String, String, String, String)> = dsl::posts
        .filter(dsl::id.eq_any(ids).and(dsl::published.or(dsl::user_id.eq(owner))))
        .select((dsl::id, dsl::title, dsl::content, dsl::slug))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, title, text, slug)| (id, None, title, text, Some(slug))).collect())
}

fn beginning(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}
