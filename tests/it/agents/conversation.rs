//! However long a conversation is, the model is shown its newest part and its instructions.

use serde_json::json;

use super::long::{File, app_that_sees, numbers, shown, words};
use crate::api::branches::Talk;
use crate::support::app::spawn_app;

#[tokio::test]
async fn of_a_long_conversation_the_model_is_shown_the_newest_messages_that_fit() {
    let app = app_that_sees(2048, false).await;
    let ada = app.member().await;
    let session = File::new().talk(600).bring(&ada).await;
    ada.ask(&session, "And now?").await;
    let shown = shown(&app);
    assert_eq!(shown.last().unwrap(), &("user".to_owned(), "And now?".to_owned()));
    assert_eq!(shown[0].0, "user", "no answer without its question");
    // Three quarters of 2048 tokens, some 80 for a message.
    let numbers = numbers(&shown);
    assert!((16..=19).contains(&numbers.len()), "{numbers:?}");
    assert_eq!(numbers, (600 - numbers.len()..600).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_fits_is_shown_whole_and_a_branch_is_shown_without_the_others() {
    let app = app_that_sees(2048, false).await;
    let ada = app.member().await;
    let mut file = File::new();
    let first = file.say("user", &words(0));
    file.say("assistant", &words(1));
    file.after(Some(&first)).say("assistant", &words(2));
    let session = file.bring(&ada).await;
    ada.ask(&session, "And now?").await;
    assert_eq!(numbers(&shown(&app)), [0, 2]);
}

#[tokio::test]
async fn the_instructions_stay_however_much_was_said_after_them() {
    let app = app_that_sees(2048, false).await;
    let ada = app.member().await;
    let mut file = File::new();
    file.say("system", "Be brief.");
    file.say("system", "Be kind.");
    let session = file.talk(300).bring(&ada).await;
    ada.ask(&session, "And now?").await;
    let shown = shown(&app);
    assert_eq!([&shown[0], &shown[1]].map(|said| said.1.as_str()), ["Be brief.", "Be kind."]);
    assert_eq!(shown.iter().filter(|said| said.0 == "system").count(), 2);
    assert_eq!(numbers(&shown).last(), Some(&299));
}

#[tokio::test]
async fn each_branch_keeps_the_instructions_that_it_began_with() {
    let app = app_that_sees(2048, false).await;
    let ada = app.member().await;
    let mut file = File::new();
    let kind = file.say("system", "Be kind.");
    file.talk(100).after(None).say("system", "Be brief.");
    let talk = Talk { ada: &ada, session: file.talk(100).bring(&ada).await };
    ada.ask(&talk.session, "And now?").await;
    let instructions = |shown: Vec<(String, String)>| {
        shown.into_iter().filter(|said| said.0 == "system").map(|said| said.1).collect::<Vec<_>>()
    };
    assert_eq!(instructions(shown(&app)), ["Be brief."]);
    talk.act(&kind, "/select", json!({})).await;
    ada.ask(&talk.session, "And now?").await;
    assert_eq!(instructions(shown(&app)), ["Be kind."]);
}

#[tokio::test]
async fn what_tools_said_takes_no_room() {
    let app = app_that_sees(2048, false).await;
    let ada = app.member().await;
    let mut file = File::new();
    file.say("user", &words(0));
    file.say("tool", &"found ".repeat(10_000));
    file.say("assistant", &words(1));
    let session = file.bring(&ada).await;
    ada.ask(&session, "And now?").await;
    assert_eq!(numbers(&shown(&app)), [0, 1]);
}

#[tokio::test]
async fn a_model_that_sees_very_much_is_shown_some_thousand_messages_at_the_most() {
    let app = app_that_sees(1_000_000, false).await;
    let ada = app.member().await;
    let mut file = File::new();
    (0..5_000).for_each(|n| drop(file.say(if n % 2 == 0 { "user" } else { "assistant" }, "y")));
    let session = file.bring(&ada).await;
    ada.ask(&session, "And now?").await;
    let shown = shown(&app);
    assert_eq!((shown.len(), shown[4095].1.as_str()), (4096, "And now?"));
}

#[tokio::test]
async fn the_first_name_of_a_session_is_made_of_its_first_question_alone() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.post("/api/chat/sessions", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    let frames = ada.ask(&session, "Why is the sea blue?").await;
    let named = frames.iter().find(|frame| frame.event == "title").unwrap();
    assert_eq!(named.data["name"], "Hello there");
    assert_eq!(shown(&app).len(), 3);
    let frames = ada.ask(&session, "And the sky?").await;
    assert!(frames.iter().all(|frame| frame.event != "title"));
}
