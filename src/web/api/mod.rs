//! The JSON API: one file per resource, each handler the twin of a page's.

pub mod answers;
pub mod artifacts;
pub mod auth;
pub mod branches;
pub mod documents;
pub mod evidence;
pub mod export;
pub mod hello;
pub mod import;
pub mod invitations;
pub mod live;
pub mod messages;
pub mod models;
pub mod posts;
pub mod problem;
pub mod products;
pub mod refusals;
mod remembered;
pub mod research;
pub mod runs;
pub mod search;
pub mod sessions;
pub mod shares;
pub mod tasks;
pub mod tokens;
pub mod users;

use serde::Serialize;
use utoipa::ToSchema;

/// The answer to changes that return nothing else.
#[derive(Debug, Serialize, ToSchema)]
pub struct Success {
    /// Always `true`; failures are errors.
    #[schema(example = true)]
    pub success: bool,
}

/// `{"success":true}`.
pub const SUCCESS: Success = Success { success: true };
