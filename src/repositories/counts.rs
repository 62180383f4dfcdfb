//! How long lists are: the table that triggers keep, so that a long list opens as fast as a short one.

use diesel::prelude::*;

use crate::db::DbConn;
use crate::error::AppResult;
use crate::schema::counts;

/// The scope of what everybody sees.
pub const PUBLIC: &str = "";

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// A member's sessions.
    Sessions,
    /// A member's artifacts.
    Artifacts,
    /// A member's tasks.
    Tasks,
    /// A member's documents.
    Documents,
    /// Published posts, in the public scope.
    Posts,
    /// Products, in the public scope.
    Products,
    /// Members, in the public scope.
    Users,
}

impl Counted {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Artifacts => "artifacts",
            Self::Tasks => "tasks",
            Self::Documents => "documents",
            Self::Posts => "posts",
            Self::Products => "products",
            Self::Users => "users",
        }
    }
}

/// How many there are; `scope` is their owner's id, or [`PUBLIC`].
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut DbConn, scope: &str, counted: Counted) -> AppResult<i64> {
    let row = counts::table.find((scope, counted.kind())).select(counts::n).first(conn);
    Ok(row.optional()?.unwrap_or_default())
}
