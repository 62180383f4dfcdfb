//! A name for a session, once its first question has been answered.

use super::asking::ask_aside;
use crate::clients::models::registry::Models;
use crate::clients::models::{ChatMessage, ChatModel, ChatRole};
use crate::db::DbConn;
use crate::models::message::Message;
use crate::repositories::{chat_sessions, messages};
use crate::runs::{RunContext, RunFailure};

/// Longest name the model or the first words may give a session, in characters.
const TITLE_CHARS: usize = 60;
/// Tokens a model may take to name a session.
const TITLE_TOKENS: u32 = 40;
/// How much of the exchange the model sees to name it, in characters each.
const TITLE_EXCERPT: usize = 1000;

/// What the model is asked for a name with; the answer is in the conversation's own language.
const TITLE_PROMPT: &str = "Give this conversation a title of at most eight words, in the language it is held in. \
     Answer with the title alone: no quotes, no full stop, no explanation.";

/// A name from the first exchange of a session that has none: the model's, or the first words of the question.
pub(super) async fn title(context: &RunContext, models: &Models) -> Option<String> {
    let question = first_question(context).await?.content;
    let from_words = || from_first_words(&question);
    let model = models.find(&context.run().model).await.ok()?;
    if !model.follows_instructions() {
        return from_words();
    }
    let asked = ask_for_title(model.as_ref(), &question, context).await;
    asked
        .inspect_err(|failure| tracing::info!(cause = %failure.cause, "the model gave no title"))
        .ok()
        .flatten()
        .or_else(from_words)
}

/// What was asked, if this is the first exchange of a session that nobody has named.
async fn first_question(context: &RunContext) -> Option<Message> {
    let (session, answer) = (context.run().session_id.clone(), context.run().message_id.clone());
    let read = move |conn: &mut DbConn| match chat_sessions::is_unnamed(conn, &session)? {
        true => messages::branch(conn, &session, &answer, 3),
        false => Ok(Vec::new()),
    };
    let branch: [Message; 2] = context.db().read(read).await.ok()?.try_into().ok()?;
    let [question, _] = branch;
    Some(question)
}

async fn ask_for_title(
    model: &dyn ChatModel,
    question: &str,
    context: &RunContext,
) -> Result<Option<String>, RunFailure> {
    let say = |role, content: String| ChatMessage { role, content };
    let messages = vec![
        say(ChatRole::User, excerpt(question)),
        say(ChatRole::Assistant, excerpt(&context.answer().content)),
        say(ChatRole::User, TITLE_PROMPT.to_owned()),
    ];
    Ok(clean_title(&ask_aside(model, context, messages, TITLE_TOKENS).await?))
}

fn excerpt(text: &str) -> String {
    text.chars().take(TITLE_EXCERPT).collect()
}

/// The first line a model wrote, without the quotes and marks models put around titles.
fn clean_title(text: &str) -> Option<String> {
    let marks: &[char] =
        &['"', '\'', '“', '”', '‘', '’', '「', '」', '《', '》', '#', '*', '`', '.', '。', ' '];
    let line = text.lines().map(|line| line.trim().trim_matches(marks)).find(|line| !line.is_empty())?;
    Some(shorten(line))
}

/// The first words of a question.
fn from_first_words(question: &str) -> Option<String> {
    let line = question.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(shorten(line))
}

/// At most [`TITLE_CHARS`] characters, cut between words where there are any.
fn shorten(line: &str) -> String {
    let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= TITLE_CHARS {
        return line;
    }
    let head: String = line.chars().take(TITLE_CHARS - 1).collect();
    let cut = head.rfind(' ').filter(|&at| at > head.len() / 2).unwrap_or(head.len());
    format!("{}…", head.get(..cut).unwrap_or(&head).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_loses_quotes_marks_and_further_lines() {
        assert_eq!(
            clean_title("\n**\"Rust and SQLite\"**\nIt is about…").as_deref(),
            Some("Rust and SQLite")
        );
        assert_eq!(clean_title("《写锁与 WAL》。").as_deref(), Some("写锁与 WAL"));
        assert_eq!(clean_title(" \n "), None);
    }

    #[test]
    fn a_long_question_is_shortened_between_words() {
        let title = from_first_words(&"word ".repeat(40)).unwrap();
        assert!(title.ends_with("word…") && title.chars().count() <= TITLE_CHARS);
        assert_eq!(from_first_words(&"字".repeat(100)).unwrap().chars().count(), TITLE_CHARS);
    }
}
