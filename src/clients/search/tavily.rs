//! Tavily, a search service made for models.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::json;

use super::plain::one_line;
use super::{Hit, Query, SearchError, SearchSource, SourceKind, answer};
use crate::clients::base_url::BaseUrl;
use crate::clients::secret::Secret;

/// The service's own address.
pub const TAVILY: &str = "https://api.tavily.com";

/// The service, for one key.
pub struct Tavily {
    client: Client,
    address: Url,
    key: Secret,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    title: String,
    url: String,
    #[serde(default)]
    content: Option<String>,
}

impl Tavily {
    /// The service at `base`, [`TAVILY`], or one that speaks like it.
    pub fn new(client: Client, base: &BaseUrl, key: Secret) -> Self {
        Self { client, address: base.join("search"), key }
    }

    async fn ask(&self, query: &Query) -> Result<Vec<Hit>, SearchError> {
        let asked = json!({ "query": query.text, "max_results": query.most, "search_depth": "basic" });
        let request = self.client.post(self.address.clone()).bearer_auth(self.key.expose()).json(&asked);
        let answer: Answer = answer::json(request).await?;
        Ok(answer.results.into_iter().take(query.most).map(Found::into_hit).collect())
    }
}

impl Found {
    fn into_hit(self) -> Hit {
        let snippet = one_line(&self.content.unwrap_or_default());
        Hit { title: one_line(&self.title), url: self.url, snippet }
    }
}

impl SearchSource for Tavily {
    fn name(&self) -> &str {
        SourceKind::Tavily.name()
    }

    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        self.ask(query).boxed()
    }
}
