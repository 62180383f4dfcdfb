//! What a research is asked: the member's question, with what was asked back and answered before.

use super::halt::{Halt, internal};
use crate::agents::conversation::Passage;
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::message::{MessageRole, Said};
use crate::models::run::RunKind;
use crate::repositories::{reports, runs};
use crate::runs::RunContext;

/// How much of a conversation is read, in bytes.
const READ: u64 = 64 * 1024;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// In the member's words; what they said to a question of ours stands behind what they asked first.
    pub text: String,
    /// Whether they were asked back already.
    pub clarified: bool,
}

impl Request {
    /// What the run is to answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(context: &RunContext) -> Result<Self, Halt> {
        let talk = Passage::load(context, READ).await.map_err(internal)?.talk;
        let session = context.run().session_id.clone();
        context.db().read(move |conn| read(conn, &session, talk)).await.map_err(internal)
    }

    /// Its first line, shortened: a name for what comes of it.
    pub fn title(&self) -> String {
        let line = self.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match line.chars().count() > 80 {
            true => format!("{}…", line.chars().take(79).collect::<String>().trim_end()),
            false => line,
        }
    }
}

fn read(conn: &mut DbConn, session: &str, mut talk: Vec<Said>) -> AppResult<Request> {
    let mut asked = Vec::new();
    while let Some(question) = talk.pop() {
        if question.role != MessageRole::User {
            break;
        }
        asked.insert(0, question.content);
        match talk.pop() {
            Some(answer) if asked_back(conn, session, &answer)? => {}
            _ => break,
        }
    }
    Ok(Request { clarified: asked.len() > 1, text: asked.join("\n\n") })
}

/// Whether an answer was a question of ours: made by a research, and no report.
fn asked_back(conn: &mut DbConn, session: &str, answer: &Said) -> AppResult<bool> {
    let run = runs::latest_of_message(conn, &answer.id)?;
    let by_research = run.is_some_and(|run| run.kind == RunKind::Research);
    let is_report = reports::list(conn, session)?.iter().any(|report| report.message_id == answer.id);
    Ok(by_research && !is_report)
}
