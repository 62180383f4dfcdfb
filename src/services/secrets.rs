//! Random secrets, and the hashes under which they and files are known again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use sha2::{Digest, Sha256};

/// A secret of 256 random bits, 43 URL-safe characters.
pub fn random() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 of a secret, hexadecimal. Enough for secrets of 256 bits; passwords take argon2.
pub fn hash(secret: &str) -> String {
    sha256(secret.as_bytes())
}

/// SHA-256 of what is no secret, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}
