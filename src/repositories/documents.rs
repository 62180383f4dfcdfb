//! Documents, and the files they were read from.

use diesel::prelude::*;

use super::filters::{containing, lower};
use crate::db::{DbConn, MultiBackend, on_each};
use crate::error::{AppError, AppResult, Thing};
use crate::models::document::{Document, DocumentFile, NewDocument};
use crate::schema::documents::dsl;
use crate::schema::{document_files, documents};

/// The changes that make an earlier answer of [`list_owned`] untrue, as triggers name them.
pub const LIST_CHANGES: &[&str] = &["INSERT ON documents", "DELETE ON documents"];

fn filtered<'a>(owner: &'a str, q: Option<&'a str>) -> documents::BoxedQuery<'a, MultiBackend> {
    let query = dsl::documents.filter(dsl::user_id.eq(owner)).into_boxed::<MultiBackend>();
    let Some(q) = q else { return query };
    let pattern = containing(&q.to_lowercase());
    let in_title = lower(dsl::title).like(pattern.clone()).escape('\\');
    query.filter(in_title.or(lower(dsl::file_name).like(pattern).escape('\\')))
}

/// A member's documents with `q` in their title or the file's name, given before the one whose id is `before` (or from
/// row `offset`), last given first.
///
/// # Errors
/// When the database fails.
pub fn list_owned(
    conn: &mut DbConn,
    owner: &str,
    q: Option<&str>,
    before: Option<&str>,
    offset: i64,
    limit: i64,
) -> AppResult<Vec<Document>> {
    let mut query = filtered(owner, q);
    if let Some(before) = before {
        query = query.filter(dsl::id.lt(before));
    }
    let rows = query.select(Document::as_select()).order(dsl::id.desc());
    Ok(rows.offset(offset).limit(limit).load(conn)?)
}

/// How many documents [`list_owned`] would list in all.
///
/// # Errors
/// When the database fails.
pub fn count_owned(conn: &mut DbConn, owner: &str, q: Option<&str>) -> AppResult<i64> {
    Ok(filtered(owner, q).count().get_result(conn)?)
}

/// A member's document and the text that was read in it.
///
/// # Errors
/// `NotFound` when the member has no such document.
pub fn find_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<(Document, String)> {
    let row = dsl::documents
        .filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)))
        .select((Document::as_select(), dsl::content))
        .first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Document))
}

/// A member's document and the bytes it was read from.
///
/// # Errors
/// `NotFound` when the member has no such document.
pub fn find_file_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<(Document, Vec<u8>)> {
    let row = documents::table
        .inner_join(document_files::table)
        .filter(documents::id.eq(id).and(documents::user_id.eq(owner)))
        .select((Document::as_select(), document_files::bytes))
        .first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Document))
}

/// A member's document that was read from bytes with that hash.
///
/// # Errors
/// `NotFound` when the member has no such document.
pub fn find_same(conn: &mut DbConn, owner: &str, sha256: &str) -> AppResult<Document> {
    let row = dsl::documents
        .filter(dsl::user_id.eq(owner).and(dsl::sha256.eq(sha256)))
        .select(Document::as_select())
        .first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Document))
}

/// Keeps a document and its bytes; nothing when the member has one of the same bytes, perhaps since this very moment.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, document: &NewDocument, bytes: Vec<u8>) -> AppResult<()> {
    let inserted = on_each!(conn, inner => diesel::insert_into(documents::table)
        .values(document)
        .on_conflict((documents::user_id, documents::sha256))
        .do_nothing()
        .execute(inner))?;
    if inserted > 0 {
        let file = DocumentFile { document_id: document.id.clone(), bytes };
        diesel::insert_into(document_files::table).values(&file).execute(conn)?;
    }
    Ok(())
}

/// Deletes a member's document and its bytes.
///
/// # Errors
/// `NotFound` when the member has no such document.
pub fn delete_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<()> {
    let row = dsl::documents.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    match diesel::delete(row).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::Document)),
        _ => Ok(()),
    }
}
