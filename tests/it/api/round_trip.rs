//! What leaves as our own file comes back as it was, whatever it is.

use serde_json::{Value, json};
use stoa::models::new_id;

use crate::support::app::spawn_app;
use crate::support::caller::Caller;

const TEXTS: [&str; 5] =
    ["", "hi", "多行\r\n**文字** 👋🏽", "\\u0000 \"quoted\" <script>\t", "\u{202e}right to left"];

/// One of `choices`, another for each `n`.
fn pick<T: Clone>(choices: &[T], n: usize) -> T {
    choices[n % choices.len()].clone()
}

fn moment(n: usize) -> String {
    format!("20{:02}-0{}-1{}T23:59:{:02}.{:03}Z", n % 99, 1 + n % 9, n % 10, n % 60, (n * 37) % 1000)
}

/// A tree of messages: each follows the one that lies `n % 4` before it, so that branches begin everywhere.
fn messages(session: usize, count: usize) -> Vec<Value> {
    let ids: Vec<String> = (0..count).map(|_| new_id()).collect();
    let one = |n: usize| {
        let mixed = n * 7 + session * 5;
        let (status, error) = pick(
            &[
                ("complete", None),
                ("failed", Some("model_timed_out")),
                ("cancelled", None),
                ("failed", Some("a_code_of_elsewhere")),
                ("failed", None),
            ],
            mixed,
        );
        json!({
            "id": ids[n], "parent_id": n.checked_sub(1 + mixed % 4).map(|parent| &ids[parent]),
            "role": pick(&["user", "assistant", "system", "tool"], mixed / 2), "content": pick(&TEXTS, mixed),
            "reasoning": pick(&TEXTS, mixed / 3), "model": pick(&[None, Some("p/m"), Some("模型")], mixed),
            "status": status, "error_code": error,
            "citations": pick(&[json!([]), json!([{ "url": "https://example.org/?a=%", "quote": "“引文”", "n": 1.5 }])], mixed),
            "usage": { "prompt_tokens": mixed * 1000, "completion_tokens": n }, "created_at": moment(mixed),
        })
    };
    (0..count).map(one).collect()
}

fn session(n: usize) -> Value {
    let messages = messages(n, n * 3);
    let head = messages.get(n).map(|message| message["id"].clone());
    json!({
        "id": new_id(), "name": pick(&["Plans", "计划 \"%_\"", "🦀"], n), "unnamed": n.is_multiple_of(4),
        "type": pick(&["chat", "deepresearch"], n), "model": pick(&[None, Some("p/m")], n),
        "pinned": n.is_multiple_of(2), "archived": n.is_multiple_of(3),
        "tags": pick(&[vec![], vec!["学习", "50% \"off\"", "a\\b"], vec!["x"; 1]], n), "head_id": head,
        "run_status": pick(&[None, Some("succeeded"), Some("failed"), Some("cancelled"), Some("interrupted")], n),
        "created_at": moment(n), "updated_at": moment(n + 1), "messages": messages,
    })
}

async fn exported(caller: &Caller, id: &Value) -> Value {
    let path = format!("/api/chat/sessions/{}/export", id.as_str().unwrap());
    caller.get(&path).await.json()["sessions"][0].clone()
}

#[tokio::test]
async fn a_session_of_any_shape_comes_back_as_it_was() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let sessions: Vec<Value> = (0..24).map(session).collect();
    let file = json!({ "format": "stoa.session", "version": 1, "sessions": sessions });
    let done = ada.post("/api/chat/sessions/import", file).await;
    assert_eq!(done.json()["notes"], json!([]), "{}", done.text);
    for (id, original) in done.json()["sessions"].as_array().unwrap().iter().zip(&sessions) {
        assert_eq!(&exported(&ada, id).await, original);
    }
}
