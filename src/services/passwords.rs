//! Passwords and their argon2id hashes.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::{AppError, AppResult};

/// Shortest password, in characters.
const SHORTEST: usize = 8;
/// Longest password, in bytes: hashing is not free.
const LONGEST: usize = 1024;

/// Hashes worked on at a time: each takes 19 MiB and a core for tens of milliseconds.
const AT_ONCE: usize = 4;

/// A password that may be set.
pub struct Password(String);

impl Password {
    /// Reads a new password: 8 characters to 1,024 bytes, anything in it.
    ///
    /// # Errors
    /// `Invalid`, with the field `password`.
    pub fn parse(text: &str) -> AppResult<Self> {
        if text.chars().count() < SHORTEST {
            return Err(AppError::field("password", "password_too_short"));
        }
        if text.len() > LONGEST {
            return Err(AppError::field("password", "too_long"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Its argon2id hash in PHC form.
    ///
    /// # Errors
    /// `Internal`, when there is no randomness or no memory.
    pub async fn hash(self) -> AppResult<String> {
        in_turn(move || hash(&self.0)).await?
    }
}

/// Works off the caller's thread, when it is its turn: a flood of attempts waits, and takes neither all memory nor
/// what others need.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
    let turn = TURNS.acquire().await.map_err(|e| AppError::Internal(e.into()))?;
    let worked = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    worked.await.map_err(|e| AppError::Internal(e.into()))
}

fn hash(password: &str) -> AppResult<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|h| h.to_string()).map_err(|e| AppError::Internal(anyhow::anyhow!("argon2: {e}")))
}

/// Whether `password` has that hash. Without a hash the same work is done in vain, so that the time taken
/// does not tell whether an account exists.
///
/// # Errors
/// `Internal`, when the work was broken off.
pub async fn verify(password: String, hash: Option<String>) -> AppResult<bool> {
    in_turn(move || matches(&password, hash.as_deref())).await
}

fn matches(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| self::hash("nobody's password").ok());
    if password.len() > LONGEST {
        return false;
    }
    let Some(known) = hash.or(NOBODY.as_deref()) else { return false };
    let matches = PasswordHash::new(known)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    matches && hash.is_some()
}
