//! What can go wrong in services and repositories, in their own terms; knows nothing of HTTP or languages.
//!
//! Layers below `web` return [`AppError`]. `web` renders it as JSON or as a page: the status and the sentence
//! (`error.<code>` in the catalogue) are chosen there, causes go to the log only.

use std::collections::BTreeMap;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// The result of everything below `web`.
pub type AppResult<T> = Result<T, AppError>;

/// Things that can be looked up and be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A chat or research session.
    ChatSession,
    /// A post.
    Post,
    /// A product.
    Product,
    /// An artifact, or a version of one.
    Artifact,
    /// A task.
    Task,
    /// A document.
    Document,
    /// Anything without a sentence of its own.
    Resource,
}

/// Everything that can go wrong for a caller.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The request as a whole is wrong; the code says how.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// A body or a file cannot be read any further than to a place in it; the code says why.
    #[error("{code} at line {line}, column {column}")]
    Unreadable {
        /// `invalid_json`, or what its JSON is not.
        code: &'static str,
        /// From 1.
        line: usize,
        /// In bytes, from 1.
        column: usize,
    },
    /// Single fields are wrong: field name → key of the sentence (`field.<key>`).
    #[error("invalid fields: {0:?}")]
    Invalid(BTreeMap<&'static str, &'static str>),
    /// Nobody is signed in, or the credential is not valid.
    #[error("unauthorized")]
    Unauthorized,
    /// Signed in, but not allowed to; the code says why.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// Unknown, or somebody else's: the two answer alike.
    #[error("{0:?} not found")]
    NotFound(Thing),
    /// The state of things forbids it now; the code says why.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// What was given is of a kind that is not taken; the code says what is.
    #[error("unsupported: {0}")]
    Unsupported(&'static str),
    /// Too many attempts.
    #[error("too many requests, retry after {retry_after} s")]
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The member's tokens of today are spent.
    #[error("the day's budget is spent, retry after {retry_after} s")]
    BudgetSpent {
        /// Seconds until the next day.
        retry_after: u64,
    },
    /// A model gave no answer.
    #[error(transparent)]
    Model(#[from] crate::clients::models::ModelError),
    /// A provider vouched for nobody.
    #[error(transparent)]
    Identity(#[from] crate::clients::identity::IdentityError),
    /// The database cannot be reached or written to, or is out of connections.
    #[error("unavailable: {0:#}")]
    Unavailable(anyhow::Error),
    /// Anything nobody could have expected.
    #[error("internal: {0:#}")]
    Internal(#[from] anyhow::Error),
}

impl AppError {
    /// One wrong field; `problem` is a key under `field.` in the catalogue.
    pub fn field(name: &'static str, problem: &'static str) -> Self {
        Self::Invalid(BTreeMap::from([(name, problem)]))
    }

    /// Why JSON could not be read, and where; `otherwise` is the code when it is JSON, but of another shape.
    pub fn unreadable(error: &serde_json::Error, otherwise: &'static str) -> Self {
        let code = if error.is_data() { otherwise } else { "invalid_json" };
        Self::Unreadable { code, line: error.line(), column: error.column() }
    }

    /// A stable name for programs, and the key of the sentence for people (`error.<code>`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadRequest(code)
            | Self::Forbidden(code)
            | Self::Conflict(code)
            | Self::Unsupported(code) => code,
            Self::Unreadable { code, .. } => code,
            Self::Invalid(_) => "invalid_fields",
            Self::Unauthorized => "unauthorized",
            Self::NotFound(Thing::ChatSession) => "session_not_found",
            Self::NotFound(Thing::Post) => "post_not_found",
            Self::NotFound(Thing::Product) => "product_not_found",
            Self::NotFound(Thing::Artifact) => "artifact_not_found",
            Self::NotFound(Thing::Task) => "task_not_found",
            Self::NotFound(Thing::Document) => "document_not_found",
            Self::NotFound(Thing::Resource) => "not_found",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::BudgetSpent { .. } => "budget_spent",
            Self::Model(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }
}

impl From<DieselError> for AppError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound(Thing::Resource),
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                Self::Conflict("already_exists")
            }
            DieselError::BrokenTransactionManager => Self::Unavailable(error.into()),
            DieselError::DatabaseError(kind, ref cause) if is_outage(kind, cause.message()) => {
                Self::Unavailable(error.into())
            }
            other => Self::Internal(other.into()),
        }
    }
}

/// What a database says when it cannot write or be reached though the statement was right. SQLite has fixed sentences for
/// it and Diesel no kinds; PostgreSQL passes on what the system says of a full disk.
const OUTAGES: [&str; 6] = [
    "database or disk is full",
    "attempt to write a readonly database",
    "disk I/O error",
    "unable to open database file",
    "database is locked",
    "No space left on device",
];

/// Whether another try may succeed once the machine or the connection is well again.
fn is_outage(kind: DatabaseErrorKind, message: &str) -> bool {
    let is_known = matches!(
        kind,
        DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction
    );
    is_known || OUTAGES.iter().any(|outage| message.contains(outage))
}
