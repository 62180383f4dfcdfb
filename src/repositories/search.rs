//! The index of words, in the dialect of each database, and the things it names. The index answers with at least what
//! is wanted; whether a text really holds it is for others to see.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::db::DbConn;
use crate::db::words::{Wanted, wanted};
use crate::error::AppResult;
use crate::models::search_entry::{SearchEntry, SearchKind};
use crate::schema::{
    artifact_versions, artifacts, chat_sessions, documents, messages, posts, search_entries, tasks,
};

/// PostgreSQL reads so many of the newest entries before it asks its index, which knows no order: a frequent word is
/// among them often enough, and a rare one leaves the index little to sort.
const LOOKED_THROUGH: i64 = 2000;

/// What a published post is called in the index, where it stands once more for everybody.
pub(super) const PUBLISHED: &str = "published";

#[derive(QueryableByName)]
pub(super) struct Place {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
}

/// Places of entries older than `before` that may hold all `terms`, newest first. Terms without a single letter leave
/// every entry.
///
/// # Errors
/// When the database fails.
pub fn list_places(
    conn: &mut DbConn,
    owner: &str,
    kind: Option<SearchKind>,
    terms: &[String],
    before: i64,
    limit: i64,
) -> AppResult<Vec<i64>> {
    let words = wanted(owner, kind.map(SearchKind::as_str), terms);
    if words.is_empty() {
        return newest(conn, owner, kind, before, limit);
    }
    let rows: Vec<Place> = match conn {
        DbConn::Sqlite(inner) => sql_query(
            "SELECT rowid AS id FROM search_words WHERE search_words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
        )
        .bind::<Text, _>(written(&words, "\"", "*", " AND "))
        .bind::<BigInt, _>(before)
        .bind::<BigInt, _>(limit)
        .load(inner)?,
        DbConn::Postgres(inner) => on_postgres(inner, owner, &written(&words, "'", ":*", " & "), before, limit)?,
    };
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Words hold letters and pictures only, so that quotes make them literal.
pub(super) fn written(words: &[Wanted], quote: &str, begins: &str, and: &str) -> String {
    let one = |wanted: &Wanted| {
        let end = if wanted.begins { begins } else { "" };
        format!("{quote}{}{quote}{end}", wanted.word)
    };
    words.iter().map(one).collect::<Vec<_>>().join(and)
}

fn on_postgres(
    conn: &mut PgConnection,
    owner: &str,
    words: &str,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<Place>> {
    // OFFSET 0 keeps the planner from turning the order of the two steps round.
    let recent: Vec<Place> = sql_query(
        "SELECT newest.id FROM (
             SELECT id FROM search_entries WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3
         ) newest, LATERAL (
             SELECT 1 FROM search_words w WHERE w.id = newest.id AND w.words @@ $4::tsquery OFFSET 0
         ) found ORDER BY newest.id DESC LIMIT $5",
    )
    .bind::<Text, _>(owner)
    .bind::<BigInt, _>(before)
    .bind::<BigInt, _>(LOOKED_THROUGH)
    .bind::<Text, _>(words)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    if i64::try_from(recent.len()) == Ok(limit) {
        return Ok(recent);
    }
    sql_query(
        "WITH found AS MATERIALIZED (SELECT id FROM search_words WHERE words @@ $1::tsquery)
         SELECT id FROM found WHERE id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind::<Text, _>(words)
    .bind::<BigInt, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

fn newest(
    conn: &mut DbConn,
    owner: &str,
    kind: Option<SearchKind>,
    before: i64,
    limit: i64,
) -> AppResult<Vec<i64>> {
    use search_entries::dsl;
    let mut query = dsl::search_entries
        .filter(dsl::user_id.eq(owner).and(dsl::id.lt(before)).and(dsl::kind.ne(PUBLISHED)))
        .select(dsl::id)
        .order(dsl::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(dsl::kind.eq(kind));
    }
    Ok(query.load(conn)?)
}

/// The owner's entries at those places, newest first.
///
/// # Errors
/// When the database fails.
pub fn load_owned(conn: &mut DbConn, owner: &str, places: &[i64]) -> AppResult<Vec<SearchEntry>> {
    use search_entries::dsl;
    let rows: Vec<(i64, SearchKind, String)> = dsl::search_entries
        .filter(dsl::id.eq_any(places).and(dsl::user_id.eq(owner)))
        .select((dsl::id, dsl::kind, dsl::thing_id))
        .order(dsl::id.desc())
        .load(conn)?;
    let mut ids: HashMap<SearchKind, Vec<String>> = HashMap::new();
    for (_, kind, id) in &rows {
        ids.entry(*kind).or_default().push(id.clone());
    }
    let mut things = HashMap::new();
    for (kind, ids) in ids {
        let rows = texts(conn, owner, kind, &ids)?;
        things.extend(rows.into_iter().map(|thing| ((kind, thing.0.clone()), thing)));
    }
    let entry = |(place, kind, id): (i64, SearchKind, String)| {
        let (id, session_id, title, content, slug) = things.remove(&(kind, id))?;
        Some(SearchEntry { place, kind, id, session_id, title, content, slug })
    };
    Ok(rows.into_iter().filter_map(entry).collect())
}

/// Id, session, title, text and slug.
pub(super) type Texts = (String, Option<String>, String, String, Option<String>);

pub(super) fn texts(
    conn: &mut DbConn,
    owner: &str,
    kind: SearchKind,
    ids: &[String],
) -> QueryResult<Vec<Texts>> {
    match kind {
        SearchKind::Session => sessions(conn, owner, ids),
        SearchKind::Message => said(conn, owner, ids),
        SearchKind::Artifact => newest_versions(conn, owner, ids),
        SearchKind::Task => noted(conn, owner, ids),
        SearchKind::Post => posted(conn, owner, ids),
        SearchKind::Document => given(conn, owner, ids),
    }
}

fn sessions(conn: &mut DbConn, owner: &str, ids: &[String]) -> QueryResult<Vec<Texts>> {
    use chat_sessions::dsl;
    let rows: Vec<(String, String)> = dsl::chat_sessions
        .filter(dsl::id.eq_any(ids).and(dsl::user_id.eq(owner)))
        .select((dsl::id, dsl::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (id.clone(), Some(id), name, String::new(), None)).collect())
}

fn said(conn: &mut DbConn, owner: &str, ids: &[String]) -> QueryResult<Vec<Texts>> {
    let rows: Vec<(String, String, String, String)> = messages::table
        .inner_join(chat_sessions::table.on(chat_sessions::id.eq(messages::session_id)))
        .filter(messages::id.eq_any(ids).and(chat_sessions::user_id.eq(owner)))
        .select((messages::id, messages::session_id, chat_sessions::name, messages::content))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, session, name, text)| (id, Some(session), name, text, None)).collect())
}

/// The version that the artifact calls its newest.
fn newest_versions(conn: &mut DbConn, owner: &str, ids: &[String]) -> QueryResult<Vec<Texts>> {
    let version = artifact_versions::artifact_id
        .eq(artifacts::id)
        .and(artifact_versions::version.eq(artifacts::version));
    let rows: Vec<(String, Option<String>, String, String)> = artifacts::table
        .inner_join(artifact_versions::table.on(version))
        .filter(artifacts::id.eq_any(ids).and(artifacts::user_id.eq(owner)))
        .select((artifacts::id, artifacts::session_id, artifacts::title, artifact_versions::content))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, session, title, text)| (id, session, title, text, None)).collect())
}

fn noted(conn: &mut DbConn, owner: &str, ids: &[String]) -> QueryResult<Vec<Texts>> {
    use tasks::dsl;
    let rows: Vec<(String, Option<String>, String, String)> = dsl::tasks
        .filter(dsl::id.eq_any(ids).and(dsl::user_id.eq(owner)))
        .select((dsl::id, dsl::session_id, dsl::title, dsl::description))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, session, title, text)| (id, session, title, text, None)).collect())
}

fn posted(conn: &mut DbConn, owner: &str, ids: &[String]) -> QueryResult<Vec<Texts>> {
    use posts::dsl;
    let rows: Vec<(String, String, String, String)> = dsl::posts
        .filter(dsl::id.eq_any(ids).and(dsl::user_id.eq(owner)))
        .select((dsl::id, dsl::title, dsl::content, dsl::slug))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, title, text, slug)| (id, None, title, text, Some(slug))).collect())
}

fn given(conn: &mut DbConn, owner: &str, ids: &[String]) -> QueryResult<Vec<Texts>> {
    use documents::dsl;
    let rows: Vec<(String, String, String)> = dsl::documents
        .filter(dsl::id.eq_any(ids).and(dsl::user_id.eq(owner)))
        .select((dsl::id, dsl::title, dsl::content))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, title, text)| (id, None, title, text, None)).collect())
}
