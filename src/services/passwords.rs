//! Passwords and their argon2id hashes.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::error::{AppError, AppResult};

/// Shortest password, in characters.
const SHORTEST: usize = 8;
/// Longest password, in bytes: hashing is not free.
const LONGEST: usize = 1024;

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

    /// Its argon2id hash in PHC form, computed off the caller's thread: it takes tens of milliseconds.
    ///
    /// # Errors
    /// `Internal`, when there is no randomness or no memory.
    pub async fn hash(self) -> AppResult<String> {
        let hashed = tokio::task::spawn_blocking(move || hash(&self.0)).await;
        hashed.map_err(|e| AppError::Internal(e.into()))?
    }
}

fn hash(password: &str) -> AppResult<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|h| h.to_string()).map_err(|e| AppError::Internal(anyhow::anyhow!("argon2: {e}")))
}

/// Whether `password` has that hash. Without a hash the same work is done in vain, so that the time taken
/// does not tell whether an account exists.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| self::hash("nobody's password").ok());
    if password.len() > LONGEST {
        return false;
    }
    let Some(known) = hash.or(NOBODY.as_deref()) else { return false };
    let matches = PasswordHash::new(known)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    matches && hash.is_some()
}
