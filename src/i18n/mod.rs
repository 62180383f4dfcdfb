//! The languages of the interface and the lookup of their sentences; knows nothing of requests.
//!
//! Every sentence people read stands in `zh-CN.yml` and `en.yml` beside this file, under the same key.

use std::borrow::Cow;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Simplified Chinese, the default.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Locale {
    /// Every language, in the order a person chooses from.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The BCP 47 tag, as in `lang` attributes and the catalogue's file names.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `zh`, `zh-Hans-CN` or `en-GB`; `None` for others.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The best language for an `Accept-Language` header: the highest weight that we have, else Chinese.
    pub fn negotiate(header: &str) -> Self {
        let mut best: Option<(Self, f32)> = None;
        for item in header.split(',') {
            let mut parts = item.split(';');
            let Some(locale) = parts.next().and_then(Self::parse) else { continue };
            let weight =
                parts.find_map(|p| p.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok());
            let weight: f32 = weight.unwrap_or(0.0);
            if weight > 0.0 && best.is_none_or(|(_, w)| weight > w) {
                best = Some((locale, weight));
            }
        }
        best.map(|(locale, _)| locale).unwrap_or_default()
    }

    /// The sentence for `key`; the key itself when the catalogue lacks it (a test keeps that from happening).
    pub fn t(self, key: &str) -> Cow<'static, str> {
        self.find(key).unwrap_or_else(|| Cow::Owned(key.to_owned()))
    }

    /// The sentence for a `key` that comes from elsewhere; `None` when the catalogue lacks it.
    pub fn find(self, key: &str) -> Option<Cow<'static, str>> {
        crate::_rust_i18n_try_translate(self.tag(), key)
    }

    /// The sentence for `key` with `%{name}` replaced by each value.
    pub fn t_with(self, key: &str, values: &[(&str, &str)]) -> String {
        values.iter().fold(self.t(key).into_owned(), |text, (name, value)| {
            text.replace(&format!("%{{{name}}}"), value)
        })
    }
}
