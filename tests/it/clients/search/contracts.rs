//! What each source is asked, and what its answer means.

use serde_json::{Value, json};
use stoa::clients::http::http_client;
use stoa::clients::search::{Hit, SearchSource, Wikipedia};

use super::{arxiv, base, brave, found, query, searxng, tavily};

use crate::support::scripted::{Said, Scripted};

fn hit(title: &str, url: &str, snippet: &str) -> Hit {
    Hit { title: title.into(), url: url.into(), snippet: snippet.into() }
}

#[tokio::test]
async fn searxng_is_asked_for_json_and_boxes_without_an_address_are_left_out() {
    let server = Scripted::start([Said::json(200, include_str!("answers/searxng.json"))]);
    assert_eq!(
        found(&searxng(&server), "罗马法 & \"Cicero\"").await,
        [
            hit("De Oratore – Cicero", "https://example.org/cicero", "Rhetoric & law, in three books."),
            hit("罗马法", "https://zh.example.org/罗马法", ""),
        ]
    );
    assert_eq!(server.asked()[0].target, "/search?q=罗马法 & \"Cicero\"&format=json");
}

#[tokio::test]
async fn tavily_is_asked_with_the_key_and_answers_without_a_text_are_taken() {
    let server = Scripted::start([Said::json(200, include_str!("answers/tavily.json"))]);
    assert_eq!(
        found(&tavily(&server), "Stoic jurists").await,
        [
            hit("The Stoics", "https://example.org/stoics", "Panaetius taught in Rome."),
            hit("No text", "https://example.org/empty", ""),
        ]
    );
    let asked = &server.asked()[0];
    assert_eq!((asked.target.as_str(), asked.header("authorization")), ("/search", Some("Bearer hush")));
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(body, json!({ "query": "Stoic jurists", "max_results": 5, "search_depth": "basic" }));
}

#[tokio::test]
async fn brave_is_asked_with_its_own_header_and_no_more_than_it_takes() {
    let server = Scripted::start([Said::json(200, include_str!("answers/brave.json"))]);
    assert_eq!(
        found(&brave(&server), &"word ".repeat(80)).await,
        [hit("Roman law", "https://example.org/law", "The <law> of Rome")]
    );
    let asked = &server.asked()[0];
    assert_eq!(asked.header("x-subscription-token"), Some("hush"));
    assert!(asked.target.starts_with("/res/v1/web/search?q=word word"), "{}", asked.target);
    assert_eq!(asked.target.matches("word").count(), 50);
    assert!(asked.target.ends_with("&count=5&text_decorations=false"), "{}", asked.target);
    let nothing = Scripted::start([Said::json(200, r#"{"type":"search","query":{"original":"x"}}"#)]);
    assert_eq!(found(&brave(&nothing), "x").await, []);
}

#[tokio::test]
async fn wikipedia_is_asked_in_the_language_of_the_question() {
    let (chinese, english) = (
        Scripted::start([Said::json(200, include_str!("answers/wikipedia.json"))]),
        Scripted::start([Said::json(200, r#"{"pages":[]}"#)]),
    );
    let source = Wikipedia::new(http_client().unwrap(), base(&chinese), base(&english));
    assert_eq!(found(&source, "Cicero").await, []);
    assert_eq!(
        found(&source, "西塞罗").await,
        [
            hit(
                "西塞罗",
                &format!("{}/wiki/%E8%A5%BF%E5%A1%9E%E7%BD%97", chinese.url),
                "罗马政治家 · 马库斯·图利乌斯·西塞罗，罗马共和国"
            ),
            hit("TCP/IP", &format!("{}/wiki/TCP/IP", chinese.url), ""),
        ]
    );
    assert_eq!(chinese.asked()[0].target, "/w/rest.php/v1/search/page?q=西塞罗&limit=5");
    assert!(chinese.asked()[0].header("user-agent").unwrap().starts_with("stoa/"));
}

#[tokio::test]
async fn arxiv_is_asked_for_every_word_and_its_lines_are_joined() {
    let server = Scripted::start([Said::json(200, include_str!("answers/arxiv.xml"))]);
    assert_eq!(
        found(&arxiv(&server), "probabilistic relevance").await,
        [hit(
            "The Probabilistic Relevance Framework",
            "https://arxiv.org/abs/0901.0001v2",
            "We present BM25 and what it rests on."
        )]
    );
    assert_eq!(
        server.asked()[0].target,
        "/api/query?search_query=all:probabilistic AND all:relevance&max_results=5&sortBy=relevance"
    );
}

#[tokio::test]
async fn arxiv_tells_errors_in_an_entry() {
    let server = Scripted::start([Said::json(200, include_str!("answers/arxiv-error.xml"))]);
    let error = arxiv(&server).search(&query("x")).await.unwrap_err();
    assert!(error.to_string().contains("incorrect id format"), "{error}");
}

#[tokio::test]
async fn no_more_is_given_than_was_asked_for() {
    let results: Vec<_> = (0..30).map(|n| json!({ "url": format!("http://h/{n}"), "title": "t" })).collect();
    let server = Scripted::start([Said::json(200, &json!({ "results": results }).to_string())]);
    assert_eq!(found(&searxng(&server), "x").await.len(), 5);
}
