//! Passages noted down by researches.

use diesel::prelude::*;

use crate::db::{DbConn, on_each};
use crate::error::AppResult;
use crate::models::note::Note;
use crate::schema::notes::{self, dsl};

/// Keeps notes.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, rows: &[Note]) -> AppResult<()> {
    on_each!(conn, inner => diesel::insert_into(notes::table).values(rows).execute(inner))?;
    Ok(())
}

/// What a run has noted down, question by question, in the order in which it was found.
///
/// # Errors
/// When the database fails.
pub fn list_of_run(conn: &mut DbConn, run: &str) -> AppResult<Vec<Note>> {
    Ok(dsl::notes.filter(dsl::run_id.eq(run)).order((dsl::question, dsl::id)).load(conn)?)
}

/// What all researches of a session have noted down.
///
/// # Errors
/// When the database fails.
pub fn list_of_session(conn: &mut DbConn, session: &str) -> AppResult<Vec<Note>> {
    Ok(dsl::notes.filter(dsl::session_id.eq(session)).order(dsl::id).load(conn)?)
}

/// Gives the notes of a run to the one that goes on with its work.
///
/// # Errors
/// When the database fails.
pub fn hand_over(conn: &mut DbConn, from: &str, to: &str) -> AppResult<()> {
    diesel::update(dsl::notes.filter(dsl::run_id.eq(from))).set(dsl::run_id.eq(to)).execute(conn)?;
    Ok(())
}
