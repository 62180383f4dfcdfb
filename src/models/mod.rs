//! One file per table: its row, what is inserted and what may change. No queries, no rules.

pub mod api_token;
pub mod archive;
pub mod artifact;
pub mod chat_session;
pub mod document;
pub mod identity;
pub mod import;
pub mod invitation;
pub mod library_text;
pub mod login_session;
pub mod message;
pub mod note;
pub mod plan;
pub mod post;
pub mod product;
pub mod report;
pub mod research_request;
pub mod run;
pub mod run_event;
pub mod search_entry;
pub mod share;
pub mod source;
pub mod step;
pub mod summary;
pub mod tags;
pub mod task;
pub mod token_usage;
pub mod user;

use uuid::Uuid;

/// A new id: UUIDv7 text, so that ids sort by the time they were made.
pub fn new_id() -> String {
    Uuid::now_v7().to_string()
}
