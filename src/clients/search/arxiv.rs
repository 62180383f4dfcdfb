//! arXiv, preprints, by its Atom feed.

use atom_syndication::{Entry, Feed};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::{Client, Url};

use super::plain::one_line;
use super::{Hit, Query, SearchError, SearchSource, SourceKind, answer};
use crate::clients::base_url::BaseUrl;

/// The service's own address.
pub const ARXIV: &str = "https://export.arxiv.org";

/// The service. It wants one request at a time, three seconds apart.
pub struct Arxiv {
    client: Client,
    address: Url,
}

impl Arxiv {
    /// The service at `base`: [`ARXIV`], or one that speaks like it.
    pub fn new(client: Client, base: &BaseUrl) -> Self {
        Self { client, address: base.join("api/query") }
    }

    async fn ask(&self, query: &Query) -> Result<Vec<Hit>, SearchError> {
        let (words, most) = (all_of(&query.text), query.most.to_string());
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let asked = [("search_query", words.as_str()), ("max_results", &most), ("sortBy", "relevance")];
        let body = answer::body(self.client.get(self.address.clone()).query(&asked)).await?;
        let feed = Feed::read_from(&body[..]).map_err(|error| SearchError::Malformed(error.to_string()))?;
        feed.entries.iter().map(hit).collect()
    }
}

/// Every word has to occur. What its language would read as an operator is a letter like others, and left out.
fn all_of(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| format!("all:{}", word.to_lowercase())).collect::<Vec<_>>().join(" AND ")
}

/// An error comes as an entry whose id says so.
fn hit(entry: &Entry) -> Result<Hit, SearchError> {
    let snippet = one_line(entry.summary().map_or("", |summary| summary.as_str()));
    match entry.id().contains("/api/errors") {
        true => Err(SearchError::Rejected(snippet)),
        false => {
            let url = entry.id().replacen("http://", "https://", 1);
            Ok(Hit { title: one_line(entry.title().as_str()), url, snippet })
        }
    }
}

impl SearchSource for Arxiv {
    fn name(&self) -> &str {
        SourceKind::Arxiv.name()
    }

    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        self.ask(query).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_asked_for_one_by_one_and_operators_are_words() {
        assert_eq!(all_of("BM25 ANDNOT (\"ranking\")"), "all:bm25 AND all:andnot AND all:ranking");
        assert_eq!(all_of("!?"), "");
    }
}
