//! Several processes on one PostgreSQL database: any of them serves any reader, and the living take over from the dead.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;
use stoa::db::DailyTokens;
use stoa::schema::{messages, run_events, runs};

use super::server;
use crate::runs::site::{Site, caller};
use crate::support::app::{TestApp, spawn_app_with};
use crate::support::caller::Caller;
use crate::support::frames::Frame;
use crate::support::upstream::{Script, Signal};

/// An application that makes answers, another that only serves, and somebody who is known to both.
struct Pair {
    worker: TestApp,
    ada: Caller,
    /// Ada, as she asks the one that only serves.
    elsewhere: Caller,
    _front: TestApp,
}

impl Pair {
    async fn new() -> Self {
        let url = server();
        let worker = spawn_app_with(|config| config.database_url = Some(url.clone())).await;
        let front = spawn_app_with(|config| {
            config.database_url = Some(url);
            config.runs.at_once = 0;
        })
        .await;
        let ada = worker.member().await;
        let elsewhere = ada.at(front.address);
        Self { worker, ada, elsewhere, _front: front }
    }
}

fn text(frames: &[Frame]) -> String {
    frames
        .iter()
        .filter(|frame| frame.event == "delta")
        .map(|frame| frame.data["text"].as_str().unwrap())
        .collect()
}

/// Numbers from 1 without gaps or repetition.
fn assert_whole(frames: &[Frame]) {
    let numbers: Vec<i64> = frames.iter().filter_map(|frame| frame.id).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>());
    assert_eq!(frames.last().unwrap().event, "end");
}

#[tokio::test]
async fn what_is_said_at_one_is_answered_by_another_and_followed_at_any() {
    let pair = Pair::new().await;
    let go_on = Signal::new();
    pair.worker.upstream.play([Script::stream().text("Hel").wait_for(&go_on).text("lo").finish(2)]);
    let session = pair.elsewhere.session().await;
    let run = pair.elsewhere.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut there = pair.elsewhere.follow(&run, "").await;
    let mut seen = Vec::new();
    while text(&seen) != "Hel" {
        seen.push(there.next().await.unwrap());
    }
    go_on.fire();
    seen.extend(there.rest().await);
    assert_eq!(text(&seen), "Hello");
    assert_whole(&seen);
    assert_eq!(seen, pair.ada.follow(&run, "").await.rest().await, "the worker's own readers saw the same");
}

#[tokio::test]
async fn a_reader_goes_on_at_another_without_gap_or_repetition() {
    let pair = Pair::new().await;
    let go_on = Signal::new();
    pair.worker.upstream.play([Script::stream()
        .text("one ")
        .text("two ")
        .wait_for(&go_on)
        .text("three")
        .finish(3)]);
    let session = pair.ada.session().await;
    let run = pair.ada.say(&session, "count").await["run"]["id"].as_str().unwrap().to_owned();
    let mut here = pair.ada.follow(&run, "").await;
    let mut seen = Vec::new();
    while text(&seen) != "one two " {
        seen.push(here.next().await.unwrap());
    }
    drop(here);
    let there = pair.elsewhere.follow(&run, &format!("?after={}", seen.last().unwrap().id.unwrap())).await;
    go_on.fire();
    seen.extend(there.rest().await);
    assert_eq!(text(&seen), "one two three");
    assert_whole(&seen);
}

#[tokio::test]
async fn a_run_is_stopped_from_anywhere() {
    let pair = Pair::new().await;
    pair.worker.upstream.play([Script::stream().text("for ever").hang()]);
    let session = pair.ada.session().await;
    let run = pair.ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    pair.ada.follow(&run, "").await.next_of("delta").await;
    assert_eq!(pair.elsewhere.post(&format!("/api/runs/{run}/cancel"), json!({})).await.status, 200);
    pair.worker.upstream.disconnected(1).await;
    let frames = pair.elsewhere.follow(&run, "").await.rest().await;
    assert_eq!(frames.last().unwrap().data["status"], "cancelled");
    assert_eq!(pair.ada.messages(&session).await[1]["content"], "for ever");
}

#[tokio::test]
async fn a_name_given_elsewhere_is_seen_before_the_end() {
    let pair = Pair::new().await;
    pair.worker.upstream.play([Script::answer(&["Blue."]), Script::answer(&["The sea"])]);
    let session =
        pair.ada.post("/api/chat/sessions", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    let run = pair.ada.say(&session, "Why?").await["run"]["id"].as_str().unwrap().to_owned();
    let frames = pair.elsewhere.follow(&run, "").await.rest().await;
    assert_whole(&frames);
    assert!(
        frames.iter().any(|frame| frame.event == "title" && frame.data["name"] == "The sea"),
        "{frames:?}"
    );
}

#[tokio::test]
async fn a_session_that_changes_anywhere_is_told_of_everywhere() {
    let pair = Pair::new().await;
    let mut news = pair.elsewhere.watch(None).await;
    assert_eq!(news.next_of("sessions").await.data["sessions"], json!([]));
    let session = pair.ada.session().await;
    assert_eq!(news.next_of("sessions").await.data["sessions"][0]["id"], json!(session));
}

#[tokio::test]
async fn answers_made_by_several_processes_share_one_budget() {
    let url = server();
    let one_at_once = || {
        spawn_app_with(|config| {
            config.database_url = Some(url.clone());
            config.runs.at_once = 1;
            config.runs.daily_tokens = DailyTokens::Most(1000);
        })
    };
    let (one, other) = (one_at_once().await, one_at_once().await);
    let most_of_it = || Script::stream().text(&"x".repeat(2400)).hang();
    one.upstream.play([most_of_it()]);
    other.upstream.play([most_of_it()]);
    let ada = one.member().await;
    let (first, second) = (ada.session().await, ada.session().await);
    ada.say(&first, "hi").await;
    while ada.get("/api/users/me").await.json()["usage"]["tokens"].as_i64().unwrap() < 600 {}
    let frames = ada.ask(&second, "hi").await;
    assert_eq!((one.upstream.requests().len(), other.upstream.requests().len()), (1, 1));
    let error = frames.iter().find(|frame| frame.event == "error").unwrap();
    assert_eq!(error.data["code"], "budget_spent");
}

#[tokio::test]
async fn a_dead_process_is_survived_by_its_answer() {
    let site = Site::at(Some(server())).await;
    site.upstream
        .play([Script::stream().text("Everything that was written").hang(), Script::answer(&["Here."])]);
    let token = site.token().await;
    site.configure("[runs]\nlease_seconds = 3");
    let (mut doomed, first, _) = site.start().await;
    let ada = caller(first, &token);
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    site.logged("Everything that was written").await;
    let (_living, second, _) = site.start().await;
    let elsewhere = caller(second, &token);
    let reader = elsewhere.follow(&run, "").await;
    doomed.kill().await.unwrap();
    let frames = reader.rest().await;
    assert_whole(&frames);
    assert_eq!(frames.last().unwrap().data["status"], "interrupted");
    let answer = &elsewhere.messages(&session).await[1];
    assert_eq!(
        (&answer["content"], &answer["status"]),
        (&json!("Everything that was written"), &json!("failed"))
    );
    assert_eq!(elsewhere.ask(&session, "again").await.last().unwrap().data["status"], "succeeded");
}

#[tokio::test]
async fn a_run_with_a_checkpoint_goes_on_elsewhere() {
    let site = Site::at(Some(server())).await;
    site.upstream.play([Script::stream().text("Half of it").hang(), Script::answer(&[", and the rest."])]);
    let token = site.token().await;
    site.configure("[runs]\nlease_seconds = 3");
    let (mut doomed, first, _) = site.start().await;
    let ada = caller(first, &token);
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    site.logged("Half of it").await;
    site.connect()
        .batch_execute(&format!("INSERT INTO checkpoints VALUES ('{run}', 'searched', '{{}}', 0)"))
        .unwrap();
    let (_living, second, _) = site.start().await;
    doomed.kill().await.unwrap();
    let frames = caller(second, &token).follow(&run, "").await.rest().await;
    assert_eq!(text(&frames), "Half of it, and the rest.");
    assert_whole(&frames);
    assert_eq!(frames.last().unwrap().data["status"], "succeeded");
}

/// Sends a process a signal that Rust has no name for.
fn signal(process: &tokio::process::Child, name: &str) {
    let id = process.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

#[tokio::test]
async fn who_slept_through_its_lease_writes_nothing_more() {
    let site = Site::at(Some(server())).await;
    let go_on = Signal::new();
    site.upstream.play([Script::stream().text("Before.").wait_for(&go_on).text(" After.").hang()]);
    let token = site.token().await;
    site.configure("[runs]\nlease_seconds = 3");
    let (sleeper, first, _) = site.start().await;
    let ada = caller(first, &token);
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    site.logged("Before.").await;
    let (_living, second, _) = site.start().await;
    let reader = caller(second, &token).follow(&run, "").await;
    signal(&sleeper, "STOP");
    let frames = reader.rest().await;
    assert_eq!(frames.last().unwrap().data["status"], "interrupted");
    go_on.fire();
    signal(&sleeper, "CONT");
    site.upstream.disconnected(1).await;
    let mut conn = site.connect();
    let ends: i64 =
        run_events::table.filter(run_events::kind.eq("end")).count().get_result(&mut conn).unwrap();
    let content: Vec<String> = messages::table
        .inner_join(runs::table.on(runs::message_id.eq(messages::id)))
        .select(messages::content)
        .load(&mut conn)
        .unwrap();
    assert_eq!((ends, content), (1, vec!["Before.".to_owned()]));
    assert_eq!(caller(second, &token).follow(&run, "").await.rest().await, frames);
}
