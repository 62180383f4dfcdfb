//! One model call: the conversation so far in, the answer out.

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};

use crate::clients::models::context::estimate_prompt;
use crate::clients::models::registry::Models;
use crate::clients::models::{
    ChatMessage, ChatModel, ChatRequest, ChatRole, FinishReason, ModelError, ModelEvent, ModelStream,
    TokenUsage,
};
use crate::db::DbConn;
use crate::error::AppError;
use crate::models::message::{Message, MessageRole, Usage};
use crate::repositories::{chat_sessions, messages};
use crate::runs::{Agent, RunContext, RunFailure};

/// Messages of the branch that are looked at: more than any context holds.
const LOOK_BACK: i64 = 1000;
/// Longest name the model or the first words may give a session, in characters.
const TITLE_CHARS: usize = 60;
/// Tokens a model may take to name a session.
const TITLE_TOKENS: u32 = 40;
/// How much of the exchange the model sees to name it, in characters each.
const TITLE_EXCERPT: usize = 1000;

/// What the model is asked for a name with; the answer is in the conversation's own language.
const TITLE_PROMPT: &str = "Give this conversation a title of at most eight words, in the language it is held in. \
     Answer with the title alone: no quotes, no full stop, no explanation.";

/// Answers with one call of the run's model.
pub struct ChatAgent {
    models: Models,
}

impl ChatAgent {
    /// An agent that asks one of `models`.
    pub fn new(models: Models) -> Self {
        Self { models }
    }

    async fn ask(&self, context: &RunContext) -> Result<(), RunFailure> {
        let messages = conversation(context).await.map_err(|error| app_failure(&error))?;
        let earlier = context.answer();
        let begun = Some(earlier.content).filter(|text| !text.is_empty());
        let mut pause = !earlier.reasoning.is_empty();
        let model = self.models.find(&context.run().model).await.map_err(|e| model_failure(&e))?;
        let mut events = begin(model.as_ref(), context, ChatRequest { messages, begun, max_tokens: None })?;
        let mut finish = None;
        let mut preparing = false;
        while let Some(event) = events.next().await {
            match event.inspect_err(|_| context.ask_failed()).map_err(|error| model_failure(&error))? {
                ModelEvent::Preparing { percent } => {
                    preparing = true;
                    context.step("prepare_model", "running", &format!("{percent} %"));
                }
                ModelEvent::Text(piece) => {
                    if std::mem::take(&mut preparing) {
                        context.step("prepare_model", "done", "");
                    }
                    context.text(&piece)?;
                }
                ModelEvent::Reasoning(piece) => {
                    if std::mem::take(&mut pause) {
                        context.reasoning("\n\n")?;
                    }
                    context.reasoning(&piece)?;
                }
                ModelEvent::Usage(told) => context.usage(usage(told)),
                ModelEvent::Finish(reason) => finish = Some(reason),
            }
        }
        judge(finish, context)
    }

    async fn name(&self, context: &RunContext) -> Option<String> {
        let exchange = first_exchange(context).await?;
        let question = exchange.first()?.content.clone();
        let from_words = || from_first_words(&question);
        let model = self.models.find(&context.run().model).await.ok()?;
        if !model.can_title() {
            return from_words();
        }
        let asked = ask_for_title(model.as_ref(), &exchange, context).await;
        asked
            .inspect_err(|failure| tracing::info!(cause = %failure.cause, "the model gave no title"))
            .ok()
            .flatten()
            .or_else(from_words)
    }
}

impl Agent for ChatAgent {
    fn answer<'a>(&'a self, context: &'a RunContext) -> BoxFuture<'a, Result<(), RunFailure>> {
        self.ask(context).boxed()
    }

    fn title<'a>(&'a self, context: &'a RunContext) -> BoxFuture<'a, Option<String>> {
        self.name(context).boxed()
    }
}

/// Asks a model, as far as the budget of who wants to know allows it.
fn begin(
    model: &dyn ChatModel,
    context: &RunContext,
    request: ChatRequest,
) -> Result<ModelStream, RunFailure> {
    context.ask(estimate_prompt(&request, model.info().context_length))?;
    Ok(model.stream(request))
}

fn usage(told: TokenUsage) -> Usage {
    Usage { prompt_tokens: told.prompt_tokens, completion_tokens: told.completion_tokens }
}

/// An answer that ended early or empty is not a success.
fn judge(finish: Option<FinishReason>, context: &RunContext) -> Result<(), RunFailure> {
    let answer = context.answer();
    let empty = answer.content.trim().is_empty();
    let code = match finish {
        Some(FinishReason::Length) if !empty => {
            context.cut();
            return Ok(());
        }
        Some(FinishReason::ContentFilter) => "answer_withheld",
        None => "model_truncated",
        Some(_) if empty => "answer_empty",
        Some(_) => return Ok(()),
    };
    Err(RunFailure { code, cause: format!("the model ended with {finish:?}") })
}

/// The branch up to the question, oldest first. Answers that broke off count with what they hold.
async fn conversation(context: &RunContext) -> Result<Vec<ChatMessage>, AppError> {
    let branch = branch(context, LOOK_BACK).await?;
    Ok(branch.into_iter().filter(|message| !message.content.is_empty()).filter_map(to_chat).collect())
}

async fn branch(context: &RunContext, limit: i64) -> Result<Vec<Message>, AppError> {
    let (session, answer) = (context.run().session_id.clone(), context.run().message_id.clone());
    let read = move |conn: &mut DbConn| {
        let mut branch = messages::branch(conn, &session, &answer, limit)?;
        branch.pop();
        Ok(branch)
    };
    context.db().read(read).await
}

fn to_chat(message: Message) -> Option<ChatMessage> {
    let role = match message.role {
        MessageRole::System => ChatRole::System,
        MessageRole::User => ChatRole::User,
        MessageRole::Assistant => ChatRole::Assistant,
        MessageRole::Tool => return None,
    };
    Some(ChatMessage { role, content: message.content })
}

/// What was said before the answer, if this is the first exchange of a session that nobody has named.
async fn first_exchange(context: &RunContext) -> Option<Vec<Message>> {
    let session = context.run().session_id.clone();
    let unnamed = context.db().read(move |conn| chat_sessions::is_unnamed(conn, &session));
    if !unnamed.await.ok()? {
        return None;
    }
    let branch = branch(context, 3).await.ok()?;
    let first = branch.len() == 1 && branch.first()?.parent_id.is_none();
    first.then_some(branch)
}

async fn ask_for_title(
    model: &dyn ChatModel,
    exchange: &[Message],
    context: &RunContext,
) -> Result<Option<String>, RunFailure> {
    let question = exchange.first().map(|message| message.content.as_str()).unwrap_or_default();
    let say = |role, content: String| ChatMessage { role, content };
    let messages = vec![
        say(ChatRole::User, excerpt(question)),
        say(ChatRole::Assistant, excerpt(&context.answer().content)),
        say(ChatRole::User, TITLE_PROMPT.to_owned()),
    ];
    let request = ChatRequest { messages, begun: None, max_tokens: Some(TITLE_TOKENS) };
    let mut events = begin(model, context, request)?;
    let mut title = String::new();
    while let Some(event) = events.next().await {
        match event.inspect_err(|_| context.ask_failed()).map_err(|error| model_failure(&error))? {
            ModelEvent::Text(piece) => {
                context.aside(&piece);
                title.push_str(&piece);
            }
            ModelEvent::Reasoning(piece) => context.aside(&piece),
            ModelEvent::Usage(told) => context.usage(usage(told)),
            ModelEvent::Preparing { .. } | ModelEvent::Finish(_) => {}
        }
    }
    Ok(clean_title(&title))
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

fn model_failure(error: &ModelError) -> RunFailure {
    RunFailure { code: error.code(), cause: error.to_string() }
}

fn app_failure(error: &AppError) -> RunFailure {
    RunFailure { code: "internal", cause: error.to_string() }
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
