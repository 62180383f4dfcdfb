//! Language models behind one trait; knows nothing of sessions, runs or users.
//!
//! A [`ChatModel`] turns a conversation into a stream of [`ModelEvent`]s. Dropping the stream stops the
//! upstream. Each client trims the conversation to its own context, because only it knows its tokens.

#[cfg(feature = "local-model")]
pub mod builtin;
pub mod context;
pub mod openai;
pub mod registry;

use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;
use futures_util::future::BoxFuture;
use serde::Serialize;

/// What the interface and `/api/models` say about a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelInfo {
    /// Unique in this workspace: `<provider>/<name>`.
    pub id: String,
    /// The model's own name, as its provider knows it.
    pub name: String,
    /// The provider's name in the configuration, or `builtin`.
    pub provider: String,
    /// Tokens the model can see at once, prompt and answer together.
    pub context_length: u32,
    /// What it can do beyond text, for example `reasoning`; may be empty.
    pub capabilities: Vec<String>,
}

/// Who wrote a message, in the words of the chat-completions protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatRole {
    /// Instructions that come before the conversation; never trimmed.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// One message of the conversation given to a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChatMessage {
    /// Who wrote it.
    pub role: ChatRole,
    /// Its text.
    pub content: String,
}

/// A conversation to be answered.
#[derive(Clone, Debug)]
pub struct ChatRequest {
    /// Oldest first; a system message, if any, stands first.
    pub messages: Vec<ChatMessage>,
    /// The beginning of the answer, after which the model is to go on; a model that has room for less is shown its end.
    pub begun: Option<String>,
    /// The most tokens the answer may have; the model's own limit when absent.
    pub max_tokens: Option<u32>,
}

/// Tokens spent on one answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TokenUsage {
    /// Tokens read.
    pub prompt_tokens: i64,
    /// Tokens written.
    pub completion_tokens: i64,
}

/// Why a model stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// It had said everything.
    Stop,
    /// It reached the limit of tokens.
    Length,
    /// The provider withheld the rest.
    ContentFilter,
    /// Anything else a provider may say.
    Other,
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelEvent {
    /// The model is being fetched or loaded; `percent` of the fetch is done.
    Preparing {
        /// 0 to 100.
        percent: u8,
    },
    /// Text of the answer.
    Text(String),
    /// The model thinking aloud.
    Reasoning(String),
    /// Tokens spent so far; the last one counts.
    Usage(TokenUsage),
    /// The end, exactly once, last. A stream that ends without it was cut off.
    Finish(FinishReason),
}

/// Why a model gave no answer, or only a part of one. The text of a variant is for the log; people read the
/// sentence the catalogue holds for [`ModelError::code`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The provider refused the credentials (401, 403).
    #[error("the model provider refused the key: {0}")]
    Unauthorized(String),
    /// The provider does not know the model or the path (404).
    #[error("the model was not found: {0}")]
    NotFound(String),
    /// Too many requests (429).
    #[error("the model provider is busy, retry after {retry_after:?} s: {message}")]
    RateLimited {
        /// Seconds the provider asked to wait.
        retry_after: Option<u64>,
        /// What it said.
        message: String,
    },
    /// The conversation does not fit the model.
    #[error("the conversation is too long for the model: {0}")]
    ContextTooLong(String),
    /// The provider refused the request for another reason (4xx).
    #[error("the model provider refused the request: {0}")]
    Rejected(String),
    /// The provider failed (5xx, or an error inside the stream).
    #[error("the model provider failed: {0}")]
    Upstream(String),
    /// No connection.
    #[error("the model provider cannot be reached: {0}")]
    Unreachable(String),
    /// Nothing came for too long.
    #[error("the model provider fell silent: {0}")]
    TimedOut(String),
    /// The stream broke off before the model had finished.
    #[error("the answer broke off: {0}")]
    Truncated(String),
    /// The built-in model cannot be used; says why.
    #[error("the built-in model is not available: {0}")]
    Unavailable(String),
}

impl ModelError {
    /// A stable name for programs, and the key of the sentence for people (`error.<code>`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized(_) => "model_unauthorized",
            Self::NotFound(_) => "model_not_found",
            Self::RateLimited { .. } => "model_rate_limited",
            Self::ContextTooLong(_) => "model_context_too_long",
            Self::Rejected(_) => "model_rejected",
            Self::Upstream(_) => "model_failed",
            Self::Unreachable(_) => "model_unreachable",
            Self::TimedOut(_) => "model_timed_out",
            Self::Truncated(_) => "model_truncated",
            Self::Unavailable(_) => "model_unavailable",
        }
    }
}

/// The pieces of an answer as they come. Dropping it stops the upstream.
pub type ModelStream = Pin<Box<dyn Stream<Item = Result<ModelEvent, ModelError>> + Send>>;

/// Something that answers conversations.
pub trait ChatModel: Send + Sync {
    /// What it is.
    fn info(&self) -> ModelInfo;

    /// Answers `request`, trimmed to the model's context: newest messages first, the system message kept.
    fn stream(&self, request: ChatRequest) -> ModelStream;

    /// Bytes of a conversation beyond which nothing could fit into its context: nobody needs to read more to ask it.
    fn longest_prompt(&self) -> u64 {
        let budget = context::prompt_budget(self.info().context_length, None);
        u64::from(budget) * u64::from(context::BYTES_PER_TOKEN)
    }

    /// Whether it does what it is told beside talking: names a conversation, sums it up, answers in JSON. What a model too
    /// small for that would do is done by fixed rules.
    fn follows_instructions(&self) -> bool {
        true
    }
}

/// A place models come from.
pub trait Provider: Send + Sync {
    /// Its name in the configuration.
    fn name(&self) -> &str;

    /// The models it offers now.
    fn list(&self) -> BoxFuture<'_, Result<Vec<Arc<dyn ChatModel>>, ModelError>>;
}
