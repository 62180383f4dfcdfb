//! The places to search, each by its contract: what it is asked, what its answers mean, and how it refuses.
//!
//! The answers under `answers/` are written after the providers' descriptions, with the oddities met in the wild.

mod contracts;
mod pace;
mod refusals;
mod registry;

use stoa::clients::base_url::BaseUrl;
use stoa::clients::http::http_client;
use stoa::clients::search::{Arxiv, Brave, Hit, Query, SearchSource, Searxng, Tavily};
use stoa::clients::secret::Secret;

use crate::support::scripted::Scripted;

fn query(text: &str) -> Query {
    Query { text: text.to_owned(), most: 5 }
}

fn base(server: &Scripted) -> BaseUrl {
    BaseUrl::parse(&server.url).unwrap()
}

fn key() -> Secret {
    Secret::parse("hush").unwrap()
}

fn searxng(server: &Scripted) -> Searxng {
    Searxng::new(http_client().unwrap(), &base(server))
}

fn tavily(server: &Scripted) -> Tavily {
    Tavily::new(http_client().unwrap(), &base(server), key())
}

fn brave(server: &Scripted) -> Brave {
    Brave::new(http_client().unwrap(), &base(server), key())
}

fn arxiv(server: &Scripted) -> Arxiv {
    Arxiv::new(http_client().unwrap(), &base(server))
}

async fn found(source: &dyn SearchSource, text: &str) -> Vec<Hit> {
    source.search(&query(text)).await.unwrap()
}
