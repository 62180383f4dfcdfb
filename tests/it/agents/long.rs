//! Long conversations: brought in from a file, and what the model was asked in them.

use serde_json::{Value, json};
use stoa::models::new_id;

use crate::api::import::send_file;
use crate::support::app::{TestApp, spawn_app_with};
use crate::support::caller::Caller;

/// A conversation to be brought in. The text of a message is its name in tests.
pub struct File {
    messages: Vec<Value>,
    last: Value,
}

impl File {
    pub fn new() -> Self {
        Self { messages: Vec::new(), last: Value::Null }
    }

    /// Says something after what was said last; its id.
    pub fn say(&mut self, role: &str, content: &str) -> String {
        let id = new_id();
        self.messages.push(json!({
            "id": id, "parent_id": self.last, "role": role, "content": content, "status": "complete",
            "created_at": "2026-01-01T00:00:00Z",
        }));
        self.last = json!(id);
        id
    }

    /// Questions and answers in turn, each of some 75 tokens, until there are `count` of them.
    pub fn talk(&mut self, count: usize) -> &mut Self {
        for n in 0..count {
            self.say(if n % 2 == 0 { "user" } else { "assistant" }, &words(n));
        }
        self
    }

    /// Goes on after another message; at the very beginning when there is none.
    pub fn after(&mut self, message: Option<&str>) -> &mut Self {
        self.last = json!(message);
        self
    }

    /// Brings it in as a member's session; its id.
    pub async fn bring(&self, member: &Caller) -> String {
        let file = json!({ "format": "stoa.session", "version": 1, "sessions": [{
            "id": new_id(), "name": "long", "type": "chat", "head_id": self.last, "messages": self.messages,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }] });
        let done = send_file(member, file.to_string()).await;
        done.json()["sessions"][0].as_str().unwrap_or_else(|| panic!("{}", done.text)).to_owned()
    }
}

/// The text of message `n` of [`File::talk`].
pub fn words(n: usize) -> String {
    format!("message {n} {}", "so it goes ".repeat(26))
}

/// An application whose model sees `tokens` at once.
pub async fn app_that_sees(tokens: u32, summaries: bool) -> TestApp {
    spawn_app_with(|config| {
        config.providers[0].models[0].context_length = Some(tokens);
        config.chat.summaries = summaries;
        config.chat.summary_timeout_seconds = 1;
    })
    .await
}

/// What the model was shown the last time it was asked: roles and texts.
pub fn shown(app: &TestApp) -> Vec<(String, String)> {
    messages_of(&app.upstream.requests().pop().unwrap().body)
}

/// The messages in a request to the model.
pub fn messages_of(body: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = body["messages"].as_array().unwrap().iter();
    all.map(|message| (text(&message["role"]), text(&message["content"]))).collect()
}

/// The numbers of those of [`File::talk`].
pub fn numbers(shown: &[(String, String)]) -> Vec<usize> {
    let number = |text: &str| text.strip_prefix("message ")?.split(' ').next()?.parse().ok();
    shown.iter().filter_map(|(_, text)| number(text)).collect()
}
