//! Other words for a question, other answers to it, and the rest of an answer that broke off.

use serde::Deserialize;
use utoipa::ToSchema;

use super::budgets::{self, Terms};
use super::messages::{
    SendMessage, Sent, choose_model, find, find_first, lock, queue_answer, queue_run, refuse_another,
    refuse_if_active, say,
};
use super::research;
use super::text::parse_model;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::message::{Message, MessageChanges, MessageRole, MessageStatus};
use crate::models::user::User;
use crate::repositories::{branches, messages, runs, summaries};
use crate::runs::carry_over;

/// A question in other words.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EditMessage {
    /// Markdown, not blank.
    #[schema(example = "海水为什么看起来是蓝色的？")]
    pub content: Option<String>,
    /// The model to ask from now on; the session's own when absent.
    pub model: Option<String>,
    /// A name the caller gives the message, so that a retry does not say it twice.
    pub client_id: Option<String>,
}

/// Asks a question in other words, beside the one it was asked in first, and queues the answer.
///
/// # Errors
/// Those of [`super::messages::send`], and `BadRequest("not_a_question")`.
pub fn edit(
    conn: &mut DbConn,
    owner: &User,
    session: &str,
    question: &str,
    input: &EditMessage,
    terms: &Terms,
) -> AppResult<Sent> {
    let session = lock(conn, owner, session)?;
    if let Some(first) = find_first(conn, &session, input.client_id.as_deref())? {
        return Ok(first);
    }
    let question = find(conn, &session, question)?;
    must_be_question(&question)?;
    let EditMessage { content, model, client_id } = input.clone();
    let said = SendMessage { content, model, client_id, ..SendMessage::default() };
    say(conn, &session, question.parent_id, &said, terms)
}

/// A member's question that is to be put into other words.
///
/// # Errors
/// `NotFound`, or `BadRequest("not_a_question")`.
pub fn find_question(conn: &mut DbConn, owner: &User, session: &str, id: &str) -> AppResult<Message> {
    let session = super::sessions::find(conn, owner, session)?;
    let question = find(conn, &session, id)?;
    must_be_question(&question)?;
    Ok(question)
}

fn must_be_question(message: &Message) -> AppResult<()> {
    match message.role {
        MessageRole::User => Ok(()),
        _ => Err(AppError::BadRequest("not_a_question")),
    }
}

/// How another answer is wanted.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Regenerate {
    /// The model to ask this once; the session's own when absent.
    pub model: Option<String>,
}

/// Queues another answer to what an answer had answered: its sibling.
///
/// # Errors
/// `NotFound`, `Invalid`, `BadRequest("not_an_answer")`, `Conflict("run_active")`, `Conflict("no_model")` or `BudgetSpent`.
pub fn regenerate(
    conn: &mut DbConn,
    owner: &User,
    session: &str,
    answer: &str,
    input: &Regenerate,
    terms: &Terms,
) -> AppResult<Sent> {
    let session = lock(conn, owner, session)?;
    let answer = find(conn, &session, answer)?;
    let question_id = answered(&answer)?;
    let chosen = parse_model(input.model.as_deref())?;
    let model = choose_model([chosen.as_deref(), session.model.as_deref(), terms.model.as_deref()])?;
    refuse_another(conn, &session, terms)?;
    let work = research::same_work(conn, &answer)?;
    let run = queue_answer(conn, &session, Vec::new(), question_id, model, None, &work)?;
    Ok(Sent { message: messages::find_in_session(conn, &session.id, question_id)?, run })
}

/// Queues the rest of an answer that broke off: the model that wrote it goes on in the same message.
///
/// # Errors
/// `NotFound`, `BadRequest("not_an_answer")`, `Conflict("run_active")`, `Conflict("no_model")`, `BudgetSpent`,
/// `Conflict("answer_complete")`, or `Conflict("answer_followed")` when something was said after it.
pub fn go_on(conn: &mut DbConn, owner: &User, session: &str, answer: &str, terms: &Terms) -> AppResult<Sent> {
    let session = lock(conn, owner, session)?;
    let answer = find(conn, &session, answer)?;
    let question_id = answered(&answer)?;
    refuse_if_active(conn, &session)?;
    if !answer.is_unfinished() {
        return Err(AppError::Conflict("answer_complete"));
    }
    if !branches::children(conn, &session.id, &[&answer.id], false)?.is_empty() {
        return Err(AppError::Conflict("answer_followed"));
    }
    let model = choose_model([answer.model.as_deref(), session.model.as_deref(), terms.model.as_deref()])?;
    budgets::require(conn, &session.user_id, terms.daily_tokens)?;
    let (before, work) = (runs::latest_of_message(conn, &answer.id)?, research::same_work(conn, &answer)?);
    let run = queue_run(conn, &session, answer.id.clone(), model, None, &work)?;
    carry_over(conn, &run, &answer.content, &answer.reasoning, before.as_ref())?;
    if let Some(before) = &before {
        research::hand_over(conn, before, &run)?;
    }
    let open = MessageChanges {
        status: Some(MessageStatus::Streaming),
        error_code: Some(None),
        ..MessageChanges::default()
    };
    messages::update(conn, &answer.id, &open)?;
    summaries::delete(conn, &answer.id)?;
    Ok(Sent { message: messages::find_in_session(conn, &session.id, question_id)?, run })
}

/// What an answer answers.
fn answered(answer: &Message) -> AppResult<&str> {
    match (answer.role, &answer.parent_id) {
        (MessageRole::Assistant, Some(question)) => Ok(question),
        _ => Err(AppError::BadRequest("not_an_answer")),
    }
}
