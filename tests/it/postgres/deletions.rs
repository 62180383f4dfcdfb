//! Deleting a session and ending its answer take their rows in one order, so that neither waits for the other for ever.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use reqwest::Method;
use serde_json::json;

use crate::support::app::{TestApp, spawn_app};
use crate::support::caller::send;
use crate::support::upstream::{Script, Signal};

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Until another connection waits for a lock of this one's.
fn until_somebody_waits(conn: &mut PgConnection) {
    let waiting =
        "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))";
    while sql_query(waiting).get_result::<Waiting>(conn).unwrap().n == 0 {}
}

/// Deletes a session that is taken already. A row of its run that somebody else has taken would be a deadlock.
fn delete_all(conn: &mut PgConnection, session: &str) {
    let run = format!("SELECT 1 FROM runs WHERE session_id = '{session}' FOR UPDATE NOWAIT");
    conn.batch_execute(&format!("{run}; DELETE FROM chat_sessions WHERE id = '{session}'; COMMIT")).unwrap();
}

/// A connection of the test's own.
fn beside(app: &TestApp) -> PgConnection {
    PgConnection::establish(app.database_url.as_deref().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_ends_takes_its_session_first_as_deleting_does() {
    let app = spawn_app().await;
    let mut conn = beside(&app);
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("Hel").wait_for(&go_on).text("lo").finish(2)]);
    let ada = app.member().await;
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.next_of("delta").await;
    conn.batch_execute(&format!("BEGIN; SELECT 1 FROM chat_sessions WHERE id = '{session}' FOR UPDATE"))
        .unwrap();
    go_on.fire();
    until_somebody_waits(&mut conn);
    delete_all(&mut conn, &session);
    assert_eq!(ada.get(&format!("/api/runs/{run}")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_answer_that_is_cancelled_takes_its_session_first_as_deleting_does() {
    let app = spawn_app().await;
    let mut conn = beside(&app);
    let ada = app.member().await;
    let session = ada.session().await;
    let sent = ada.say(&session, "hi").await;
    let run = sent["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.rest().await;
    conn.batch_execute(&format!(
        "UPDATE runs SET status = 'waiting' WHERE id = '{run}';
         BEGIN; SELECT 1 FROM chat_sessions WHERE id = '{session}' FOR UPDATE"
    ))
    .unwrap();
    let cancelling = ada.request(Method::POST, &format!("/api/runs/{run}/cancel"));
    let cancelling = tokio::spawn(send(cancelling.json(&json!({}))));
    until_somebody_waits(&mut conn);
    delete_all(&mut conn, &session);
    assert_ne!(cancelling.await.unwrap().status, 500);
}
