//! How sources refuse and fail, and that no key is told.

use std::time::Duration;

use stoa::clients::base_url::BaseUrl;
use stoa::clients::http::http_client;
use stoa::clients::search::{Brave, SearchError, SearchSource};

use super::{brave, key, query, searxng, tavily};

use crate::support::scripted::{Said, Scripted};

async fn refused(status: u16, body: &str) -> SearchError {
    let server = Scripted::start([Said::json(status, body)]);
    tavily(&server).search(&query("x")).await.unwrap_err()
}

#[tokio::test]
async fn a_status_says_what_went_wrong() {
    let unauthorized = refused(401, r#"{"detail":{"error":"Unauthorized: missing key"}}"#).await;
    assert!(matches!(&unauthorized, SearchError::Unauthorized(said) if said.contains("missing key")));
    for status in [432, 433] {
        assert!(matches!(refused(status, "{}").await, SearchError::QuotaSpent(_)), "{status}");
    }
    assert!(matches!(refused(400, "{}").await, SearchError::Rejected(_)));
    assert!(matches!(refused(500, "oh").await, SearchError::Upstream(_)));
    assert!(matches!(refused(302, "").await, SearchError::Upstream(_)), "a redirect is no answer");
    for body in ["", "<html>", "{}", "[]", r#"{"results":[{"title":"no address"}]}"#] {
        assert!(matches!(refused(200, body).await, SearchError::Malformed(_)), "{body}");
    }
}

#[tokio::test]
async fn how_long_to_wait_is_understood() {
    let server = Scripted::start([Said::json(429, "slow down").with("retry-after", "7")]);
    let error = brave(&server).search(&query("x")).await.unwrap_err();
    assert!(
        matches!(error, SearchError::RateLimited { retry_after: Some(wait), .. } if wait == Duration::from_secs(7))
    );
}

#[tokio::test]
async fn searxng_without_json_says_how_to_turn_it_on() {
    let server = Scripted::start([Said::json(403, "Forbidden")]);
    let error = searxng(&server).search(&query("x")).await.unwrap_err();
    assert!(error.to_string().contains("search.formats"), "{error}");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let server = Scripted::start([Said::json(200, &" ".repeat(3 * 1024 * 1024))]);
    let error = searxng(&server).search(&query("x")).await.unwrap_err();
    assert_eq!(error, SearchError::Malformed("more than 2 MiB".into()));
}

#[tokio::test]
async fn neither_key_nor_question_is_told_when_nobody_answers() {
    let nobody = BaseUrl::parse("http://127.0.0.1:1").unwrap();
    let brave = Brave::new(http_client().unwrap(), &nobody, key());
    let error = brave.search(&query("secret question")).await.unwrap_err();
    assert!(matches!(error, SearchError::Unreachable(_)));
    assert!(!error.to_string().contains("hush") && !error.to_string().contains("question"), "{error}");
}
