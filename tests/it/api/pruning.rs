//! Branches cut off, over the API, and sessions deleted however deep they are.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use stoa::db::{DbConn, Time};
use stoa::models::message::{MessageRole, MessageStatus, NewMessage};
use stoa::models::new_id;
use stoa::repositories::{chat_sessions, messages};

use super::branches::talk;
use crate::support::app::{TestApp, spawn_app};

#[tokio::test]
async fn a_message_is_deleted_with_its_branch_and_the_one_beside_it_is_shown() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    ada.ask(&talk.session, "needle").await;
    let left = talk.shown().await;
    talk.run(&left[1], "/regenerate", json!({})).await;
    ada.ask(&talk.session, "three").await;
    let newer = talk.shown().await;
    assert_eq!(talk.about().await["message_count"], 7);
    let found = ada.get("/api/search?q=needle").await.json()["results"].as_array().unwrap().len();
    assert_eq!(found, 1);

    assert_eq!(ada.delete(&talk.path(&newer[1], ""), json!({})).await.json(), json!({ "success": true }));
    assert_eq!(talk.shown().await, left);
    assert_eq!(talk.about().await["message_count"], 4);
    // What is not shown goes without anything else being shown.
    talk.run(&left[0], "/edit", json!({ "content": "eins" })).await;
    let elsewhere = talk.shown().await;
    ada.delete(&talk.path(&left[2], ""), json!({})).await;
    assert_eq!(talk.shown().await, elsewhere);
    assert_eq!(ada.get("/api/search?q=needle").await.json()["results"], json!([]));
    for id in [&left[2], &left[3], &newer[1]] {
        for what in ["/edit", "/regenerate", "/continue", "/select"] {
            assert_eq!(talk.act(id, what, json!({ "content": "x" })).await.status, 404, "{what}");
        }
        assert_eq!(ada.delete(&talk.path(id, ""), json!({})).await.status, 404);
    }
    // The last of those beside each other leaves what it followed.
    ada.delete(&talk.path(&elsewhere[1], ""), json!({})).await;
    assert_eq!(talk.contents().await, ["eins"]);
    ada.delete(&talk.path(&elsewhere[0], ""), json!({})).await;
    assert_eq!(talk.shown().await, left[..2]);
    ada.delete(&talk.path(&left[0], ""), json!({})).await;
    let about = talk.about().await;
    assert_eq!((&about["message_count"], &about["run_status"]), (&json!(0), &Value::Null));
    ada.ask(&talk.session, "anew").await;
    assert_eq!(talk.contents().await, ["anew", "Hello there."]);
}

/// Puts a chain of messages into a session; the first and the last id.
async fn chain(app: &TestApp, session: &str, length: usize) -> (String, String) {
    let session = session.to_owned();
    let job = move |conn: &mut DbConn| {
        let ids: Vec<_> = (0..length).map(|_| new_id()).collect();
        let row = |n: usize| NewMessage {
            id: ids[n].clone(),
            session_id: session.clone(),
            parent_id: n.checked_sub(1).map(|n| ids[n].clone()),
            role: if n.is_multiple_of(2) { MessageRole::User } else { MessageRole::Assistant },
            content: format!("message {n}"),
            model: None,
            status: MessageStatus::Complete,
            created_at: Time::now(),
        };
        for part in (0..length).collect::<Vec<_>>().chunks(500) {
            messages::insert(conn, &part.iter().map(|n| row(*n)).collect::<Vec<_>>())?;
        }
        chat_sessions::add_messages(conn, &session, i64::try_from(length).unwrap())?;
        conn.batch_execute(&format!(
            "UPDATE chat_sessions SET head_id = '{}' WHERE id = '{session}'",
            ids[length - 1]
        ))?;
        Ok((ids[0].clone(), ids[length - 1].clone()))
    };
    app.state.db.write(job).await.unwrap()
}

#[tokio::test]
async fn a_branch_of_five_thousand_messages_can_be_left_found_again_and_deleted() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    let (first, last) = chain(&app, &talk.session, 5000).await;
    talk.run(&first, "/edit", json!({ "content": "short" })).await;
    assert_eq!(talk.shown().await.len(), 2);
    talk.act(&first, "/select", json!({})).await;
    assert_eq!(talk.shown().await.last(), Some(&last));
    assert_eq!(talk.about().await["message_count"], 5002);
    assert_eq!(ada.delete(&talk.path(&first, ""), json!({})).await.status, 200);
    assert_eq!(talk.contents().await, ["short", "Hello there."]);
    assert_eq!(talk.about().await["message_count"], 2);
    assert_eq!(ada.get("/api/search?q=4999").await.json()["results"], json!([]));
}

#[tokio::test]
async fn a_session_of_five_thousand_messages_can_be_deleted() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    chain(&app, &session, 5000).await;
    let deleted = ada.delete(&format!("/api/chat/sessions/{session}"), json!({})).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
}
