//! Keys that are sent to others and shown to nobody.

use std::fmt;

/// A key that neither logs nor errors show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// `text` without the blanks around it (files end in a newline); `None` when nothing is left.
    pub fn parse(text: &str) -> Option<Self> {
        Some(text.trim()).filter(|key| !key.is_empty()).map(|key| Self(key.to_owned()))
    }

    /// The key itself, to be sent.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_key_is_no_key() {
        assert_eq!(Secret::parse(" \n"), None);
    }
}
