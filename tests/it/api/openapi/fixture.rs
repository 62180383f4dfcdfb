//! One of everything, so that every path leads somewhere.

use serde_json::{Value, json};

use super::document::Operation;
use crate::support::app::{TestApp, spawn_app};
use crate::support::caller::{Answer, Caller};

/// An id that nothing has.
pub const UNKNOWN: &str = "01a20750-065f-7622-966a-1aef5b302e93";

/// An administrator who has one of everything.
pub struct Fixture {
    pub app: TestApp,
    pub admin: Caller,
    pub nobody: Caller,
    pub session: String,
    pub question: String,
    pub answer: String,
    pub run: String,
    artifact: String,
    task: String,
    pub post: String,
    product: String,
    token: String,
    invitation: String,
    /// A session of theirs that is not shared.
    pub unshared: String,
}

impl Fixture {
    pub async fn new() -> Self {
        let app = spawn_app().await;
        let admin = app.admin().await;
        let session = admin.session().await;
        let sent = admin.say(&session, "hi").await;
        let id = |value: &Value| value.as_str().unwrap().to_owned();
        let run = id(&sent["run"]["id"]);
        admin.follow(&run, "").await.rest().await;
        admin.post(&format!("/api/chat/sessions/{session}/share"), json!({})).await;
        let made = |path: &'static str, body: Value| {
            let admin = admin.clone();
            async move { made(&admin.post(path, body).await) }
        };
        Self {
            question: id(&sent["message"]["id"]),
            answer: id(&sent["run"]["message_id"]),
            artifact: made("/api/artifacts", json!({ "title": "hi", "kind": "text", "content": "x" })).await,
            task: made("/api/tasks", json!({ "title": "hi" })).await,
            post: made("/api/posts", json!({ "title": "hi", "content": "x" })).await,
            product: made("/api/products", json!({ "name": "hi" })).await,
            token: made("/api/tokens", json!({ "name": "hi" })).await,
            invitation: made("/api/users/invitations", json!({})).await,
            unshared: admin.session().await,
            nobody: app.anonymous(),
            app,
            admin,
            session,
            run,
        }
    }

    /// The path of an operation on what there is.
    pub fn path(&self, operation: &Operation) -> String {
        let query = match operation.path.as_str() {
            "/api/search" => "?q=hi",
            "/api/auth/callback" => "?code=x&state=x",
            _ => "",
        };
        self.place(&operation.path) + query
    }

    /// The same, of a path with holes.
    pub fn place(&self, path: &str) -> String {
        let id = match path.trim_start_matches("/api/") {
            path if path.starts_with("chat") => &self.session,
            path if path.starts_with("runs") => &self.run,
            path if path.starts_with("artifacts") => &self.artifact,
            path if path.starts_with("tasks") => &self.task,
            path if path.starts_with("posts") => &self.post,
            path if path.starts_with("products") => &self.product,
            path if path.starts_with("tokens") => &self.token,
            path if path.starts_with("users/invitations") => &self.invitation,
            _ => &self.admin.user().id,
        };
        fill(path, id, &self.answer)
    }
}

/// The path of an operation on what there is not.
pub fn unknown(operation: &Operation) -> String {
    fill(&operation.path, UNKNOWN, UNKNOWN)
}

fn fill(path: &str, id: &str, message: &str) -> String {
    path.replace("{id}", id).replace("{message_id}", message).replace("{provider}", "nobody")
}

/// The id of what was just made.
fn made(answer: &Answer) -> String {
    answer.header("location").rsplit('/').next().filter(|id| !id.is_empty()).unwrap().to_owned()
}
