//! What holds for every path: methods, languages, headers, probes.

use reqwest::Method;
use serde_json::json;

use crate::support::app::spawn_app;
use crate::support::caller::send;

#[tokio::test]
async fn the_greeting_is_the_guides() {
    let app = spawn_app().await;
    let nobody = app.anonymous();
    assert_eq!(nobody.get("/api/hello").await.json(), json!({ "message": "Hello, World!" }));
    let greeted = nobody.post("/api/hello", json!({ "name": "世界" })).await;
    assert_eq!(greeted.json(), json!({ "message": "Hello, 世界!" }));
    let missing = nobody.post("/api/hello", json!({})).await;
    assert_eq!((missing.status.as_u16(), missing.json()["error"].as_str()), (400, Some("缺少 name 参数")));
}

#[tokio::test]
async fn other_methods_are_told_what_is_allowed() {
    let app = spawn_app().await;
    let nobody = app.anonymous();
    let answer = send(nobody.request(Method::PUT, "/api/hello")).await;
    assert_eq!(answer.problem(), (405, "method_not_allowed".into()));
    assert_eq!(answer.header("allow"), "HEAD, GET, POST, OPTIONS");
    let options = send(nobody.request(Method::OPTIONS, "/api/chat/sessions")).await;
    assert_eq!(
        (options.status.as_u16(), options.header("allow")),
        (204, "HEAD, GET, POST, PATCH, DELETE, OPTIONS")
    );
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for path in ["/api/hello", "/api/chat/sessions", "/healthz", "/api/openapi.json"] {
        let (get, head) = (ada.get(path).await, send(ada.request(Method::HEAD, path)).await);
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        assert_eq!(head.header("content-length"), get.text.len().to_string(), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_json_under_api() {
    let app = spawn_app().await;
    for path in
        ["/api/nope", "/api", "/api/", "/api/chat", "/api/%00", "/api/chat/sessions/%0a/x", "/api/..%2f"]
    {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.problem(), (404, "not_found".into()), "{path}");
    }
}

#[tokio::test]
async fn sentences_follow_the_language_asked_for() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let missing = "/api/chat/sessions/01a20750-065f-7622-966a-1aef5b302e93";
    for (language, sentence) in [
        ("en", "The session does not exist"),
        ("fr, en-US;q=0.5, zh;q=0.1", "The session does not exist"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "会话不存在"),
        ("fr", "会话不存在"),
        (";;q=x,,", "会话不存在"),
    ] {
        let request = ada.request(Method::GET, missing).header("Accept-Language", language);
        assert_eq!(send(request).await.json()["error"], sentence, "{language}");
    }
}

#[tokio::test]
async fn every_answer_is_protected() {
    let app = spawn_app().await;
    for path in ["/api/hello", "/api/nope", "/healthz", "/api/chat/sessions"] {
        let answer = app.anonymous().get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn the_process_and_its_database_say_that_they_are_well() {
    let app = spawn_app().await;
    assert_eq!(app.anonymous().get("/healthz").await.text, "ok\n");
    assert_eq!(app.anonymous().get("/readyz").await.text, "ready\n");
}

#[tokio::test]
async fn models_are_listed_with_their_default() {
    let app = spawn_app().await;
    let models = app.member().await.get("/api/models").await.json();
    let small = json!({
        "id": "test/small", "name": "small", "provider": "test", "context_length": 8192, "default": true,
        "capabilities": [],
    });
    assert_eq!(models, json!({ "models": [small] }));
}
