//! Of an answer given long ago the log keeps the ending, and its readers get the answer all the same.

use diesel::prelude::*;
use stoa::schema::{checkpoints, run_events};

use super::site::{Site, caller};
use crate::support::frames::kinds;
use crate::support::upstream::Script;

#[tokio::test]
async fn an_old_log_is_compacted_and_its_replay_is_the_answer_and_the_end() {
    let site = Site::new().await;
    site.upstream.play([Script::answer(&["Everything ", "that was said."])]);
    let token = site.token().await;
    let (mut process, address, _) = site.start().await;
    let ada = caller(address, &token);
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let whole = ada.follow(&run, "").await.rest().await;
    let mut conn = site.connect();
    let kept = checkpoints::table.filter(checkpoints::run_id.eq(&run));
    let row = (
        checkpoints::run_id.eq(&run),
        checkpoints::step.eq("x"),
        checkpoints::state.eq("{}"),
        checkpoints::created_at.eq(0),
    );
    row.insert_into(checkpoints::table).execute(&mut conn).unwrap();
    process.kill().await.unwrap();

    site.configure("[runs]\nkeep_events_hours = 0");
    let (_process, address, _) = site.start().await;
    let ada = caller(address, &token);
    let rows = |conn: &mut _| -> i64 { run_events::table.count().get_result(conn).unwrap() };
    while rows(&mut conn) > 1 {
        tokio::task::yield_now().await;
    }
    let replay = ada.follow(&run, "").await.rest().await;
    assert_eq!(kinds(&replay), ["message", "end"]);
    assert_eq!(replay[0].data["message"]["content"], "Everything that was said.");
    assert_eq!(replay[1], whole[whole.len() - 1], "the end keeps its number");
    let seen = replay[0].id.unwrap();
    assert_eq!(kinds(&ada.follow(&run, &format!("?after={seen}")).await.rest().await), ["end"]);
    let left: i64 = kept.count().get_result(&mut conn).unwrap();
    assert_eq!(left, 0, "nothing goes on from a step of a run that is over");
}
