//! A run this process gave up does not block its session for ever.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use reqwest::Method;

use crate::support::app::{TestApp, spawn_app_with};
use crate::support::caller::send;
use crate::support::frames::kinds;
use crate::support::upstream::{Script, Signal};

async fn sql(app: &TestApp, sql: &'static str) {
    app.state.db.write(|conn| Ok(conn.batch_execute(sql)?)).await.unwrap();
}

#[tokio::test]
async fn an_answer_that_could_not_be_written_is_settled_once_its_lease_has_ended() {
    let app = spawn_app_with(|config| config.runs.lease_seconds = 3).await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("Hel").wait_for(&go_on).text("lo").finish(2)]);
    let ada = app.member().await;
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut frames = ada.follow(&run, "").await;
    frames.next_of("delta").await;
    sql(&app, "ALTER TABLE run_events RENAME TO away").await;
    go_on.fire();
    while app.state.runs.live_count() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sql(&app, "ALTER TABLE away RENAME TO run_events").await;
    let path = format!("/api/runs/{run}/stream");
    let rest = send(ada.request(Method::GET, &path)).await.text;
    assert!(rest.contains(r#""status":"interrupted""#), "{rest}");
    assert!(kinds(&ada.ask(&session, "again").await).contains(&"end"));
}
