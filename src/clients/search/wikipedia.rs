//! Wikipedia, in the language that is asked in.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::Client;
use serde::Deserialize;

use super::plain::text_of;
use super::{Hit, Query, SearchError, SearchSource, SourceKind, answer};
use crate::clients::base_url::BaseUrl;
use crate::passages::scripts::is_han;

/// Its editions, each at an address of its own.
pub const WIKIPEDIA: &str = "https://{language}.wikipedia.org";

/// Two editions: one for questions in Chinese, one for all others.
pub struct Wikipedia {
    client: Client,
    chinese: BaseUrl,
    others: BaseUrl,
}

#[derive(Deserialize)]
struct Answer {
    pages: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    key: String,
    title: String,
    /// HTML that breaks off anywhere.
    #[serde(default)]
    excerpt: Option<String>,
    #[serde(default)]
    description: Option<String>,
}

impl Wikipedia {
    /// The editions at these addresses: two of [`WIKIPEDIA`], the same one twice, or others that answer like them.
    pub fn new(client: Client, chinese: BaseUrl, others: BaseUrl) -> Self {
        Self { client, chinese, others }
    }

    async fn ask(&self, query: &Query) -> Result<Vec<Hit>, SearchError> {
        let edition = if query.text.chars().any(is_han) { &self.chinese } else { &self.others };
        let limit = query.most.clamp(1, 100).to_string();
        let asked = [("q", query.text.as_str()), ("limit", &limit)];
        let request = self.client.get(edition.join("w/rest.php/v1/search/page")).query(&asked);
        let answer: Answer = answer::json(request).await?;
        Ok(answer.pages.into_iter().map(|found| found.into_hit(edition)).collect())
    }
}

impl Found {
    fn into_hit(self, edition: &BaseUrl) -> Hit {
        let parts = [self.description.unwrap_or_default(), text_of(&self.excerpt.unwrap_or_default())];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        // A page's key may hold slashes of its own, which belong to its address.
        let url = edition.join(&format!("wiki/{}", self.key)).to_string();
        Hit { title: self.title, url, snippet: parts.join(" · ") }
    }
}

impl SearchSource for Wikipedia {
    fn name(&self) -> &str {
        SourceKind::Wikipedia.name()
    }

    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        self.ask(query).boxed()
    }
}
