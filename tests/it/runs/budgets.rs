//! What a member may spend a day: checked before an answer is made and while it is, and counted once whatever becomes of it.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use stoa::db::{DailyTokens, Time};
use stoa::models::plan::PlanStatus;

use super::site::{Site, caller};
use crate::api::branches::talk;
use crate::support::app::{TestApp, spawn_app, spawn_app_with};
use crate::support::caller::Caller;
use crate::support::frames::text;
use crate::support::plans;
use crate::support::upstream::{Script, Signal};

/// An application where everybody may spend that many tokens a day.
async fn with_budget(tokens: i64) -> TestApp {
    spawn_app_with(|config| config.runs.daily_tokens = DailyTokens::Most(tokens)).await
}

/// What they have spent today.
async fn spent(caller: &Caller) -> i64 {
    caller.get("/api/users/me").await.json()["usage"]["tokens"].as_i64().unwrap()
}

/// As if a night had passed.
pub async fn a_day_passes(app: &TestApp) {
    let yesterday = "UPDATE token_usage SET day = '2000-01-01'";
    app.state.db.write(move |conn| Ok(conn.batch_execute(yesterday)?)).await.unwrap();
}

/// Pieces of two tokens each, told nothing of; 8 bytes.
fn pieces(script: Script, count: usize) -> Script {
    (0..count).fold(script, |script, _| script.text("a piece "))
}

#[tokio::test]
async fn what_was_read_and_written_counts_and_is_never_given_back() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let today = Time::now().to_rfc3339()[..10].to_owned();
    let usage = ada.get("/api/users/me").await.json()["usage"].clone();
    assert_eq!(usage, json!({ "day": today, "tokens": 0, "budget": "unlimited" }));
    let session = ada.session().await;
    ada.ask(&session, "hi").await;
    assert_eq!(spent(&ada).await, 7 + 2);
    ada.delete("/api/chat/sessions", json!({ "id": session })).await;
    assert_eq!(spent(&ada).await, 7 + 2);
    assert_eq!(spent(&app.member().await).await, 0);
}

#[tokio::test]
async fn what_is_deleted_while_it_is_made_has_been_spent() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let go_on = Signal::new();
    app.upstream.play([pieces(pieces(Script::stream(), 1).wait_for(&go_on), 10).hang()]);
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut frames = ada.follow(&run, "").await;
    frames.next_of("delta").await;
    go_on.fire();
    for _ in 0..10 {
        frames.next_of("delta").await;
    }
    ada.delete("/api/chat/sessions", json!({ "id": session })).await;
    app.upstream.disconnected(1).await;
    while app.state.runs.live_count() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(spent(&ada).await, 5 + 22);
}

#[tokio::test]
async fn finding_a_name_counts_too() {
    let app = spawn_app().await;
    app.upstream.play([Script::answer(&["Blue."]), Script::answer(&["The ", "sea"])]);
    let ada = app.member().await;
    let session = ada.post("/api/chat/sessions", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    ada.ask(&session, "Why?").await;
    assert_eq!(spent(&ada).await, (7 + 1) + (7 + 2));
}

#[tokio::test]
async fn what_a_model_does_not_tell_is_estimated_however_the_answer_ends() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    // "hi" and what surrounds it are 5 tokens by estimate, each piece is 2.
    app.upstream.play([pieces(Script::stream(), 3).data("[DONE]").end(), pieces(Script::stream(), 4)]);
    ada.ask(&session, "hi").await;
    assert_eq!(spent(&ada).await, 5 + 6);
    let usage = ada.messages(&session).await[1]["usage"].clone();
    assert_eq!(usage, json!({ "prompt_tokens": 5, "completion_tokens": 6 }));

    let broken = ada.session().await;
    ada.ask(&broken, "hi").await;
    assert_eq!(ada.messages(&broken).await[1]["status"], "failed");
    assert_eq!(spent(&ada).await, 11 + 5 + 8);

    app.upstream.play([pieces(Script::stream(), 1).hang()]);
    let stopped = ada.session().await;
    let run = ada.say(&stopped, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut frames = ada.follow(&run, "").await;
    frames.next_of("delta").await;
    ada.post(&format!("/api/runs/{run}/cancel"), json!({})).await;
    frames.rest().await;
    assert_eq!(spent(&ada).await, 24 + 5 + 2);
    let usage = ada.get(&format!("/api/runs/{run}")).await.json()["run"]["usage"].clone();
    assert_eq!(usage, json!({ "prompt_tokens": 5, "completion_tokens": 2 }));
}

#[tokio::test]
async fn a_model_that_does_not_answer_costs_nothing() {
    let app = spawn_app().await;
    app.upstream.play([Script::json(500, json!({ "error": { "message": "no" } }))]);
    let ada = app.member().await;
    ada.ask(&ada.session().await, "hi").await;
    assert_eq!(spent(&ada).await, 0);
}

#[tokio::test]
async fn who_has_spent_the_day_is_refused_in_every_way_and_nothing_is_kept_of_it() {
    let app = with_budget(9).await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    let messages = format!("/api/chat/sessions/{}/messages", talk.session);
    let first = json!({ "content": "hi", "client_id": "once" });
    let sent = ada.post(&messages, first.clone()).await.json();
    ada.follow(sent["run"]["id"].as_str().unwrap(), "").await.rest().await;
    assert_eq!(spent(&ada).await, 9);

    let (question, answer) = (talk.shown().await.remove(0), talk.shown().await.remove(1));
    let refused = [
        ada.post(&messages, json!({ "content": "more" })).await,
        talk.act(&question, "/edit", json!({ "content": "more" })).await,
        talk.act(&answer, "/regenerate", json!({})).await,
    ];
    for refusal in &refused {
        assert_eq!(refusal.problem(), (429, "budget_spent".into()));
        let wait: i64 = refusal.header("retry-after").parse().unwrap();
        assert!((1..=86_400).contains(&wait), "{wait}");
    }
    assert!(refused[0].json()["error"].as_str().unwrap().contains("UTC 零点"));
    assert_eq!(talk.about().await["message_count"], 2);
    // What was accepted before is still told, and others have a day of their own.
    assert_eq!(ada.post(&messages, first).await.json()["run"]["id"], sent["run"]["id"]);
    let bob = app.member().await;
    bob.say(&bob.session().await, "hi").await;
    a_day_passes(&app).await;
    // All that was said before is read again.
    set_budget(&app, &ada, json!(50)).await;
    ada.ask(&talk.session, "more").await;
    assert_eq!((talk.about().await["message_count"].clone(), spent(&ada).await), (json!(4), 9));
}

#[tokio::test]
async fn an_answer_that_passes_the_budget_stops_keeps_its_text_and_goes_on_another_day() {
    let app = with_budget(20).await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    app.upstream.play([pieces(Script::stream(), 20).hang(), Script::answer(&["and the rest."])]);
    let frames = ada.ask(&talk.session, "hi").await;
    app.upstream.disconnected(1).await;
    let error = frames.iter().find(|frame| frame.event == "error").unwrap();
    assert_eq!(error.data["code"], "budget_spent");
    assert!(error.data["error"].as_str().unwrap().contains("管理员"));
    let answer = ada.messages(&talk.session).await.remove(1);
    assert_eq!((&answer["status"], &answer["error_code"]), (&json!("failed"), &json!("budget_spent")));
    // 5 for the question; the eighth piece is the one too many.
    assert_eq!(answer["content"], "a piece ".repeat(8));
    assert_eq!(spent(&ada).await, 21);

    let id = answer["id"].as_str().unwrap();
    let refused = talk.act(id, "/continue", json!({})).await;
    assert_eq!(refused.problem(), (429, "budget_spent".into()));
    a_day_passes(&app).await;
    // What is there is read again, but it was written yesterday.
    set_budget(&app, &ada, json!(200)).await;
    let run = talk.act(id, "/continue", json!({})).await.json()["run"]["id"].as_str().unwrap().to_owned();
    let frames = ada.follow(&run, "").await.rest().await;
    assert_eq!(text(&frames), "a piece ".repeat(8) + "and the rest.");
    assert_eq!(spent(&ada).await, 7 + 1);
}

async fn set_budget(app: &TestApp, member: &Caller, budget: Value) {
    let path = format!("/api/users/{}", member.user().id);
    let answer = app.admin().await.patch(&path, json!({ "daily_tokens": budget })).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["daily_tokens"]), (200, &budget), "{}", answer.text);
}

#[tokio::test]
async fn a_conversation_larger_than_what_is_left_is_not_sent_to_the_model() {
    let app = with_budget(100).await;
    let ada = app.member().await;
    let session = ada.session().await;
    let frames = ada.ask(&session, &"word ".repeat(200)).await;
    assert_eq!(frames.iter().find(|frame| frame.event == "error").unwrap().data["code"], "budget_spent");
    assert_eq!((app.upstream.requests().len(), spent(&ada).await), (0, 0));
}

#[tokio::test]
async fn answers_made_at_once_share_one_budget() {
    let app = with_budget(1000).await;
    let ada = app.member().await;
    let go_on = Signal::new();
    let slowly = (0..80).fold(Script::stream().text(&"x".repeat(2400)).wait_for(&go_on), |script, _| {
        script.text("a piece ").sleep(Duration::from_millis(100))
    });
    app.upstream.play([slowly.hang(), Script::stream().text(&"y".repeat(2400)).hang()]);
    let (one, other) = (ada.session().await, ada.session().await);
    let first = ada.say(&one, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let first = ada.follow(&first, "").await;
    while spent(&ada).await < 600 {}
    let frames = ada.ask(&other, "hi").await;
    assert_eq!(
        frames.last().unwrap().data["status"],
        "failed",
        "what the first has used is gone for the second"
    );
    go_on.fire();
    let frames = first.rest().await;
    assert_eq!(frames.iter().find(|frame| frame.event == "error").unwrap().data["code"], "budget_spent");
    let text = ada.messages(&one).await[1]["content"].as_str().unwrap().len();
    assert!(text < 2400 + 80 * 8, "it was stopped on the way: {text}");
    assert_eq!(spent(&ada).await, 5 + 600 + 5 + i64::try_from(text / 4).unwrap());
}

#[tokio::test]
async fn an_answer_at_work_keeps_to_a_budget_that_is_changed_meanwhile() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let slowly = (0..100)
        .fold(Script::stream(), |script, _| script.text("a piece ").sleep(Duration::from_millis(100)));
    app.upstream.play([slowly.hang()]);
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut frames = ada.follow(&run, "").await;
    frames.next_of("delta").await;
    set_budget(&app, &ada, json!(0)).await;
    let frames = frames.rest().await;
    assert_eq!(frames.iter().find(|frame| frame.event == "error").unwrap().data["code"], "budget_spent");
    assert_eq!(ada.post("/api/chat/sessions", json!({})).await.status, 200, "only answers are refused");
}

#[tokio::test]
async fn an_answer_that_waits_in_the_queue_ends_when_others_have_spent_the_day() {
    let app = spawn_app_with(|config| {
        config.runs.daily_tokens = DailyTokens::Most(50);
        config.runs.per_user = 1;
    })
    .await;
    let ada = app.member().await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("so far").wait_for(&go_on).text(&"z".repeat(400)).finish(100)]);
    let (one, other) = (ada.session().await, ada.session().await);
    let first = ada.say(&one, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let second = ada.say(&other, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    app.upstream.received(1).await;
    go_on.fire();
    ada.follow(&first, "").await.rest().await;
    let frames = ada.follow(&second, "").await.rest().await;
    assert_eq!(frames.iter().find(|frame| frame.event == "error").unwrap().data["code"], "budget_spent");
    assert_eq!(app.upstream.requests().len(), 1);
}

#[tokio::test]
async fn a_run_that_waits_for_a_person_goes_on_waiting_when_nothing_is_left() {
    let app = with_budget(9).await;
    let ada = app.member().await;
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.rest().await;
    plans::propose(&app.state, &run, PlanStatus::Proposed).await;
    let answer = ada.post(&format!("/api/runs/{run}/resume"), json!({ "action": "approve" })).await;
    assert_eq!(answer.problem(), (429, "budget_spent".into()));
    assert_eq!(ada.get(&format!("/api/runs/{run}")).await.json()["run"]["status"], "waiting");
}

#[tokio::test]
async fn what_a_killed_process_had_spent_is_counted_once() {
    let site = Site::new().await;
    site.upstream.play([Script::stream().text(&"x".repeat(400)).hang()]);
    site.configure("[runs]\nlease_seconds = 3\ndaily_tokens = 105");
    let token = site.token().await;
    let (mut process, address, _) = site.start().await;
    let ada = caller(address, &token);
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    while spent(&ada).await == 0 {}
    process.kill().await.unwrap();
    let (_process, address, _) = site.start().await;
    let ada = caller(address, &token);
    ada.follow(&run, "").await.rest().await;
    let run = ada.get(&format!("/api/runs/{run}")).await.json()["run"].clone();
    assert_eq!(run["status"], "interrupted");
    assert_eq!(run["usage"], json!({ "prompt_tokens": 5, "completion_tokens": 100 }));
    let usage = ada.get("/api/users/me").await.json()["usage"].clone();
    assert_eq!((&usage["tokens"], &usage["budget"]), (&json!(105), &json!(105)));
    let path = format!("/api/chat/sessions/{session}/messages");
    assert_eq!(ada.post(&path, json!({ "content": "hi" })).await.problem(), (429, "budget_spent".into()));
}
