//! Sessions from files that hold the largest numbers and the furthest moments.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::import::send_file;
use crate::support::app::spawn_app;

/// Our own file with one question and its answer.
fn small_file(moment: &str, usage: &Value) -> Value {
    let message = |id: &str, parent: Option<&str>, role: &str| {
        json!({ "id": id, "parent_id": parent, "role": role, "content": id, "usage": usage, "created_at": moment,
        "status": if role == "user" { "complete" } else { "cancelled" } })
    };
    json!({ "format": "stoa.session", "version": 1, "sessions": [{ "id": "s", "name": "n", "type": "chat", "head_id": "a",
        "created_at": moment, "updated_at": moment,
        "messages": [message("q", None, "user"), message("a", Some("q"), "assistant")] }] })
}

#[tokio::test]
async fn moments_that_could_not_be_read_back_are_refused() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let usage = json!({ "prompt_tokens": 1, "completion_tokens": 1 });
    for moment in ["9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:60Z"] {
        let answer = send_file(&ada, small_file(moment, &usage).to_string()).await;
        assert_eq!(answer.problem(), (400, "invalid_field_type".into()), "{moment}");
        assert!(answer.json()["detail"].as_str().unwrap().contains("第 1 行"), "{}", answer.text);
    }
    for moment in ["9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z"] {
        let done = send_file(&ada, small_file(moment, &usage).to_string()).await;
        let id = done.json()["sessions"][0].as_str().unwrap().to_owned();
        assert_eq!(ada.messages(&id).await[1]["created_at"], moment);
        let share = ada.post(&format!("/api/chat/sessions/{id}/share"), json!({})).await.json();
        let page = format!("/share/{}", share["share"]["key"].as_str().unwrap());
        assert_eq!(app.anonymous().get(&page).await.status, 200, "{moment}");
    }
}

#[tokio::test]
async fn an_answer_that_claims_to_have_cost_everything_can_go_on() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let usage = json!({ "prompt_tokens": i64::MAX, "completion_tokens": i64::MAX });
    let done = send_file(&ada, small_file("2026-01-01T00:00:00Z", &usage).to_string()).await;
    let session = done.json()["sessions"][0].as_str().unwrap().to_owned();
    let answer = ada.messages(&session).await[1].clone();
    assert_eq!(answer["usage"], json!({ "prompt_tokens": 1_i64 << 40, "completion_tokens": 1_i64 << 40 }));
    // Such as stand in databases from before.
    let full = format!("UPDATE messages SET prompt_tokens = {}", i64::MAX);
    app.state.db.write(move |conn| Ok(conn.batch_execute(&full)?)).await.unwrap();
    let path = format!("/api/chat/sessions/{session}/messages/{}/continue", answer["id"].as_str().unwrap());
    let run = ada.post(&path, json!({})).await.json()["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.rest().await;
    let whole = ada.messages(&session).await[1].clone();
    assert_eq!((&whole["status"], &whole["usage"]["prompt_tokens"]), (&json!("complete"), &json!(i64::MAX)));
}
