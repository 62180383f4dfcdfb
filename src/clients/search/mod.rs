//! Places to search behind one trait; knows nothing of research, runs or members.
//!
//! A [`SearchSource`] turns a few words into [`Hit`]s by the contract of one provider. [`Patient`] puts around it what
//! all of them need: a limit of time, a distance between requests, and another try where that may help. The
//! [`registry`] holds those that are configured.

mod answer;
mod arxiv;
mod brave;
mod patient;
mod plain;
pub mod registry;
mod searxng;
pub mod settings;
mod tavily;
mod wikipedia;

use std::time::Duration;

use futures_util::future::BoxFuture;

pub use arxiv::{ARXIV, Arxiv};
pub use brave::{BRAVE, Brave};
pub use patient::{Pace, Patient};
pub use searxng::Searxng;
pub use settings::SourceKind;
pub use tavily::{TAVILY, Tavily};
pub use wikipedia::{WIKIPEDIA, Wikipedia};

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Words, without operators.
    pub text: String,
    /// The most hits to give; a source may give fewer.
    pub most: usize,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its title, plain text in one line.
    pub title: String,
    /// Where it is, http or https.
    pub url: String,
    /// What the source says of it, plain text; may be empty.
    pub snippet: String,
}

/// Why a search gave nothing. The text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// The source refused the key (401, 403).
    #[error("the source refused the key: {0}")]
    Unauthorized(String),
    /// Too many requests (429).
    #[error("the source is busy, retry after {retry_after:?}: {message}")]
    RateLimited {
        /// How long it asked to wait.
        retry_after: Option<Duration>,
        /// What it said.
        message: String,
    },
    /// What was paid for is used up.
    #[error("the source's quota is used up: {0}")]
    QuotaSpent(String),
    /// The source does not do what is asked, for a reason its operator can mend.
    #[error("{0}")]
    Misconfigured(&'static str),
    /// The source refused the request for another reason (4xx).
    #[error("the source refused the request: {0}")]
    Rejected(String),
    /// The source failed (5xx).
    #[error("the source failed: {0}")]
    Upstream(String),
    /// No connection.
    #[error("the source cannot be reached: {0}")]
    Unreachable(String),
    /// Nothing came in time.
    #[error("the source did not answer in time")]
    TimedOut,
    /// It answered something else than its contract says.
    #[error("the source's answer cannot be read: {0}")]
    Malformed(String),
}

impl SearchError {
    /// Whether the same request may succeed a little later.
    fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Upstream(_) | Self::Unreachable(_) | Self::TimedOut)
    }
}

/// A place to search.
pub trait SearchSource: Send + Sync {
    /// Its name in plans and reports: the configured one, else its kind.
    fn name(&self) -> &str;

    /// What it finds, best first.
    ///
    /// # Errors
    /// When it cannot be asked or does not answer as it should; finding nothing is no error.
    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>>;
}
