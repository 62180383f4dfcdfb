//! Fetching pages that others wrote the addresses of: nothing inside our own network, nothing without end.

mod guarded;
mod hostile;
mod limits;
mod robots;

use std::time::Duration;

use stoa::clients::fetch::{FetchError, Fetched, Fetcher, Guard, Limits};

use crate::support::scripted::{Asked, Said, Scripted};

const LIMITS: Limits = Limits { patience: Duration::from_secs(10), largest: 100_000 };

/// Fetches from the public web and from what is allowed.
fn fetcher(allowed: &[&str]) -> Fetcher {
    let allowed = allowed.iter().map(|text| text.parse().unwrap()).collect();
    Fetcher::new(Guard::new(allowed), LIMITS).unwrap()
}

async fn fetch(allowed: &[&str], address: &str) -> Result<Fetched, FetchError> {
    fetcher(allowed).fetch(address).await
}

/// A site without robots.txt.
fn site(mut page: impl FnMut(&str) -> Said + Send + 'static) -> Scripted {
    Scripted::serve(move |asked: &Asked| match asked.target.as_str() {
        "/robots.txt" => Said::status(404),
        target => page(target),
    })
}

/// The same server under a name.
fn by_name(server: &Scripted) -> String {
    server.url.replace("127.0.0.1", "localhost")
}
