//! The web as researches see it: places to search, and a way to fetch what they find.

use super::fetch::Fetcher;
use super::search::registry::SearchSources;

/// One for the whole process, so that all researches together keep the pace that sources and sites ask for.
#[derive(Clone)]
pub struct Web {
    /// The places to search.
    pub sources: SearchSources,
    /// Fetches pages.
    pub fetcher: Fetcher,
}
