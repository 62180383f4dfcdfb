//! The conversation as a tree, over the API: other words, other answers, and switching between them.

use serde_json::{Value, json};
use stoa::models::new_id;

use crate::support::app::spawn_app;
use crate::support::caller::{Answer, Caller};
use crate::support::frames::{Frames, text};
use crate::support::upstream::{Script, Signal};

/// A conversation of `ada`'s.
pub struct Talk<'a> {
    pub ada: &'a Caller,
    pub session: String,
}

pub async fn talk(ada: &Caller) -> Talk<'_> {
    Talk { ada, session: ada.session().await }
}

impl Talk<'_> {
    pub fn path(&self, message: &str, what: &str) -> String {
        format!("/api/chat/sessions/{}/messages/{message}{what}", self.session)
    }

    pub async fn act(&self, message: &str, what: &str, body: Value) -> Answer {
        self.ada.post(&self.path(message, what), body).await
    }

    /// Asks for something that begins a run, and waits for its end; the answer's id.
    pub async fn run(&self, message: &str, what: &str, body: Value) -> String {
        let begun = self.act(message, what, body).await;
        assert_eq!(begun.status, 202, "{}", begun.text);
        let run = begun.json()["run"].clone();
        self.ada.follow(run["id"].as_str().unwrap(), "").await.rest().await;
        run["message_id"].as_str().unwrap().to_owned()
    }

    /// Ids of what is shown, oldest first.
    pub async fn shown(&self) -> Vec<String> {
        self.ada.messages(&self.session).await.iter().map(|m| m["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn contents(&self) -> Vec<String> {
        let shown = self.ada.messages(&self.session).await;
        shown.iter().map(|m| m["content"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn about(&self) -> Value {
        self.ada.get(&format!("/api/chat/sessions/{}", self.session)).await.json()["session"].clone()
    }
}

#[tokio::test]
async fn a_question_in_other_words_is_a_sibling_with_an_answer_of_its_own() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    ada.ask(&talk.session, "two").await;
    let before = ada.messages(&talk.session).await;
    app.upstream.play([Script::answer(&["Other words."])]);
    talk.run(before[2]["id"].as_str().unwrap(), "/edit", json!({ "content": "zwei" })).await;
    assert_eq!(talk.contents().await, ["one", "Hello there.", "zwei", "Other words."]);
    let after = ada.messages(&talk.session).await;
    assert_eq!(after[2]["parent_id"], before[2]["parent_id"]);
    assert_eq!(after[2]["siblings"], json!([before[2]["id"], after[2]["id"]]));
    assert_eq!(after[3]["siblings"], json!([after[3]["id"]]));
    let asked = app.upstream.requests().pop().unwrap().body["messages"].clone();
    assert_eq!(asked.as_array().unwrap().len(), 3);
    assert_eq!(asked[2]["content"], "zwei");
    assert_eq!(talk.about().await["message_count"], 6);
}

#[tokio::test]
async fn the_very_first_message_can_be_put_into_other_words() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    let first = talk.shown().await.remove(0);
    talk.run(&first, "/edit", json!({ "content": "eins" })).await;
    let shown = ada.messages(&talk.session).await;
    assert_eq!((&shown[0]["content"], &shown[0]["parent_id"]), (&json!("eins"), &Value::Null));
    assert_eq!(shown[0]["siblings"], json!([first, shown[0]["id"]]));
    // Only this session's beginnings stand beside it.
    let other = Talk { ada: &ada, session: ada.session().await };
    ada.ask(&other.session, "alone").await;
    assert_eq!(ada.messages(&other.session).await[0]["siblings"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_edit_may_be_streamed_named_and_given_to_another_model() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    let first = talk.shown().await.remove(0);
    let body = json!({ "content": "eins", "client_id": "e-1", "model": "test/small" });
    let request = ada.request(reqwest::Method::POST, &talk.path(&first, "/edit")).json(&body);
    let response = request.header("Accept", "text/event-stream").send().await.unwrap();
    assert_eq!(text(&Frames::new(response).rest().await), "Hello there.");
    let retry = talk.act(&first, "/edit", body).await;
    assert_eq!(retry.status, 202);
    assert_eq!(retry.json()["message"]["content"], "eins");
    assert_eq!(talk.about().await["message_count"], 4);
    assert_eq!(talk.about().await["model"], "test/small");
}

#[tokio::test]
async fn what_cannot_be_said_cannot_be_said_in_an_edit_either() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    let [question, answer] = talk.shown().await.try_into().unwrap();
    for content in [json!(" \n "), json!("a\0b"), json!("x".repeat(600_000)), Value::Null] {
        let refused = talk.act(&question, "/edit", json!({ "content": content })).await;
        assert_eq!(refused.wrong_fields(), ["content"]);
    }
    let wrong = talk.act(&question, "/edit", json!({ "content": 1 })).await;
    assert_eq!(wrong.problem(), (400, "invalid_field_type".into()));
    let wrong = talk.act(&answer, "/edit", json!({ "content": "x" })).await;
    assert_eq!(wrong.problem(), (400, "not_a_question".into()));
    assert_eq!(talk.about().await["message_count"], 2);
}

#[tokio::test]
async fn any_answer_can_be_made_again_by_another_model_this_once() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    ada.ask(&talk.session, "two").await;
    let before = talk.shown().await;
    app.upstream.play([Script::answer(&["Another."])]);
    let other = talk.run(&before[1], "/regenerate", json!({ "model": "test/small" })).await;
    assert_eq!(talk.contents().await, ["one", "Another."]);
    assert_eq!(ada.messages(&talk.session).await[1]["siblings"], json!([before[1], other]));
    assert_eq!(talk.about().await["model"], Value::Null);
    let unknown = talk.act(&other, "/regenerate", json!({ "model": "test/none" })).await;
    assert_eq!(unknown.wrong_fields(), ["model"]);
    // Without a body, as before there was anything to say in it.
    let bare = ada.request(reqwest::Method::POST, &talk.path(&other, "/regenerate")).send().await.unwrap();
    assert_eq!(bare.status(), 202);
}

#[tokio::test]
async fn switching_leads_to_where_the_branch_was_left_and_else_to_its_newest_end() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    ada.ask(&talk.session, "two").await;
    let left = talk.shown().await;
    talk.run(&left[3], "/regenerate", json!({})).await;
    let newer = talk.shown().await;
    // Back to the older answer, then away to another beginning.
    let session = talk.act(&left[3], "/select", json!({})).await;
    assert_eq!(session.json()["session"]["id"], json!(talk.session));
    assert_eq!(talk.shown().await, left);
    talk.run(&left[0], "/edit", json!({ "content": "eins" })).await;
    let elsewhere = talk.shown().await;
    assert_eq!(elsewhere.len(), 2);
    talk.act(&left[0], "/select", json!({})).await;
    assert_eq!(talk.shown().await, left, "it was left at the older answer");
    talk.act(&left[1], "/select", json!({})).await;
    assert_eq!(talk.shown().await, left, "what is shown already stays");
    talk.act(&newer[3], "/select", json!({})).await;
    talk.act(&elsewhere[1], "/select", json!({})).await;
    talk.act(&left[2], "/select", json!({})).await;
    assert_eq!(talk.shown().await, newer);
    assert_eq!(talk.about().await["message_count"], 7);
}

#[tokio::test]
async fn a_branch_nobody_has_left_is_shown_to_its_newest_end() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let file = |id: &str, parent: Option<&str>, at: u32| {
        json!({ "id": id, "parent_id": parent, "role": "user", "content": id, "reasoning": "", "model": null,
            "status": "complete", "error_code": null, "citations": [], "usage": { "prompt_tokens": 0, "completion_tokens": 0 },
            "created_at": format!("2026-01-01T00:00:{at:02}Z") })
    };
    let said = [
        file("a", None, 1),
        file("b", Some("a"), 2),
        file("c", Some("a"), 3),
        file("b2", Some("b"), 9),
        file("b1", Some("b"), 5),
        file("z", None, 20),
    ];
    let session = json!({ "id": "s", "name": "n", "type": "chat", "model": null, "head_id": "z", "run_status": null,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "messages": said });
    let body = json!({ "format": "stoa.session", "version": 1, "sessions": [session] });
    let imported = ada.post("/api/chat/sessions/import", body).await;
    assert_eq!(imported.status, 200, "{}", imported.text);
    let session = imported.json()["sessions"][0].as_str().unwrap().to_owned();
    let talk = Talk { ada: &ada, session };
    assert_eq!(talk.contents().await, ["z"]);
    let first = ada.messages(&talk.session).await[0]["siblings"][0].as_str().unwrap().to_owned();
    talk.act(&first, "/select", json!({})).await;
    assert_eq!(talk.contents().await, ["a", "b", "b2"]);
}

#[tokio::test]
async fn switching_while_an_answer_is_made_lets_it_go_on() {
    let app = spawn_app().await;
    let go_on = Signal::new();
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    let shown = talk.shown().await;
    app.upstream.play([Script::stream().text("Ne").wait_for(&go_on).text("w.").finish(2)]);
    let run = talk.act(&shown[1], "/regenerate", json!({})).await.json()["run"].clone();
    let mut frames = ada.follow(run["id"].as_str().unwrap(), "").await;
    frames.next_of("delta").await;
    talk.act(&shown[1], "/select", json!({})).await;
    assert_eq!(talk.contents().await, ["one", "Hello there."]);
    for refused in [
        talk.act(&shown[0], "/edit", json!({ "content": "x" })).await,
        talk.act(&shown[1], "/regenerate", json!({})).await,
        talk.act(&shown[1], "/continue", json!({})).await,
        ada.delete(&talk.path(&shown[0], ""), json!({})).await,
    ] {
        assert_eq!(refused.problem(), (409, "run_active".into()));
    }
    go_on.fire();
    assert_eq!(frames.rest().await.last().unwrap().data["status"], "succeeded");
    assert_eq!(talk.contents().await, ["one", "Hello there."]);
    talk.act(run["message_id"].as_str().unwrap(), "/select", json!({})).await;
    assert_eq!(talk.contents().await, ["one", "New."]);
}

#[tokio::test]
async fn of_many_who_want_another_answer_at_once_exactly_one_gets_it() {
    let app = spawn_app().await;
    let go_on = Signal::new();
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    let [question, answer] = talk.shown().await.try_into().unwrap();
    app.upstream.play([Script::stream().wait_for(&go_on).text("x").finish(2)]);
    let attempts = (0..8).map(|n| async move { n }).map(|n| {
        let (talk, question, answer) = (&talk, &question, &answer);
        async move {
            match n.await % 2 {
                0 => talk.act(answer, "/regenerate", json!({})).await,
                _ => talk.act(question, "/edit", json!({ "content": "x" })).await,
            }
        }
    });
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(attempts).await.iter().map(|a| a.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409, 409, 409, 409, 409, 409, 409]);
    go_on.fire();
}

#[tokio::test]
async fn a_message_of_another_session_is_none_of_this_one() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    let other = Talk { ada: &ada, session: ada.session().await };
    for id in talk.shown().await.iter().map(String::as_str).chain(["nonsense", "%00", &new_id()]) {
        for what in ["/edit", "/regenerate", "/continue", "/select"] {
            let answer = other.act(id, what, json!({ "content": "x" })).await;
            assert_eq!(answer.problem(), (404, "not_found".into()), "{what}");
        }
        assert_eq!(ada.delete(&other.path(id, ""), json!({})).await.status, 404);
    }
    assert_eq!(talk.about().await["message_count"], 2);
}

#[tokio::test]
async fn branches_leave_and_come_back_with_an_export_and_a_share_shows_the_one_that_is_shown() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let talk = talk(&ada).await;
    ada.ask(&talk.session, "one").await;
    let first = talk.shown().await;
    app.upstream.play([Script::answer(&["Andere Worte."])]);
    talk.run(&first[0], "/edit", json!({ "content": "eins" })).await;
    let share = |talk: String| format!("/api/chat/sessions/{talk}/share");
    let url = ada.post(&share(talk.session.clone()), json!({})).await.json();
    let key = url["share"]["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    talk.act(&first[0], "/select", json!({})).await;
    let page = app.anonymous().get(&format!("/share/{key}")).await.text;
    assert!(page.contains("Andere Worte.") && !page.contains("Hello there."));

    let file = ada.get(&format!("/api/chat/sessions/{}/export", talk.session)).await.json();
    let imported = app.member().await;
    let came = imported.post("/api/chat/sessions/import", file).await;
    let session = came.json()["sessions"][0].as_str().unwrap().to_owned();
    let copy = Talk { ada: &imported, session };
    assert_eq!(copy.contents().await, ["one", "Hello there."]);
    let siblings = imported.messages(&copy.session).await[0]["siblings"].clone();
    assert_eq!(siblings.as_array().unwrap().len(), 2);
    copy.act(siblings[1].as_str().unwrap(), "/select", json!({})).await;
    assert_eq!(copy.contents().await, ["eins", "Andere Worte."]);
}
