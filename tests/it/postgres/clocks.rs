//! Clocks that differ by years: what a claim says of the time moves nobody, only whether it is renewed.

use diesel::connection::SimpleConnection;
use serde_json::json;
use stoa::db::Time;
use stoa::repositories::runs::{self, Shares};
use stoa::services::budgets::Terms;
use stoa::services::messages::{self, SendMessage};

use super::server;
use crate::support::app::spawn_app_with;
use crate::support::upstream::{Script, Signal};

const TEN_YEARS: i64 = 10 * 365 * 24 * 3600;

#[tokio::test]
async fn a_run_is_taken_from_the_dead_and_not_from_the_living_whatever_their_clocks_say() {
    let url = server();
    let worker = spawn_app_with(|config| {
        config.database_url = Some(url.clone());
        config.runs.lease_seconds = 3;
    })
    .await;
    let other = spawn_app_with(|config| {
        config.database_url = Some(url.clone());
        config.runs.lease_seconds = 3;
        config.runs.at_once = 0;
    })
    .await;
    let go_on = Signal::new();
    worker.upstream.play([Script::stream().text("Still ").wait_for(&go_on).text("here.").finish(2)]);
    let ada = worker.member().await;
    let session = ada.session().await;
    let living = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut reader = ada.at(other.address).follow(&living, "").await;
    reader.next_of("delta").await;

    // Whoever works on the one renews its claim by a clock that is ten years behind.
    let behind = format!(
        "CREATE FUNCTION behind() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.id = '{living}' THEN
                 NEW.lease_expires_at := NEW.lease_expires_at - {TEN_YEARS}000;
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER behind BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION behind()"
    );
    worker.state.db.write(move |conn| Ok(conn.batch_execute(&behind)?)).await.unwrap();
    // The other is claimed by a process that was ten years ahead, and has died.
    let (user, session) = (ada.user().clone(), ada.session().await);
    let claim = worker.state.db.write(move |conn| {
        let said = SendMessage { content: Some("hi".to_owned()), ..SendMessage::default() };
        let terms = Terms { model: Some("test/small".to_owned()), ..Terms::default() };
        let run = messages::send(conn, &user, &session, &said, &terms)?.run;
        let ahead = Time::now().plus_seconds(TEN_YEARS);
        let claimed = runs::claim(conn, "dead", ahead, ahead, Shares { per_user: 8, most: 1 })?;
        assert_eq!(claimed.iter().map(|claimed| &claimed.id).collect::<Vec<_>>(), [&run.id]);
        Ok(run.id)
    });
    let dead = claim.await.unwrap();

    let frames = ada.follow(&dead, "").await.rest().await;
    assert_eq!(frames.last().unwrap().data, json!({ "status": "interrupted" }));
    go_on.fire();
    let frames = reader.rest().await;
    assert_eq!(frames.last().unwrap().data, json!({ "status": "succeeded" }));
}
