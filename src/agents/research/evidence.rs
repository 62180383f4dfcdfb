//! The notes of a question with their passages, as they stand in the kept sources now.

use super::desk::Desk;
use super::halt::{Halt, internal};
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::note::Note;
use crate::repositories::{notes, sources};

/// A note and the passage it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The source's number in its session.
    pub source: i64,
    /// The source's title.
    pub title: String,
    /// Where the source was.
    pub url: String,
    /// The passage's first byte in the source.
    pub start: i64,
    /// The byte after its last.
    pub end: i64,
    /// The passage to the letter.
    pub quote: String,
    /// What it says, in other words; may be empty.
    pub claim: String,
}

/// What was noted down for question `number`. A note whose passage is not there any more is left out.
///
/// # Errors
/// When the database fails.
pub async fn load(desk: &Desk<'_>, number: i64) -> Result<Vec<Evidence>, Halt> {
    let (run, session) = (desk.run().id.clone(), desk.run().session_id.clone());
    desk.db().read(move |conn| read(conn, &run, &session, number)).await.map_err(internal)
}

fn read(conn: &mut DbConn, run: &str, session: &str, number: i64) -> AppResult<Vec<Evidence>> {
    let taken = notes::list_of_run(conn, run)?.into_iter().filter(|note| note.question == number);
    let taken: Vec<Note> = taken.collect();
    let mut found = Vec::new();
    for summary in sources::list(conn, session)? {
        let of_source: Vec<&Note> = taken.iter().filter(|note| note.source_id == summary.id).collect();
        if of_source.is_empty() {
            continue;
        }
        let source = sources::find(conn, session, summary.number)?;
        for note in of_source {
            let at = |byte: i64| usize::try_from(byte).unwrap_or(usize::MAX);
            let quote = source.content.get(at(note.start_byte)..at(note.end_byte));
            found.extend(quote.map(|quote| {
                let evidence = Evidence {
                    source: source.number,
                    title: source.title.clone(),
                    url: source.url.clone(),
                    start: note.start_byte,
                    end: note.end_byte,
                    quote: quote.to_owned(),
                    claim: note.claim.clone(),
                };
                (note.id.clone(), evidence)
            }));
        }
    }
    // As they were taken: the best of a page first.
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found.into_iter().map(|(_, evidence)| evidence).collect())
}
