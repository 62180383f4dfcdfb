//! Tells a JSON field that is `null` from one that is absent: `#[serde(default, deserialize_with = "given")]`.

use serde::{Deserialize, Deserializer};

/// The field as it was given: `Some(None)` for `null`; with `default`, `None` when it is absent.
///
/// # Errors
/// When its type is wrong.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
