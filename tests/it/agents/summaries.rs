//! With summaries, what no longer fits is told to the model in few words, which are made once and are nobody's message.

use serde_json::{Value, json};
use stoa::repositories::checkpoints;

use super::long::{File, app_that_sees, messages_of, numbers, shown};
use crate::api::branches::Talk;
use crate::support::app::TestApp;
use crate::support::frames::Frame;
use crate::support::upstream::Script;

const TOLD: &str = "They spoke of whales.";

/// Plays a summary, then answers.
fn play(app: &TestApp, summary: Script) {
    app.upstream.play([summary, Script::answer(&["Yes."])]);
}

fn told() -> Script {
    Script::answer(&[TOLD])
}

fn asked(app: &TestApp) -> Vec<Value> {
    app.upstream.requests().into_iter().map(|request| request.body).collect()
}

fn steps(frames: &[Frame]) -> Vec<&str> {
    let steps = frames.iter().filter(|frame| frame.event == "step");
    steps.map(|frame| frame.data["status"].as_str().unwrap()).collect()
}

fn succeeded(frames: &[Frame]) -> bool {
    frames.last().unwrap().data["status"] == "succeeded"
}

#[tokio::test]
async fn what_does_not_fit_is_summed_up_once_and_put_behind_the_instructions() {
    let app = app_that_sees(2048, true).await;
    let ada = app.member().await;
    let mut file = File::new();
    file.say("system", "Be brief.");
    let session = file.talk(60).bring(&ada).await;
    play(&app, told());
    let frames = ada.ask(&session, "And now?").await;
    assert!(succeeded(&frames));
    assert_eq!(steps(&frames), ["running", "done"]);
    let step = frames.iter().find(|frame| frame.event == "step").unwrap();
    assert_eq!(
        (&step.data["name"], &step.data["title"]),
        (&json!("summarise"), &json!("正在概括较早的对话"))
    );
    let [summing, answering] = asked(&app).try_into().unwrap();
    assert_eq!(summing["max_tokens"], 512);
    let cut = &messages_of(&summing)[0].1;
    let answered = messages_of(&answering);
    let kept = numbers(&answered);
    assert!(answered[0].1.starts_with("Be brief.\n\n[") && answered[0].1.contains(TOLD), "{}", answered[0].1);
    assert_eq!(answered.iter().filter(|said| said.0 == "system").count(), 1);
    assert_eq!((answered[1].0.as_str(), kept.last()), ("user", Some(&59)));
    assert!(cut.contains(&format!("You: message {} ", kept[0] - 1)) && !cut.contains("message 59"), "{cut}");
    let usage = ada.messages(&session).await.pop().unwrap()["usage"].clone();
    assert_eq!(usage, json!({ "prompt_tokens": 14, "completion_tokens": 2 }));

    ada.ask(&session, "And then?").await;
    assert_eq!(asked(&app).len(), 3, "it was made once");
    let again = shown(&app);
    assert!(again[0].1.contains(TOLD));
    assert_eq!((numbers(&again), again.len()), (kept, answered.len() + 2));
}

#[tokio::test]
async fn the_next_summary_begins_with_the_one_before() {
    let app = app_that_sees(2048, true).await;
    let ada = app.member().await;
    let session = File::new().talk(40).bring(&ada).await;
    play(&app, told());
    ada.ask(&session, "And now?").await;
    let long = "so it goes ".repeat(200);
    ada.ask(&session, &long).await;
    play(&app, Script::answer(&["And of ships."]));
    ada.ask(&session, &long).await;
    let summing = messages_of(&asked(&app)[3]).remove(0).1;
    assert!(summing.contains(TOLD) && summing.contains("User: And now?"), "{summing}");
    let answering = shown(&app);
    assert!(answering[0].1.contains("And of ships.") && !answering[0].1.contains(TOLD), "{}", answering[0].1);
    assert_eq!(answering.last().unwrap().1, long);
}

#[tokio::test]
async fn a_summary_holds_for_every_branch_through_its_message_and_for_no_other() {
    let app = app_that_sees(2048, true).await;
    let ada = app.member().await;
    let mut file = File::new();
    let early = file.say("user", "Where do whales sleep?");
    let talk = Talk { ada: &ada, session: file.talk(40).bring(&ada).await };
    play(&app, told());
    ada.ask(&talk.session, "And now?").await;
    let question = talk.shown().await.remove(41);
    talk.run(&question, "/edit", json!({ "content": "And then?" })).await;
    assert!(shown(&app)[0].1.contains(TOLD));
    talk.run(&early, "/edit", json!({ "content": "Where do bats sleep?" })).await;
    assert_eq!(shown(&app), [("user".to_owned(), "Where do bats sleep?".to_owned())]);
    talk.act(&question, "/select", json!({})).await;
    ada.ask(&talk.session, "And after that?").await;
    assert!(shown(&app)[0].1.contains(TOLD));
    assert_eq!(asked(&app).len(), 5, "it was made once");
    ada.delete(&talk.path(&early, ""), json!({})).await;
    assert_eq!(talk.contents().await, ["Where do bats sleep?", "Yes."]);
}

#[tokio::test]
async fn an_answer_does_without_a_summary_that_fails_or_does_not_come() {
    let failures = [
        Script::json(500, json!({ "error": { "message": "no" } })),
        Script::answer(&[" \n"]),
        Script::stream().hang(),
    ];
    let app = app_that_sees(2048, true).await;
    let ada = app.member().await;
    for failure in failures {
        let session = File::new().talk(60).bring(&ada).await;
        play(&app, failure);
        let frames = ada.ask(&session, "And now?").await;
        assert!(succeeded(&frames));
        assert_eq!(steps(&frames), ["running", "failed"]);
        let first = shown(&app);
        assert!(first[0].0 == "user" && numbers(&first).len() > 15, "{first:?}");
        // Who asks on does not wait for it again.
        assert!(steps(&ada.ask(&session, "And then?").await).is_empty());
    }
}

#[tokio::test]
async fn a_summary_is_nobodys_message_and_nothing_to_go_on_from() {
    let app = app_that_sees(2048, true).await;
    let ada = app.member().await;
    let session = File::new().talk(60).bring(&ada).await;
    play(&app, told());
    let run = ada.say(&session, "And now?").await["run"]["id"].as_str().unwrap().to_owned();
    let frames = ada.follow(&run, "").await.rest().await;
    assert!(frames.iter().all(|frame| !frame.data.to_string().contains("whales")));
    for place in ["", "/messages?limit=200", "/export", "/export?format=markdown"] {
        let text = ada.get(&format!("/api/chat/sessions/{session}{place}")).await.text;
        assert!(!text.contains("whales"), "{place}");
    }
    assert_eq!(ada.get("/api/search?q=whales").await.json()["results"], json!([]));
    let about = ada.get(&format!("/api/chat/sessions/{session}")).await.json();
    assert_eq!(about["session"]["message_count"], 62);
    // A dead process's answer is settled with its text rather than begun anew.
    let kept = app.state.db.read(move |conn| checkpoints::any(conn, &run)).await;
    assert!(!kept.unwrap());
}

#[tokio::test]
async fn without_the_setting_nothing_is_summed_up() {
    let app = app_that_sees(2048, false).await;
    let ada = app.member().await;
    let session = File::new().talk(60).bring(&ada).await;
    assert!(steps(&ada.ask(&session, "And now?").await).is_empty());
    assert_eq!(asked(&app).len(), 1);
}

#[tokio::test]
async fn an_answer_whose_text_changes_loses_its_summary() {
    let app = app_that_sees(2048, true).await;
    let ada = app.member().await;
    let talk = Talk { ada: &ada, session: File::new().talk(40).bring(&ada).await };
    app.upstream.play([told(), Script::stream().text("Half ")]);
    ada.ask(&talk.session, "And now?").await;
    let answer = talk.shown().await.pop().unwrap();
    let long = "so it goes ".repeat(400);
    app.upstream.play([Script::answer(&["Up to half."]), Script::answer(&["Yes."])]);
    ada.ask(&talk.session, &long).await;
    assert!(shown(&app)[0].1.contains("Up to half."));
    let question = talk.shown().await.remove(42);
    ada.delete(&talk.path(&question, ""), json!({})).await;
    app.upstream.play([Script::answer(&["and half."])]);
    talk.run(&answer, "/continue", json!({})).await;
    app.upstream.play([told(), Script::answer(&["Yes."])]);
    ada.ask(&talk.session, &long).await;
    assert!(!shown(&app)[0].1.contains("Up to half."));
}
