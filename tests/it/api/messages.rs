//! Saying things, over the API.

use reqwest::Method;
use serde_json::json;

use crate::support::app::spawn_app;
use crate::support::caller::send;
use crate::support::frames::{Frames, text};
use crate::support::upstream::{Script, Signal};

#[tokio::test]
async fn a_message_is_stored_and_answered() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let sent = ada.say(&id, "你好 👋").await;
    let (question, run) = (&sent["message"], &sent["run"]);
    assert_eq!((&question["role"], &question["content"]), (&json!("user"), &json!("你好 👋")));
    assert_eq!(
        (&run["status"], &run["kind"], &run["session_id"]),
        (&json!("queued"), &json!("chat"), &json!(id))
    );
    ada.follow(run["id"].as_str().unwrap(), "").await.rest().await;

    let messages = ada.messages(&id).await;
    assert_eq!(messages.len(), 2);
    let expected = json!({
        "id": run["message_id"], "session_id": id, "parent_id": question["id"], "role": "assistant",
        "content": "Hello there.", "reasoning": "", "model": "test/small", "status": "complete",
        "error_code": null, "citations": [], "usage": messages[1]["usage"], "created_at": messages[1]["created_at"],
        "siblings": [run["message_id"]],
    });
    assert_eq!(messages[1], expected);
    let session = ada.get(&format!("/api/chat/sessions/{id}")).await.json()["session"].clone();
    assert_eq!((&session["message_count"], &session["run_status"]), (&json!(2), &json!("succeeded")));
}

#[tokio::test]
async fn the_model_is_given_the_whole_branch() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    ada.ask(&id, "one").await;
    ada.ask(&id, "two").await;
    let asked = app.upstream.requests().pop().unwrap().body["messages"].clone();
    let expected = json!([
        { "role": "user", "content": "one" },
        { "role": "assistant", "content": "Hello there." },
        { "role": "user", "content": "two" },
    ]);
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn the_answer_may_be_the_stream_itself() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let request = ada.request(Method::POST, &format!("/api/chat/sessions/{id}/messages"));
    let request = request.header("Accept", "text/event-stream").json(&json!({ "content": "hi" }));
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(text(&Frames::new(response).rest().await), "Hello there.");
}

#[tokio::test]
async fn a_second_message_while_an_answer_is_made_is_refused() {
    let app = spawn_app().await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("Hel").wait_for(&go_on).text("lo").finish(2)]);
    let ada = app.member().await;
    let id = ada.session().await;
    let run = ada.say(&id, "first").await["run"]["id"].as_str().unwrap().to_owned();
    let second = ada.post(&format!("/api/chat/sessions/{id}/messages"), json!({ "content": "second" })).await;
    assert_eq!(second.problem(), (409, "run_active".into()));
    go_on.fire();
    assert_eq!(text(&ada.follow(&run, "").await.rest().await), "Hello");
    assert_eq!(ada.messages(&id).await.len(), 2);
    ada.ask(&id, "second").await;
    assert_eq!(ada.messages(&id).await.len(), 4);
}

#[tokio::test]
async fn of_many_messages_at_once_exactly_one_is_taken() {
    let app = spawn_app().await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().wait_for(&go_on).text("x").finish(2)]);
    let ada = app.member().await;
    let id = ada.session().await;
    let path = format!("/api/chat/sessions/{id}/messages");
    let attempts = (0..8).map(|n| ada.post(&path, json!({ "content": format!("{n}") })));
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(attempts).await.iter().map(|a| a.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409, 409, 409, 409, 409, 409, 409]);
    go_on.fire();
}

#[tokio::test]
async fn a_retry_with_the_same_client_id_returns_the_first_run() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let path = format!("/api/chat/sessions/{id}/messages");
    let body = json!({ "content": "once", "client_id": "c-1" });
    let first = ada.post(&path, body.clone()).await.json();
    let at_once = ada.post(&path, body.clone()).await;
    assert_eq!((at_once.status.as_u16(), &at_once.json()["run"]["id"]), (202, &first["run"]["id"]));
    ada.follow(first["run"]["id"].as_str().unwrap(), "").await.rest().await;
    let by_header = ada.request(Method::POST, &path).header("Idempotency-Key", "c-1");
    let later = send(by_header.json(&json!({ "content": "once" }))).await.json();
    assert_eq!(
        (&later["run"]["id"], &later["message"]["id"]),
        (&first["run"]["id"], &first["message"]["id"])
    );
    assert_eq!(ada.messages(&id).await.len(), 2);
}

#[tokio::test]
async fn an_answer_can_be_made_again_as_a_sibling() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    ada.ask(&id, "hi").await;
    let before = ada.messages(&id).await;
    app.upstream.play([Script::answer(&["Another."])]);
    let path = format!("/api/chat/sessions/{id}/messages/{}/regenerate", before[1]["id"].as_str().unwrap());
    let again = ada.post(&path, json!({})).await;
    assert_eq!(again.status, 202);
    ada.follow(again.json()["run"]["id"].as_str().unwrap(), "").await.rest().await;
    let shown = ada.messages(&id).await;
    assert_eq!((shown.len(), &shown[1]["content"]), (2, &json!("Another.")));
    assert_eq!(shown[1]["parent_id"], before[1]["parent_id"]);
    let branch = format!("/api/chat/sessions/{id}/messages?branch={}", before[1]["id"].as_str().unwrap());
    assert_eq!(ada.get(&branch).await.json()["messages"][1]["content"], "Hello there.");
    let question =
        format!("/api/chat/sessions/{id}/messages/{}/regenerate", before[0]["id"].as_str().unwrap());
    assert_eq!(ada.post(&question, json!({})).await.problem(), (400, "not_an_answer".into()));
}

#[tokio::test]
async fn a_long_branch_is_read_from_its_newest_page_upwards() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    for n in 0..4 {
        ada.ask(&id, &format!("q{n}")).await;
    }
    let path = format!("/api/chat/sessions/{id}/messages?limit=3");
    let mut contents: Vec<String> = Vec::new();
    let mut before = None;
    loop {
        let query = before.map(|id: String| format!("&before={id}")).unwrap_or_default();
        let page = ada.get(&format!("{path}{query}")).await.json();
        let mut part: Vec<String> = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["content"].as_str().unwrap().to_owned())
            .collect();
        part.append(&mut contents);
        contents = part;
        match page["next_cursor"].as_str() {
            Some(cursor) => before = Some(cursor.to_owned()),
            None => break,
        }
    }
    let expected: Vec<String> = (0..4).flat_map(|n| [format!("q{n}"), "Hello there.".to_owned()]).collect();
    assert_eq!(contents, expected);
}

#[tokio::test]
async fn a_session_is_named_by_the_model_after_its_first_exchange_only() {
    let app = spawn_app().await;
    let ada = app.member().await;
    app.upstream.play([Script::answer(&["Paris."]), Script::answer(&["\"Capital of ", "France\"\n"])]);
    let id = ada.post("/api/chat/sessions", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    let frames = ada.ask(&id, "What is the capital of France?").await;
    let title = frames.iter().find(|frame| frame.event == "title").unwrap();
    assert_eq!(title.data, json!({ "session_id": id, "name": "Capital of France" }));
    let frames = ada.ask(&id, "And of Spain?").await;
    assert!(frames.iter().all(|frame| frame.event != "title"));
    let shown = ada.get(&format!("/api/chat/sessions/{id}")).await.json();
    assert_eq!(shown["session"]["name"], "Capital of France");
}

#[tokio::test]
async fn a_name_given_by_hand_is_never_replaced() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let frames = ada.ask(&ada.session().await, "hi").await;
    assert!(frames.iter().all(|frame| frame.event != "title"));
    assert_eq!(app.upstream.requests().len(), 1);
}
