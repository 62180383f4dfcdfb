//! Who waits in the queue, for how long and behind whom.

use std::time::Duration;

use crate::support::app::{TestApp, spawn_app_with};
use crate::support::caller::Caller;
use crate::support::upstream::{Script, Signal};

async fn one_at_once() -> TestApp {
    spawn_app_with(|config| config.runs.at_once = 1).await
}

/// Asks in a new session; the run's id.
async fn ask(caller: &Caller, text: &str) -> String {
    let session = caller.session().await;
    caller.say(&session, text).await["run"]["id"].as_str().unwrap().to_owned()
}

async fn run(caller: &Caller, id: &str) -> serde_json::Value {
    caller.get(&format!("/api/runs/{id}")).await.json()["run"].clone()
}

/// What the model was asked last, in the order it was asked.
fn questions(app: &TestApp) -> Vec<String> {
    let last = |request: &crate::support::upstream::Request| {
        request.body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned()
    };
    app.upstream.requests().iter().map(last).collect()
}

#[tokio::test]
async fn members_take_turns_and_everybody_is_told_their_place() {
    let app = one_at_once().await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("a").wait_for(&go_on).finish(1), Script::answer(&["b"])]);
    let (ada, bob) = (app.member().await, app.member().await);
    let first = ask(&ada, "ada 1").await;
    app.upstream.received(1).await;
    let second = ask(&ada, "ada 2").await;
    let third = ask(&ada, "ada 3").await;
    let other = ask(&bob, "bob 1").await;
    let place = async |caller: &Caller, id: &str| run(caller, id).await["queue_position"].as_i64();
    assert_eq!(place(&ada, &first).await, None, "it is at work");
    assert_eq!(place(&bob, &other).await, Some(1), "who has nothing at work comes before who has");
    assert_eq!((place(&ada, &second).await, place(&ada, &third).await), (Some(2), Some(3)));

    let mut reader = ada.follow(&third, "").await;
    let waiting = reader.next_of("queue").await;
    assert_eq!((waiting.id, &waiting.data["position"]), (None, &serde_json::json!(3)));
    assert_eq!(waiting.data["title"], "排队中：第 3 位");
    go_on.fire();
    let frames = reader.rest().await;
    assert_eq!(frames.iter().find_map(|frame| frame.id), Some(1), "events are numbered from 1 all the same");
    assert_eq!(frames.last().unwrap().event, "end");
    assert_eq!(questions(&app), ["ada 1", "bob 1", "ada 2", "ada 3"]);
}

#[tokio::test]
async fn a_member_has_no_more_at_work_than_their_share() {
    let app = spawn_app_with(|config| config.runs.per_user = 2).await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("a").wait_for(&go_on).finish(1)]);
    let (ada, bob) = (app.member().await, app.member().await);
    let mut asked = Vec::new();
    for number in 0..3 {
        asked.push(ask(&ada, &format!("ada {number}")).await);
    }
    let other = ask(&bob, "bob").await;
    app.upstream.received(3).await;
    assert_eq!(run(&bob, &other).await["status"], "running");
    assert_eq!(run(&ada, &asked[2]).await["status"], "queued");
    go_on.fire();
    for id in &asked {
        assert_eq!(ada.follow(id, "").await.rest().await.last().unwrap().data["status"], "succeeded");
    }
}

#[tokio::test]
async fn what_waits_can_be_stopped() {
    let app = one_at_once().await;
    app.upstream.play([Script::stream().text("a").hang()]);
    let ada = app.member().await;
    ask(&ada, "first").await;
    app.upstream.received(1).await;
    let waiting = ask(&ada, "second").await;
    assert_eq!(ada.post(&format!("/api/runs/{waiting}/cancel"), serde_json::json!({})).await.status, 200);
    let frames = ada.follow(&waiting, "").await.rest().await;
    assert_eq!(frames.last().unwrap().data["status"], "cancelled");
    let nobody = tokio::time::timeout(Duration::ZERO, app.upstream.received(2)).await;
    assert!(nobody.is_err(), "the model was never asked");
}
