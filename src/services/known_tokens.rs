//! Tokens seen a moment ago and whom they act for, kept in memory so that a busy program's requests need not ask
//! the database for the same row each time; knows nothing of how changes are noticed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::tokens::is_over;
use crate::models::api_token::ApiToken;
use crate::models::user::User;
use crate::repositories::api_tokens;

/// The changes after which nothing that is known holds any more, as triggers name them.
pub const CHANGES: &[&str] = api_tokens::CREDENTIAL_CHANGES;

/// Tokens that are known at once; when there are more, all are forgotten and asked for anew.
const LARGEST: usize = 1024;
/// How long a token is known: within it, even what a person does to the database file by hand takes hold.
const LIFETIME: Duration = Duration::from_secs(1);

/// The tokens, by the hash of their secret.
#[derive(Default)]
pub struct KnownTokens(Mutex<HashMap<String, Known>>);

struct Known {
    token: ApiToken,
    user: User,
    /// The count of changes before it was read.
    changes: u64,
    since: Instant,
}

impl KnownTokens {
    /// Who the token of that hash acts for, if that is known and nothing has changed since; `changes` is the
    /// count of changes now.
    pub fn find(&self, hash: &str, changes: u64) -> Option<User> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(hash)?;
        let holds = found.changes == changes && found.since.elapsed() < LIFETIME && !is_over(&found.token);
        holds.then(|| found.user.clone())
    }

    /// Remembers a token that may act for `user`; `changes` is the count of changes before it was read.
    pub fn remember(&self, hash: String, token: ApiToken, user: User, changes: u64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= LARGEST {
            known.clear();
        }
        known.insert(hash, Known { token, user, changes, since: Instant::now() });
    }
}
