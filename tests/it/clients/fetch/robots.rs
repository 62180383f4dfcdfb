//! Sites that want to be left alone are.

use stoa::clients::fetch::FetchError;

use super::fetcher;
use crate::support::scripted::{Asked, Said, Scripted};

fn with_rules(rules: Said) -> Scripted {
    Scripted::serve(move |asked: &Asked| match asked.target.as_str() {
        "/robots.txt" => rules.clone(),
        _ => Said::html("page"),
    })
}

async fn is_fetched(rules: Said, path: &str) -> bool {
    let server = with_rules(rules);
    match fetcher(&["127.0.0.1"]).fetch(&format!("{}{path}", server.url)).await {
        Ok(_) => true,
        Err(FetchError::Robots) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn rules_hold_for_us_by_name_or_for_all() {
    let rules = || {
        Said::html(
            "User-agent: *\nDisallow: /private\n\nUser-agent: stoa\nDisallow: /stoa\nAllow: /stoa/open\n",
        )
    };
    assert!(is_fetched(rules(), "/").await);
    assert!(is_fetched(rules(), "/private").await, "the rules for all are not ours where we have our own");
    assert!(!is_fetched(rules(), "/stoa/x").await);
    assert!(is_fetched(rules(), "/stoa/open").await);
    assert!(!is_fetched(Said::html("User-agent: *\nDisallow: /"), "/x").await);
}

#[tokio::test]
async fn a_site_without_rules_allows_and_one_that_cannot_tell_forbids() {
    for status in [404, 403, 410] {
        assert!(is_fetched(Said::status(status), "/").await, "{status}");
    }
    for status in [500, 503] {
        assert!(!is_fetched(Said::status(status), "/").await, "{status}");
    }
    assert!(is_fetched(Said::html([0xff, 0xfe, 0x00]), "/").await, "what nobody can read forbids nothing");
}

#[tokio::test]
async fn a_site_is_asked_once_for_many_pages() {
    let server = with_rules(Said::status(404));
    let fetcher = fetcher(&["127.0.0.1"]);
    for page in 0..3 {
        fetcher.fetch(&format!("{}/{page}", server.url)).await.unwrap();
    }
    let targets: Vec<_> = server.asked().into_iter().map(|asked| asked.target).collect();
    assert_eq!(targets, ["/robots.txt", "/0", "/1", "/2"]);
}
