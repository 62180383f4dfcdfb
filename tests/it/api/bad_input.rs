//! Malformed, missing, oversized, wrongly typed and hostile values: the contract's error, and the server lives on.

use reqwest::Method;
use serde_json::json;

use crate::support::app::spawn_app;
use crate::support::caller::{Answer, Caller, send};

async fn raw(caller: &Caller, body: impl Into<reqwest::Body>) -> Answer {
    raw_to(caller, "/api/chat/sessions", "application/json", body).await
}

async fn raw_to(caller: &Caller, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    send(caller.request(Method::POST, path).header("Content-Type", kind).body(body)).await
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let deep = format!("{{\"other\":{}", "[".repeat(100_000));
    let bodies: [&[u8]; 9] = [
        b"",
        b"{",
        b"nope",
        b"{\"name\":}",
        b"{\"name\":\"\\ud800\"}",
        b"{\"name\":\"\xff\"}",
        b"{}{}",
        b"\0",
        deep.as_bytes(),
    ];
    for body in bodies {
        let answer = raw(&ada, body.to_vec()).await;
        assert_eq!(answer.problem(), (400, "invalid_json".into()), "{:?}", &body[..body.len().min(20)]);
        assert_eq!(answer.json()["error"], "请求体不是有效的 JSON");
    }
}

#[tokio::test]
async fn wrong_types_are_refused_and_unknown_fields_ignored() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for body in [json!([]), json!("x"), json!(1), json!(null), json!({ "name": 5 }), json!({ "name": ["x"] })]
    {
        let answer = ada.post("/api/chat/sessions", body.clone()).await;
        assert_eq!(answer.problem(), (400, "invalid_field_type".into()), "{body}");
    }
    let id = json!({ "id": { "a": 1 }, "name": "x" });
    assert_eq!(ada.patch("/api/chat/sessions", id).await.problem(), (400, "invalid_field_type".into()));
    assert_eq!(ada.post("/api/chat/sessions", json!({ "name": "x", "colour": {} })).await.status, 200);
}

#[tokio::test]
async fn only_json_is_read() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"] {
        let answer = raw_to(&ada, "/api/chat/sessions", kind, "{}").await;
        assert_eq!(answer.problem(), (415, "unsupported_media_type".into()), "{kind}");
    }
    for kind in ["application/json; charset=utf-8", "Application/JSON", "application/problem+json"] {
        assert_eq!(raw_to(&ada, "/api/chat/sessions", kind, "{}").await.status, 200, "{kind}");
    }
}

#[tokio::test]
async fn a_body_of_two_megabytes_is_too_large_announced_or_not() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let body = format!("{{\"name\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    assert_eq!(raw(&ada, body.clone()).await.problem(), (413, "too_large".into()));
    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>(body)]);
    assert_eq!(raw(&ada, reqwest::Body::wrap_stream(chunks)).await.problem(), (413, "too_large".into()));
}

#[tokio::test]
async fn names_that_cannot_be_are_refused_by_field() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for name in ["", "   ", "a\0b", "line\nbreak", "\u{7}", &"x".repeat(201), &"字".repeat(10_000)] {
        let answer = ada.post("/api/chat/sessions", json!({ "name": name })).await;
        assert_eq!(answer.wrong_fields(), ["name"], "{:?}", name.chars().take(10).collect::<String>());
    }
    assert_eq!(ada.post("/api/chat/sessions", json!({ "name": "字".repeat(200) })).await.status, 200);
}

#[tokio::test]
async fn models_that_cannot_be_are_refused_by_field() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = format!("/api/chat/sessions/{}", ada.session().await);
    for model in ["a\0b", " ", "a\nb", &"x".repeat(201)] {
        let body = json!({ "content": "x", "model": model });
        assert_eq!(ada.post("/api/chat/sessions", body.clone()).await.wrong_fields(), ["model"]);
        assert_eq!(ada.patch(&session, body.clone()).await.wrong_fields(), ["model"]);
        assert_eq!(ada.post(&format!("{session}/messages"), body).await.wrong_fields(), ["model"]);
    }
}

#[tokio::test]
async fn members_that_cannot_be_are_not_found() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    for id in ["x", "%00", "%ff"] {
        let answer = admin.patch(&format!("/api/users/{id}"), json!({ "name": "x" })).await;
        assert_eq!(answer.problem(), (404, "not_found".into()), "{id}");
    }
}

#[tokio::test]
async fn messages_that_cannot_be_are_refused_and_change_nothing() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let path = format!("/api/chat/sessions/{id}/messages");
    for content in ["", " \n ", "NUL \0 inside", &"x".repeat(600 * 1024)] {
        let answer = ada.post(&path, json!({ "content": content })).await;
        assert_eq!(answer.wrong_fields(), ["content"]);
    }
    assert_eq!(ada.post(&path, json!({})).await.wrong_fields(), ["content"]);
    assert_eq!(
        ada.post(&path, json!({ "content": "x", "model": "no/such" })).await.wrong_fields(),
        ["model"]
    );
    let key = json!({ "content": "x", "client_id": "k".repeat(300) });
    assert_eq!(ada.post(&path, key).await.wrong_fields(), ["client_id"]);
    let parent = json!({ "content": "x", "parent_id": "01a20750-065f-7622-966a-1aef5b302e93" });
    assert_eq!(ada.post(&path, parent).await.status, 404);
    assert!(ada.messages(&id).await.is_empty());
}

#[tokio::test]
async fn lists_refuse_numbers_cursors_and_flags_that_are_none() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let list = "/api/chat/sessions";
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=1e3", "limit"),
        ("page=0", "page"),
        ("page=99999999999999999999", "page"),
        ("page=1.5", "page"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=%00", "cursor"),
        // [true,0,"\u0000"]: in the right form, but no place in any list.
        ("cursor=W3RydWUsMCwiXHUwMDAwIl0", "cursor"),
        ("archived=yes", "archived"),
        ("pinned=2", "pinned"),
        ("q=%00", "q"),
        ("q=a%0Ab", "q"),
        ("tags=", "tags"),
        ("tags=%00", "tags"),
    ] {
        let answer = ada.get(&format!("{list}?{query}")).await;
        assert_eq!(answer.wrong_fields(), [field], "{query}");
    }
    let long = format!("{list}?q={}", "x".repeat(201));
    assert_eq!(ada.get(&long).await.wrong_fields(), ["q"]);
    assert_eq!(ada.get(&format!("{list}?page=4294967295&limit=200")).await.json()["sessions"], json!([]));
    assert_eq!(
        ada.get(&format!("{list}?type=chat&type=chat")).await.problem(),
        (400, "invalid_query".into())
    );
    // Bytes that are no UTF-8 are read as U+FFFD, which is in no name.
    assert_eq!(ada.get(&format!("{list}?q=%ff%fe")).await.json()["sessions"], json!([]));
}

#[tokio::test]
async fn ids_that_cannot_be_name_nothing() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let real = ada.session().await;
    let upper = real.to_uppercase();
    let plain = real.replace('-', "");
    for id in [
        "x",
        "%00",
        "%F0%9F%98%80",
        "..",
        "'%20OR%201=1--",
        "%0d%0aX-Evil:%201",
        &upper,
        &plain,
        &"9".repeat(3000),
    ] {
        for path in [
            format!("/api/chat/sessions/{id}"),
            format!("/api/chat/sessions/{id}/messages"),
            format!("/api/runs/{id}"),
            format!("/api/runs/{id}/stream"),
        ] {
            let answer = ada.get(&path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(answer.headers.get("x-evil").is_none());
        }
    }
}

#[tokio::test]
async fn a_cookie_that_is_none_of_ours_is_nobodys() {
    let app = spawn_app().await;
    for cookie in [
        "stoa_session=x",
        "stoa_session=",
        "stoa_session=%00%ff",
        "=;;=",
        &format!("stoa_session={}", "y".repeat(5000)),
    ] {
        let request = app.anonymous().request(Method::GET, "/api/users/me").header("Cookie", cookie);
        assert_eq!(
            send(request).await.problem(),
            (401, "unauthorized".into()),
            "{}",
            &cookie[..cookie.len().min(30)]
        );
    }
}

#[tokio::test]
async fn authorization_that_is_none_is_nobodys() {
    let app = spawn_app().await;
    for value in ["", "Bearer", "Bearer ", "Basic YTpi", "bearer x y", "Token stoa_x", "Bearer \u{e9}"] {
        let request = app.anonymous().request(Method::GET, "/api/users/me");
        let value = reqwest::header::HeaderValue::from_bytes(value.as_bytes()).unwrap();
        assert_eq!(send(request.header("Authorization", value)).await.status, 401);
    }
}
