//! Pages of researches: how one begins, the plan, what was done, the report with its sources, and reports compared.

pub mod backing;
pub mod begin;
pub mod compare;
pub mod panel;
pub mod plan;
pub mod questions;
pub mod report;
pub mod sections;
pub mod source;
pub mod steps;

/// The key of the name of a place that is searched; none for places with a name of their own.
fn place_key(name: &str) -> Option<&'static str> {
    match name {
        "library" => Some("place.library"),
        "wikipedia" => Some("place.wikipedia"),
        "arxiv" => Some("place.arxiv"),
        "searxng" => Some("place.searxng"),
        "tavily" => Some("place.tavily"),
        "brave" => Some("place.brave"),
        _ => None,
    }
}

/// What people call a place that is searched.
pub fn place_name(name: &str, locale: crate::i18n::Locale) -> String {
    place_key(name).map_or_else(|| name.to_owned(), |key| locale.t(key).into_owned())
}
