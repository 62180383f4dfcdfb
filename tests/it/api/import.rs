//! Sessions from files: ours without loss, others' as far as they go, hostile ones not at all.

use std::sync::atomic::Ordering;
use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};

use stoa::services::import;

use crate::support::app::spawn_app;
use crate::support::caller::{Answer, Caller, send};

const PATH: &str = "/api/chat/sessions/import";

pub async fn send_file(caller: &Caller, file: impl Into<reqwest::Body>) -> Answer {
    let request = caller.request(Method::POST, PATH).header("Content-Type", "application/json");
    send(request.body(file)).await
}

async fn exported(caller: &Caller, id: &str) -> Value {
    caller.get(&format!("/api/chat/sessions/{id}/export")).await.json()
}

/// An export without its ids: each is told by its place.
fn without_ids(archive: &Value) -> Value {
    let session = &archive["sessions"][0];
    let messages = session["messages"].as_array().unwrap();
    let place = |id: &Value| messages.iter().position(|message| message["id"] == *id);
    let mut plain = session.clone();
    plain["id"] = json!(null);
    plain["head_id"] = json!(place(&session["head_id"]));
    for (number, message) in messages.iter().enumerate() {
        plain["messages"][number]["id"] = json!(number);
        plain["messages"][number]["parent_id"] = json!(place(&message["parent_id"]));
    }
    plain
}

fn notes(answer: &Answer) -> Vec<(String, u64)> {
    let body = answer.json();
    let told = body["notes"].as_array().unwrap().iter();
    told.map(|note| (note["code"].as_str().unwrap().to_owned(), note["count"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn our_own_file_comes_back_without_loss_and_overwrites_nothing() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let id = ada.session().await;
    ada.ask(&id, "hi").await;
    let answer = ada.messages(&id).await[1]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/chat/sessions/{id}/messages/{answer}/regenerate");
    let run = ada.post(&path, json!({})).await.json()["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.rest().await;
    ada.patch(&format!("/api/chat/sessions/{id}"), json!({ "tags": ["a"], "pinned": true })).await;
    let original = exported(&ada, &id).await;
    for caller in [&ada, &bob] {
        let done = send_file(caller, original.to_string()).await;
        assert_eq!(done.json()["imported"], json!({ "sessions": 1, "messages": 3 }), "{}", done.text);
        assert!(notes(&done).is_empty());
        let copy = done.json()["sessions"][0].as_str().unwrap().to_owned();
        assert_ne!(copy, id);
        assert_eq!(without_ids(&exported(caller, &copy).await), without_ids(&original));
    }
    assert_eq!(exported(&ada, &id).await, original);
    // Once the original is gone, its ids are free.
    ada.delete(&format!("/api/chat/sessions/{id}"), json!({})).await;
    assert_eq!(send_file(&ada, original.to_string()).await.json()["sessions"][0], json!(id));
    assert_eq!(exported(&ada, &id).await, original);
}

#[tokio::test]
async fn openais_conversations_come_with_their_branches() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let said = |role: &str, text: Value, time: f64| {
        json!({ "author": { "role": role }, "create_time": time,
        "content": { "content_type": "text", "parts": [text] } })
    };
    let file = json!([{ "title": "Trip", "create_time": 1700000000.25, "current_node": "d", "mapping": {
        "r": { "id": "r", "parent": null, "message": null },
        "s": { "id": "s", "parent": "r", "message": said("system", json!("be kind"), 1.0) },
        "a": { "id": "a", "parent": "s", "message": said("user", json!("Where to?"), 1700000001.0) },
        "b": { "id": "b", "parent": "a", "message": said("assistant", json!("Rome"), 1700000002.0) },
        "c": { "id": "c", "parent": "a", "message": said("assistant", json!({ "content_type": "image_asset_pointer" }), 1700000003.0) },
        "d": { "id": "d", "parent": "c", "message": said("user", json!("Why?"), 1700000004.5) } } }]);
    let done = send_file(&ada, file.to_string()).await;
    assert_eq!(done.json()["imported"], json!({ "sessions": 1, "messages": 4 }), "{}", done.text);
    assert_eq!(notes(&done), [("hidden".to_owned(), 1), ("attachment".to_owned(), 1)]);
    let branch = ada.messages(done.json()["sessions"][0].as_str().unwrap()).await;
    let texts: Vec<_> = branch.iter().map(|message| message["content"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Where to?", "[image_asset_pointer]", "Why?"]);
    assert_eq!(branch[2]["created_at"], "2023-11-14T22:13:24.500Z");
}

#[tokio::test]
async fn open_webuis_chats_come_with_their_branches() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let chat = json!({ "id": "x", "title": "Soup", "pinned": true, "meta": { "tags": ["food"] }, "created_at": 1700000000,
        "chat": { "models": ["m"], "history": { "currentId": "2", "messages": {
            "1": { "id": "1", "parentId": null, "childrenIds": ["2"], "role": "user", "content": "How?", "timestamp": 1700000001 },
            "2": { "id": "2", "parentId": "1", "role": "assistant", "content": "Slowly.", "timestamp": 1700000002, "model": "m" },
            "3": { "id": "3", "parentId": "1", "role": "wizard", "content": "Zap", "timestamp": 1700000003 } } } } });
    for file in [json!([chat]), chat.clone()] {
        let done = send_file(&ada, file.to_string()).await;
        assert_eq!(done.json()["imported"], json!({ "sessions": 1, "messages": 2 }), "{}", done.text);
        assert_eq!(notes(&done), [("unknown_role".to_owned(), 1)]);
        let id = done.json()["sessions"][0].as_str().unwrap().to_owned();
        assert_eq!(ada.messages(&id).await[1]["model"], "m");
        let session = ada.get(&format!("/api/chat/sessions/{id}")).await.json()["session"].clone();
        assert_eq!((&session["pinned"], &session["tags"]), (&json!(true), &json!(["food"])));
    }
}

#[tokio::test]
async fn every_loss_is_told_and_no_message_is_lost_to_a_circle() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let message = |id: &str, parent: Option<&str>, status: &str, content: &str| {
        json!({ "id": id, "parent_id": parent,
        "role": "user", "content": content, "status": status, "created_at": "2026-01-01T00:00:00Z" })
    };
    let file = json!({ "format": "stoa.session", "version": 1, "sessions": [{ "id": "s", "name": "\u{0}", "type": "chat",
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "run_status": "running", "messages": [
            message("a", Some("b"), "complete", "a"), message("b", Some("a"), "complete", "b"),
            message("c", Some("nobody"), "streaming", "c\u{0}"), message("a", None, "complete", "again"),
            message("d", Some("d"), "complete", "d")] }] });
    let done = send_file(&ada, file.to_string()).await;
    assert_eq!(done.json()["imported"]["messages"], 4, "{}", done.text);
    let told = notes(&done);
    for (code, count) in [("interrupted", 1), ("duplicate", 1), ("rerooted", 3), ("nul", 1)] {
        assert!(told.contains(&(code.to_owned(), count)), "{code}: {told:?}");
    }
    let archive = exported(&ada, done.json()["sessions"][0].as_str().unwrap()).await;
    assert_eq!(archive["sessions"][0]["run_status"], "failed");
}

#[tokio::test]
async fn what_is_no_import_is_refused_and_leaves_nothing() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let half = "{\"format\":\"stoa.session\",\"version\":1,\"sessions\":[{\"id\"";
    let deep = format!("[{{\"mapping\":{}{}}}]", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!("{{\"format\":{}", "[".repeat(1_000_000));
    for (file, code) in [
        ("", "invalid_json"),
        (half, "invalid_json"),
        (nested.as_str(), "invalid_json"),
        (deep.as_str(), "invalid_field_type"),
        ("[]", "import_unknown"),
        ("[1]", "import_unknown"),
        ("{\"x\":1}", "import_unknown"),
        ("{\"format\":\"stoa.session\",\"version\":2,\"sessions\":[]}", "import_unknown"),
        ("{\"format\":\"stoa.session\",\"version\":1,\"sessions\":7}", "invalid_field_type"),
    ] {
        let answer = send_file(&ada, file.to_owned()).await;
        assert_eq!(answer.problem(), (400, code.to_owned()), "{}", &file[..file.len().min(80)]);
    }
    assert_eq!(ada.get("/api/chat/sessions").await.json()["total"], 0);
}

#[tokio::test]
async fn the_place_is_told_where_a_file_breaks() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let request = ada.request(Method::POST, PATH).header("Content-Type", "application/json");
    let broken = "{\"format\":\"stoa.session\",\n\"version\":1,\n  \"sessions\": oops}";
    let answer = send(request.header("Accept-Language", "en").body(broken)).await;
    assert_eq!(answer.problem(), (400, "invalid_json".into()));
    assert_eq!(answer.json()["detail"], "Line 3, column 15");
    let wrong = "{\"format\":\"stoa.session\",\"version\":1,\n\"sessions\":[{\"id\":7}]}";
    let answer = send_file(&ada, wrong).await;
    assert_eq!(answer.problem(), (400, "invalid_field_type".into()));
    assert_eq!(answer.json()["detail"], "第 2 行，第 19 列");
}

#[tokio::test]
async fn whoever_does_not_wait_asks_how_an_import_stands() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let chat = json!({ "title": "Soup", "chat": { "messages": [
        { "role": "user", "content": "How?" }, { "role": "wizard", "content": "Zap" }] } });
    let request = ada.request(Method::POST, PATH).header("Prefer", "respond-async, wait=1");
    let answer = send(request.json(&chat)).await;
    assert_eq!((answer.status.as_u16(), answer.header("preference-applied")), (202, "respond-async"));
    let place = answer.header("location").to_owned();
    assert!(place.ends_with(answer.json()["import"]["id"].as_str().unwrap()));
    let import = loop {
        let import = ada.get(&place).await.json()["import"].clone();
        if import["status"] != "running" {
            break import;
        }
    };
    assert_eq!((&import["status"], &import["error"]), (&json!("succeeded"), &json!(null)));
    assert_eq!((&import["stored"], &import["total"]), (&json!(1), &json!(1)));
    assert_eq!(import["result"]["notes"][0]["code"], "unknown_role");
    let session = import["result"]["sessions"][0].as_str().unwrap();
    assert_eq!(ada.messages(session).await.len(), 1);
    assert_eq!(bob.get(&place).await.status, 404);
}

#[tokio::test]
async fn an_import_whose_process_died_has_failed() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let owner = ada.user().clone();
    let id = app.state.db.write(move |conn| import::begin(conn, &owner, 7)).await.unwrap();
    let counter = app.state.imports.begin(&id);
    counter.store(3, Ordering::Relaxed);
    let path = format!("/api/chat/sessions/imports/{id}");
    let running = ada.get(&path).await.json()["import"].clone();
    assert_eq!(
        (&running["status"], &running["stored"], &running["total"]),
        (&json!("running"), &json!(3), &json!(7))
    );
    drop(counter);
    let left = ada.get(&path).await.json()["import"].clone();
    match app.state.db.is_exclusive() {
        true => assert_eq!(
            (&left["status"], &left["error"]["code"]),
            (&json!("failed"), &json!("import_interrupted"))
        ),
        false => assert_eq!(left["status"], "running", "another process may store it"),
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_when_it_is_announced() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = spawn_app().await;
    let ada = app.member().await;
    let request = ada.request(Method::POST, PATH).build().unwrap();
    let token = request.headers()["authorization"].to_str().unwrap().to_owned();
    let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n\
         Content-Length: 104857600\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 413");
}

#[tokio::test]
async fn ten_thousand_messages_are_stored_in_seconds() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let message = |n: usize| {
        json!({ "id": n.to_string(), "parent_id": n.checked_sub(1).map(|n| n.to_string()),
        "role": if n.is_multiple_of(2) { "user" } else { "assistant" }, "content": format!("message {n}"), "status": "complete",
        "created_at": "2026-01-01T00:00:00Z" })
    };
    let messages: Vec<_> = (0..10_000).map(message).collect();
    let file = json!({ "format": "stoa.session", "version": 1, "sessions": [{ "id": "s", "name": "long", "type": "chat",
        "head_id": "9999", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "messages": messages }] });
    let (file, began) = (file.to_string(), Instant::now());
    let done = send_file(&ada, file).await;
    let took = began.elapsed();
    println!("10,000 messages: {took:?}");
    assert_eq!(done.json()["imported"], json!({ "sessions": 1, "messages": 10_000 }), "{}", done.text);
    assert!(took.as_secs() < 5, "{took:?}");
    let id = done.json()["sessions"][0].as_str().unwrap().to_owned();
    let newest = ada.messages(&id).await;
    assert_eq!(newest.last().unwrap()["content"], "message 9999");
    // The words of so many are indexed after the import, a few at a time, and none is left out.
    for word in ["0", "9999"] {
        let search = format!("/api/search?q=message+{word}&kind=message");
        while ada.get(&search).await.json()["results"][0].is_null() {}
    }
    while app.state.db.write(import::index_some).await.unwrap() {}
}
