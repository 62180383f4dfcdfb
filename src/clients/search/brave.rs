//! Brave Search, an index of its own behind a key.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::{Client, Url};
use serde::Deserialize;

use super::{Hit, Query, SearchError, SearchSource, SourceKind, answer, plain};
use crate::clients::base_url::BaseUrl;
use crate::clients::secret::Secret;

/// The service's own address.
pub const BRAVE: &str = "https://api.search.brave.com";
/// The most it takes of a query, in characters and in words.
const CHARACTERS: usize = 400;
const WORDS: usize = 50;
/// The most hits of one request.
const MOST: usize = 20;

/// The service, for one key.
pub struct Brave {
    client: Client,
    address: Url,
    key: Secret,
}

#[derive(Deserialize)]
struct Answer {
    // Absent when nothing of that kind was found.
    #[serde(default)]
    web: Option<Web>,
}

#[derive(Deserialize)]
struct Web {
    results: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    title: String,
    url: String,
    #[serde(default)]
    description: Option<String>,
}

impl Brave {
    /// The service at `base`, [`BRAVE`], or one that speaks like it.
    pub fn new(client: Client, base: &BaseUrl, key: Secret) -> Self {
        Self { client, address: base.join("res/v1/web/search"), key }
    }

    async fn ask(&self, query: &Query) -> Result<Vec<Hit>, SearchError> {
        let (text, count) = (shortened(&query.text), query.most.clamp(1, MOST).to_string());
        let asked = [("q", text.as_str()), ("count", &count), ("text_decorations", "false")];
        let request = self.client.get(self.address.clone()).query(&asked);
        let answer: Answer = answer::json(request.header("X-Subscription-Token", self.key.expose())).await?;
        let found = answer.web.map(|web| web.results).unwrap_or_default();
        Ok(found
            .into_iter()
            .take(query.most)
            .map(|found| plain::hit(&found.title, found.url, found.description.as_deref()))
            .collect())
    }
}

/// As many words as the service takes.
fn shortened(text: &str) -> String {
    let words = text.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ");
    words.chars().take(CHARACTERS).collect()
}

impl SearchSource for Brave {
    fn name(&self) -> &str {
        SourceKind::Brave.name()
    }

    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        self.ask(query).boxed()
    }
}
