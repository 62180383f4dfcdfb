//! What was read a moment ago, kept in memory until something it depends on changes, so that busy programs and pages
//! need not ask the database for the same rows each time; knows nothing of how changes are noticed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::repositories::{api_tokens, artifacts, chat_sessions, documents, posts, products, tasks, users};

/// The changes after which nothing of a kind holds any more, as triggers name them; a kind is its place here.
pub const CHANGES: &[&[&str]] = &[
    api_tokens::CREDENTIAL_CHANGES,
    chat_sessions::LIST_CHANGES,
    artifacts::LIST_CHANGES,
    tasks::LIST_CHANGES,
    posts::LIST_CHANGES,
    products::LIST_CHANGES,
    users::LIST_CHANGES,
    documents::LIST_CHANGES,
];
/// Whom tokens act for.
pub const TOKENS: usize = 0;
/// Lists of sessions.
pub const SESSIONS: usize = 1;
/// Lists of artifacts.
pub const ARTIFACTS: usize = 2;
/// Lists of tasks.
pub const TASKS: usize = 3;
/// Lists of posts, with the names of their authors.
pub const POSTS: usize = 4;
/// Lists of products.
pub const PRODUCTS: usize = 5;
/// Lists of members.
pub const USERS: usize = 6;
/// Lists of documents.
pub const DOCUMENTS: usize = 7;

/// Entries that are known at once; when there are more, all are forgotten and asked for anew.
const LARGEST: usize = 256;
/// How long an entry is known: within it, even what a person does to the database file by hand takes hold.
const LIFETIME: Duration = Duration::from_secs(1);

/// A list as it was answered.
#[derive(Debug)]
pub struct Answer {
    /// JSON.
    pub body: String,
    /// Names and values of the headers that belong to it.
    pub headers: Vec<(&'static str, String)>,
}

/// Values of one kind by their keys.
pub struct Known<V>(Mutex<HashMap<String, Entry<V>>>);

struct Entry<V> {
    value: V,
    /// The count of changes before it was read.
    changes: u64,
    since: Instant,
}

impl<V> Default for Known<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V: Clone> Known<V> {
    /// The value of `key`, if it is known and nothing has changed since; `changes` is the count of changes now.
    pub fn find(&self, key: &str, changes: u64) -> Option<V> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(key)?;
        let holds = found.changes == changes && found.since.elapsed() < LIFETIME;
        holds.then(|| found.value.clone())
    }

    /// Remembers a value; `changes` is the count of changes before it was read.
    pub fn remember(&self, key: String, value: V, changes: u64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= LARGEST {
            known.clear();
        }
        known.insert(key, Entry { value, changes, since: Instant::now() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_until_something_changes() {
        let known = Known::default();
        known.remember("a".into(), 1, 7);
        assert_eq!((known.find("a", 7), known.find("a", 8), known.find("b", 7)), (Some(1), None, None));
    }

    #[test]
    fn memory_has_a_bound() {
        let known = Known::default();
        for n in 0..10 * LARGEST {
            known.remember(n.to_string(), n, 0);
            assert!(known.0.lock().unwrap().len() <= LARGEST);
        }
    }
}
