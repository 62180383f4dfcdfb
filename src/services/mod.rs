//! The rules: what pages and API both call. Plain functions, connection first; knows nothing of HTTP.

pub mod accounts;
pub mod attempts;
pub mod export;
pub mod guide;
pub mod health;
pub mod identities;
pub mod invitations;
pub mod known;
pub mod login_sessions;
pub mod members;
pub mod messages;
pub mod page_request;
pub mod passwords;
pub mod posts;
pub mod products;
pub mod runs;
pub mod search;
pub mod secrets;
pub mod sessions;
pub mod setup;
pub mod shares;
pub mod slugs;
pub mod snippet;
pub mod text;
pub mod tokens;
