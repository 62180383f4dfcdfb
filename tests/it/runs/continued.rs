//! An answer that broke off goes on in the same message, and what was there is never lost on the way.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use stoa::db::Time;
use stoa::models::run::RunStatus;
use stoa::repositories::runs::{self, Shares};
use stoa::services::answers;
use stoa::services::budgets::Terms;

use crate::api::branches::{Talk, talk};
use crate::support::app::{TestApp, spawn_app, spawn_app_with};
use crate::support::frames::{kinds, text};
use crate::support::upstream::{Script, Signal};

/// A first half, with some thoughts before it.
fn half() -> Script {
    Script::stream().delta(json!({ "reasoning_content": "Let me think." })).text("The first half, ")
}

/// A conversation whose answer broke off; the answer's id.
async fn broken_off(app: &TestApp, talk: &Talk<'_>) -> String {
    let rest = Script::stream().delta(json!({ "reasoning_content": "Where was I?" }));
    app.upstream.play([half(), rest.text("and ").text("the rest.").finish(2)]);
    talk.ada.ask(&talk.session, "hi").await;
    let answer = talk.ada.messages(&talk.session).await.remove(1);
    assert_eq!((&answer["status"], &answer["error_code"]), (&json!("failed"), &json!("model_truncated")));
    answer["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_answer_goes_on_in_its_own_message_and_costs_what_both_runs_cost() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    app.upstream.play([Script::answer(&["The first half, "])]);
    ada.ask(&talk.session, "hi").await;
    let answer = talk.shown().await.remove(1);
    let cut = format!("UPDATE messages SET error_code = 'answer_cut' WHERE id = '{answer}'");
    app.state.db.write(move |conn| Ok(conn.batch_execute(&cut)?)).await.unwrap();
    app.upstream.play([Script::answer(&["and ", "the rest."])]);
    let begun = talk.act(&answer, "/continue", json!({})).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let run = begun.json()["run"].clone();
    assert_eq!(run["message_id"], json!(answer));
    let frames = ada.follow(run["id"].as_str().unwrap(), "").await.rest().await;
    assert_eq!(text(&frames), "The first half, and the rest.");
    assert_eq!((frames[0].event.as_str(), frames[1].event.as_str()), ("run", "delta"));
    assert_eq!(frames[1].data["text"], "The first half, ");
    let numbers: Vec<_> = frames.iter().filter_map(|frame| frame.id).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>());
    let whole = ada.messages(&talk.session).await.remove(1);
    assert_eq!(whole["id"], json!(answer));
    assert_eq!(whole["content"], "The first half, and the rest.");
    assert_eq!((&whole["status"], &whole["error_code"]), (&json!("complete"), &Value::Null));
    assert_eq!(whole["usage"], json!({ "prompt_tokens": 14, "completion_tokens": 3 }));
    assert_eq!(talk.about().await["message_count"], 2);
}

#[tokio::test]
async fn the_model_is_shown_what_it_had_begun_and_asked_to_go_on() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    let answer = broken_off(&app, &talk).await;
    talk.run(&answer, "/continue", json!({})).await;
    let asked = app.upstream.requests().pop().unwrap().body["messages"].clone();
    assert_eq!(asked.as_array().unwrap().len(), 3);
    assert_eq!(asked[0], json!({ "role": "user", "content": "hi" }));
    assert_eq!(asked[1], json!({ "role": "assistant", "content": "The first half, " }));
    assert!(asked[2]["role"] == "user" && asked[2]["content"].as_str().unwrap().contains("Go on exactly"));
    let whole = ada.messages(&talk.session).await.remove(1);
    assert_eq!(whole["reasoning"], "Let me think.\n\nWhere was I?");
}

#[tokio::test]
async fn nothing_begun_is_asked_for_as_if_it_were_new() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    app.upstream
        .play([Script::json(500, json!({ "error": { "message": "no" } })), Script::answer(&["Now."])]);
    ada.ask(&talk.session, "hi").await;
    let answer = talk.shown().await.remove(1);
    talk.run(&answer, "/continue", json!({})).await;
    assert_eq!(talk.contents().await, ["hi", "Now."]);
    let asked = app.upstream.requests().pop().unwrap().body["messages"].clone();
    assert_eq!(asked.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn it_may_break_off_again_and_again() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    let answer = broken_off(&app, &talk).await;
    app.upstream.play([
        Script::stream().text("and more, "),
        Script::stream().hang(),
        Script::answer(&["done."]),
    ]);
    talk.run(&answer, "/continue", json!({})).await;
    let asked = app.upstream.requests().len();
    let run =
        talk.act(&answer, "/continue", json!({})).await.json()["run"]["id"].as_str().unwrap().to_owned();
    let mut frames = ada.follow(&run, "").await;
    assert_eq!(frames.next_of("delta").await.data["text"], "The first half, and more, ");
    // What was there is told before the model is asked; its silence is what is to be stopped.
    app.upstream.received(asked + 1).await;
    ada.post(&format!("/api/runs/{run}/cancel"), json!({})).await;
    frames.rest().await;
    let stopped = ada.messages(&talk.session).await.remove(1);
    assert_eq!(
        (&stopped["status"], &stopped["content"]),
        (&json!("cancelled"), &json!("The first half, and more, "))
    );
    talk.run(&answer, "/continue", json!({})).await;
    assert_eq!(talk.contents().await, ["hi", "The first half, and more, done."]);
}

#[tokio::test]
async fn only_the_unfinished_end_of_a_branch_goes_on() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    let answer = broken_off(&app, &talk).await;
    ada.ask(&talk.session, "never mind").await;
    let shown = talk.shown().await;
    let refused = talk.act(&answer, "/continue", json!({})).await;
    assert_eq!(refused.problem(), (409, "answer_followed".into()));
    let refused = talk.act(&shown[3], "/continue", json!({})).await;
    assert_eq!(refused.problem(), (409, "answer_complete".into()));
    let refused = talk.act(&shown[0], "/continue", json!({})).await;
    assert_eq!(refused.problem(), (400, "not_an_answer".into()));
}

#[tokio::test]
async fn of_many_who_want_it_to_go_on_at_once_exactly_one_is_heard() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    let answer = broken_off(&app, &talk).await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().wait_for(&go_on).text("x").finish(1)]);
    let attempts = (0..6).map(|_| talk.act(&answer, "/continue", json!({})));
    let answers = futures_util::future::join_all(attempts).await;
    let taken: Vec<_> = answers.iter().filter(|answer| answer.status == 202).collect();
    assert_eq!(taken.len(), 1);
    go_on.fire();
    let run = taken[0].json()["run"]["id"].as_str().unwrap().to_owned();
    assert_eq!(text(&ada.follow(&run, "").await.rest().await), "The first half, x");
}

#[tokio::test]
async fn while_it_goes_on_every_reader_sees_all_of_it() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    let answer = broken_off(&app, &talk).await;
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("and ").wait_for(&go_on).text("more.").finish(2)]);
    let run =
        talk.act(&answer, "/continue", json!({})).await.json()["run"]["id"].as_str().unwrap().to_owned();
    let open = ada.messages(&talk.session).await.remove(1);
    assert_eq!((&open["status"], &open["error_code"]), (&json!("streaming"), &Value::Null));
    assert!(open["content"].as_str().unwrap().starts_with("The first half, "));
    let mut frames = ada.follow(&run, "?view=blocks").await;
    assert_eq!(frames.next_of("reasoning").await.data["text"], "Let me think.");
    assert!(frames.next_of("block").await.data["html"].as_str().unwrap().contains("The first half,"));
    go_on.fire();
    let frames = frames.rest().await;
    let last = frames.iter().rfind(|frame| frame.event == "block").unwrap();
    assert_eq!(last.data["html"], "<p>The first half, and more.</p>\n");
    assert_eq!(kinds(&frames).last(), Some(&"end"));
    let replay = ada.follow(&run, "?after=2").await.rest().await;
    assert_eq!(replay[0].data["text"], "The first half, ");
}

#[tokio::test]
async fn a_process_that_dies_right_after_it_took_the_rest_over_loses_nothing_of_the_first_half() {
    let app = spawn_app_with(|config| config.runs.lease_seconds = 3).await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    let answer = broken_off(&app, &talk).await;
    let (user, session, id) = (ada.user().clone(), talk.session.clone(), answer.clone());
    // Queued and claimed by a process that never writes a word, in one transaction: nobody here sees it queued.
    let claim = app.state.db.write(move |conn| {
        let run = answers::go_on(conn, &user, &session, &id, &Terms::default())?.run;
        let shares = Shares { per_user: 1, most: 1 };
        let claimed = runs::claim(conn, "dead", Time::now(), Time::now(), shares)?;
        assert_eq!(claimed.iter().map(|claimed| &claimed.id).collect::<Vec<_>>(), [&run.id]);
        Ok(run.id)
    });
    let run = claim.await.unwrap();
    let open = ada.messages(&talk.session).await.remove(1);
    assert_eq!((&open["status"], &open["content"]), (&json!("streaming"), &json!("The first half, ")));
    let frames = ada.follow(&run, "").await.rest().await;
    assert_eq!(kinds(&frames), ["run", "reasoning", "delta", "error", "message", "end"]);
    assert_eq!(frames.last().unwrap().data["status"], json!(RunStatus::Interrupted));
    let kept = ada.messages(&talk.session).await.remove(1);
    assert_eq!((&kept["content"], &kept["reasoning"]), (&json!("The first half, "), &json!("Let me think.")));
    assert_eq!((&kept["status"], &kept["error_code"]), (&json!("failed"), &json!("interrupted")));
    talk.run(&answer, "/continue", json!({})).await;
    assert_eq!(talk.contents().await, ["hi", "The first half, and the rest."]);
}
