//! `/api/search`.

use serde_json::{Value, json};

use crate::support::app::spawn_app;
use crate::support::caller::Caller;
use crate::support::upstream::Script;

async fn results(caller: &Caller, query: &str) -> Vec<Value> {
    let answer = caller.get(&format!("/api/search?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["results"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_question_and_its_answer_are_found_with_what_stands_around() {
    let app = spawn_app().await;
    app.upstream.play([Script::answer(&["The **write", " lock** 写锁", " is one."])]);
    let ada = app.member().await;
    let session = ada.session().await;
    ada.ask(&session, "why is it locked?").await;
    let found = results(&ada, "q=%E5%86%99%E9%94%81").await;
    let id = found[0]["id"].as_str().unwrap();
    let expected = json!({
        "kind": "message", "id": id, "session_id": session, "title": "test", "snippet": "The **write lock** 写锁 is one.",
        "marks": [[19, 21]], "url": format!("/chat/{session}?message={id}#m-{id}"),
    });
    assert_eq!(found, [expected]);
    assert_eq!(results(&ada, "q=LOCK").await.len(), 2);
    assert!(results(&app.member().await, "q=lock").await.is_empty());
}

#[tokio::test]
async fn kinds_narrow_the_search_and_limits_divide_it() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    ada.ask(&session, "a test").await;
    let kinds = |found: Vec<Value>| -> Vec<String> {
        found.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(results(&ada, "q=test").await), ["message", "session"]);
    assert_eq!(kinds(results(&ada, "q=test&kind=session").await), ["session"]);
    assert!(results(&ada, "q=test&kind=task").await.is_empty());
    let first = ada.get("/api/search?q=test&limit=1").await.json();
    let rest = format!("q=test&limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(kinds(results(&ada, &rest).await), ["session"]);
    assert_eq!(ada.get("/api/search?q=test").await.json()["next_cursor"], Value::Null);
}

#[tokio::test]
async fn nonsense_is_refused() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for query in ["", "?q=", "?q=%20", "?kind=task"] {
        let answer = ada.get(&format!("/api/search{query}")).await;
        assert_eq!(answer.problem(), (400, "missing_parameter".into()), "{query}");
    }
    let long = format!("q={}", "x".repeat(201));
    for (query, field) in [
        (long.as_str(), "q"),
        ("q=a%00b", "q"),
        ("q=a%0Ab", "q"),
        ("q=a&kind=user", "kind"),
        ("q=a&limit=0", "limit"),
        ("q=a&limit=201", "limit"),
        ("q=a&cursor=nonsense", "cursor"),
        ("q=a&cursor=WzEsMl0", "cursor"),
    ] {
        assert_eq!(ada.get(&format!("/api/search?{query}")).await.wrong_fields(), [field], "{query}");
    }
    assert!(results(&ada, &format!("q={}", "x".repeat(200))).await.is_empty());
    assert!(results(&ada, &format!("q={}", "%25%20".repeat(99))).await.is_empty());
}
