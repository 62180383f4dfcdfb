//! What the configuration says of a place to search; knows nothing of files or environment variables.

use std::fmt;

use serde::Deserialize;

use crate::clients::base_url::BaseUrl;
use crate::clients::secret::Secret;

/// What a place to search speaks.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// SearXNG, hosted by oneself.
    Searxng,
    /// Tavily, behind a key.
    Tavily,
    /// Brave Search, behind a key.
    Brave,
    /// Wikipedia, or another wiki that runs MediaWiki.
    Wikipedia,
    /// arXiv.
    Arxiv,
}

impl SourceKind {
    /// All that are known, as people are told of them.
    pub const ALL: [Self; 5] = [Self::Searxng, Self::Tavily, Self::Brave, Self::Wikipedia, Self::Arxiv];

    /// As it is written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Searxng => "searxng",
            Self::Tavily => "tavily",
            Self::Brave => "brave",
            Self::Wikipedia => "wikipedia",
            Self::Arxiv => "arxiv",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One place to search.
#[derive(Clone, Debug)]
pub struct SourceSettings {
    /// What it is called in plans and reports; no two are called the same.
    pub name: String,
    /// Where it is, and what it needs to be asked.
    pub place: Place,
}

/// Where a source is, and what it needs to be asked.
#[derive(Clone, Debug)]
pub enum Place {
    /// The start page of an instance.
    Searxng(BaseUrl),
    /// The service's address and the key for it.
    Tavily(BaseUrl, Secret),
    /// The service's address and the key for it.
    Brave(BaseUrl, Secret),
    /// One edition for questions in Chinese, one for all others; they may be the same.
    Wikipedia {
        /// For questions in Chinese.
        chinese: BaseUrl,
        /// For all others.
        others: BaseUrl,
    },
    /// The service's address.
    Arxiv(BaseUrl),
}

impl Place {
    /// What is spoken there.
    pub fn kind(&self) -> SourceKind {
        match self {
            Self::Searxng(_) => SourceKind::Searxng,
            Self::Tavily(..) => SourceKind::Tavily,
            Self::Brave(..) => SourceKind::Brave,
            Self::Wikipedia { .. } => SourceKind::Wikipedia,
            Self::Arxiv(_) => SourceKind::Arxiv,
        }
    }
}
