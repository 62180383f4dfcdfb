//! The only place with queries, one file per table. Plain functions over a connection: no rules, no HTTP.
//!
//! Rows that a user owns are found through their owner; there is no other way to get one.

pub mod api_tokens;
pub mod chat_sessions;
pub mod checkpoints;
pub mod identities;
pub mod login_sessions;
pub mod messages;
pub mod run_events;
pub mod runs;
pub mod settings;
pub mod users;

/// A `LIKE` pattern that finds `text` literally, anywhere; to be used with `escape('\\')`.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
