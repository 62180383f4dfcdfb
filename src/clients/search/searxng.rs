//! SearXNG, a search engine over others that people host themselves.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::{Client, Url};
use serde::Deserialize;

use super::{Hit, Query, SearchError, SearchSource, SourceKind, answer, plain};
use crate::clients::base_url::BaseUrl;

/// What an instance says that was left as it comes.
const JSON_IS_OFF: &str =
    "SearXNG refused to answer in JSON: add `json` to `search.formats` in its settings.yml";

/// One instance.
pub struct Searxng {
    client: Client,
    address: Url,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    results: Vec<Found>,
}

/// Boxes beside the results lack the address or the text.
#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    url: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    content: Option<String>,
}

impl Searxng {
    /// The instance whose start page is at `base`.
    pub fn new(client: Client, base: &BaseUrl) -> Self {
        Self { client, address: base.join("search") }
    }

    async fn ask(&self, query: &Query) -> Result<Vec<Hit>, SearchError> {
        let asked = [("q", query.text.as_str()), ("format", "json")];
        let answer: Answer = match answer::json(self.client.get(self.address.clone()).query(&asked)).await {
            Err(SearchError::Unauthorized(_)) => return Err(SearchError::Misconfigured(JSON_IS_OFF)),
            other => other?,
        };
        let hits = answer.results.into_iter().filter(|found| !found.url.is_empty());
        Ok(hits
            .take(query.most)
            .map(|found| plain::hit(&found.title, found.url, found.content.as_deref()))
            .collect())
    }
}

impl SearchSource for Searxng {
    fn name(&self) -> &str {
        SourceKind::Searxng.name()
    }

    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        self.ask(query).boxed()
    }
}
