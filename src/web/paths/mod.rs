//! The addresses of all pages: redirects, templates and tests take them from here and write none themselves.

mod account;
mod artifacts;
mod chat;
mod documents;
mod guide;
mod next;
mod posts;
mod products;
mod research;
mod search;
mod tasks;
mod users;

pub use account::*;
pub use artifacts::*;
pub use chat::*;
pub use documents::*;
pub use guide::*;
pub use next::safe_next;
pub use posts::*;
pub use products::*;
pub use research::*;
pub use search::*;
pub use tasks::*;
pub use users::*;

/// The home page.
pub const HOME: &str = "/";
/// Theme and language, also for people who are not signed in (POST).
pub const PREFERENCES: &str = "/preferences";

fn with_query<const N: usize>(path: &str, facts: [(&str, Option<&str>); N]) -> String {
    let told: Vec<_> = facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    match serde_urlencoded::to_string(told) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}
