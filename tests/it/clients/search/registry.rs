//! The configured places to search: found by name, and each asked at its pace by the whole process.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use stoa::clients::http::http_client;
use stoa::clients::search::SourceKind;
use stoa::clients::search::registry::SearchSources;
use stoa::clients::search::settings::{Place, SourceSettings};

use super::{base, query};
use crate::support::scripted::{Said, Scripted};

fn sources(settings: impl IntoIterator<Item = (&'static str, Place)>) -> SearchSources {
    let settings = settings.into_iter().map(|(name, place)| SourceSettings { name: name.into(), place });
    SearchSources::build(&http_client().unwrap(), settings.collect())
}

#[tokio::test]
async fn sources_are_found_by_the_name_they_were_given_and_the_others_are_known_to_be_missing() {
    let server = Scripted::start([Said::json(200, include_str!("answers/searxng.json"))]);
    let all = sources([("own", Place::Searxng(base(&server))), ("other", Place::Searxng(base(&server)))]);
    assert_eq!(all.names().collect::<Vec<_>>(), ["own", "other"]);
    assert_eq!(
        all.missing(),
        [SourceKind::Tavily, SourceKind::Brave, SourceKind::Wikipedia, SourceKind::Arxiv]
    );
    assert!(all.find("searxng").is_none());
    let found = all.find("other").unwrap();
    assert_eq!((found.name(), found.search(&query("x")).await.unwrap().len()), ("other", 2));
    assert_eq!(sources([]).missing(), SourceKind::ALL);
}

#[tokio::test]
async fn arxiv_is_asked_once_in_three_seconds_by_all_together() {
    let server = Scripted::start([Said::json(200, include_str!("answers/arxiv.xml"))]);
    let all = sources([("arxiv", Place::Arxiv(base(&server)))]);
    let (begun, words) = (Instant::now(), query("relevance"));
    let searches = [all.clone(), all].map(|all| {
        let words = words.clone();
        async move { all.find("arxiv").unwrap().search(&words).await.unwrap().len() }
    });
    assert_eq!(join_all(searches).await, [1, 1]);
    assert!(begun.elapsed() >= Duration::from_secs(3), "{:?}", begun.elapsed());
}
