//! A database that cannot be written to: what would write is refused clearly, what reads is answered, and nothing is lost.

use diesel::connection::SimpleConnection;
use serde_json::json;
use tempfile::TempDir;

use crate::support::app::{TestApp, spawn_app_with};
use crate::support::upstream::{Script, Signal};

/// An application on SQLite, whatever database the suite runs on.
async fn on_sqlite(folder: &TempDir) -> TestApp {
    let file = folder.path().join("stoa.db").to_str().unwrap().to_owned();
    spawn_app_with(|config| config.database_url = Some(file)).await
}

async fn sql(app: &TestApp, sql: &'static str) {
    app.state.db.write(|conn| Ok(conn.batch_execute(sql)?)).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_what_is_new_and_waits_with_what_was_begun() {
    let folder = TempDir::new().unwrap();
    let app = on_sqlite(&folder).await;
    let go_on = Signal::new();
    let long = "and on ".repeat(50_000);
    app.upstream.play([Script::stream().text("On ").wait_for(&go_on).text(&long).finish(2)]);
    let ada = app.member().await;
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut reader = ada.follow(&run, "").await;
    reader.next_of("delta").await;

    // SQLite says the same of a file that may not grow as of a disk that has no room.
    sql(&app, "PRAGMA max_page_count = 1").await;
    let large = json!({ "title": "t", "kind": "text", "content": "x".repeat(500_000) });
    let refused = ada.post("/api/artifacts", large.clone()).await;
    assert_eq!(refused.problem(), (503, "unavailable".into()));
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(ada.get("/api/artifacts").await.status, 200);
    go_on.fire();
    assert_eq!(reader.next_of("delta").await.data["text"], long.as_str(), "readers need no disk");

    sql(&app, "PRAGMA max_page_count = 1000000").await;
    assert_eq!(reader.rest().await.last().unwrap().data, json!({ "status": "succeeded" }));
    assert_eq!(ada.messages(&session).await[1]["content"], format!("On {long}"));
    assert_eq!(ada.post("/api/artifacts", large).await.status, 200);
}

#[tokio::test]
async fn who_cannot_write_is_not_ready_but_answers_readers() {
    let folder = TempDir::new().unwrap();
    let app = on_sqlite(&folder).await;
    let ada = app.member().await;
    assert_eq!(app.anonymous().get("/readyz").await.status, 200);
    sql(&app, "PRAGMA query_only = ON").await;
    assert_eq!(ada.post("/api/chat/sessions", json!({})).await.problem(), (503, "unavailable".into()));
    assert_eq!(app.anonymous().get("/readyz").await.status, 503);
    assert_eq!(app.anonymous().get("/healthz").await.status, 200);
    assert_eq!(ada.get("/api/chat/sessions").await.status, 200);
}
