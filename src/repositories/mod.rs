//! The only place with queries, one file per table. Plain functions over a connection: no rules, no HTTP.
//!
//! Rows that a user owns are found through their owner; there is no other way to get one.

pub mod api_tokens;
pub mod artifacts;
pub mod branches;
pub mod chat_sessions;
pub mod checkpoints;
pub mod counts;
pub mod documents;
pub mod filters;
pub mod identities;
pub mod imports;
pub mod invitations;
pub mod library;
pub mod login_sessions;
pub mod messages;
pub mod notes;
pub mod plans;
pub mod posts;
pub mod products;
pub mod reports;
pub mod run_events;
pub mod runs;
pub mod search;
pub mod search_backlog;
pub mod settings;
pub mod shares;
pub mod sources;
pub mod summaries;
pub mod tasks;
pub mod token_usage;
pub mod users;
