//! One stream that tells of all sessions.

use serde_json::json;

use crate::support::app::spawn_app;
use crate::support::frames::Frame;
use crate::support::upstream::{Script, Signal};

fn names(frame: &Frame) -> Vec<&str> {
    frame.data["sessions"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_happens_to_sessions_is_told_as_it_happens() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let mut news = ada.watch(None).await;
    assert_eq!(names(&news.next_of("sessions").await), [""; 0]);
    let session = ada.session().await;
    assert_eq!(names(&news.next_of("sessions").await), ["test"]);
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("Hel").wait_for(&go_on).text("lo").finish(2)]);
    ada.say(&session, "hi").await;
    let asked = news.next_of("sessions").await;
    assert_eq!((&asked.data["sessions"][0]["run_status"], asked.id.is_some()), (&json!("queued"), true));
    go_on.fire();
    let mut last = asked;
    while last.data["sessions"][0]["run_status"] != "succeeded" {
        last = news.next_of("sessions").await;
    }
    ada.delete(&format!("/api/chat/sessions/{session}"), json!({})).await;
    assert_eq!(names(&news.next_of("sessions").await), [""; 0]);
}

#[tokio::test]
async fn who_comes_back_is_told_what_is_different_now_and_nothing_else() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    let seen = ada.watch(None).await.next_of("sessions").await;
    let mut back = ada.watch(seen.id).await;
    let rename = json!({ "name": "renamed" });
    ada.patch(&format!("/api/chat/sessions/{session}"), rename).await;
    assert_eq!(names(&back.next_of("sessions").await), ["renamed"], "the first it is told is the change");
    drop(back);
    let late = ada.watch(seen.id).await.next_of("sessions").await;
    assert_eq!(names(&late), ["renamed"]);
}

#[tokio::test]
async fn nobody_hears_of_the_sessions_of_others() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let mut news = ada.watch(None).await;
    news.next_of("sessions").await;
    bob.session().await;
    let own = ada.post("/api/chat/sessions", json!({ "name": "mine" })).await;
    assert_eq!(own.status, 200);
    assert_eq!(names(&news.next_of("sessions").await), ["mine"]);
}
