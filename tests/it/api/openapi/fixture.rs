//! One of everything, so that every path leads somewhere.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::document::Operation;
use crate::support::app::{TestApp, spawn_app};
use crate::support::caller::{Answer, Caller, send};
use crate::support::reports::{self, Researched};
use crate::support::upload::NOTE;

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
    document: String,
    task: String,
    pub post: String,
    product: String,
    token: String,
    invitation: String,
    /// A session of theirs that is not shared.
    pub unshared: String,
    pub cut: Cut,
    pub research: Researched,
    import: String,
}

/// A session with answers that broke off, as it came in with a file.
pub struct Cut {
    pub session: String,
    /// Something was said after it.
    pub followed: String,
    /// What the last one answers.
    pub question: String,
    /// The last one.
    pub last: String,
}

impl Cut {
    async fn new(admin: &Caller) -> Self {
        let id = |number: u8| format!("01a20750-065f-7622-966a-1aef5b302e{number:02x}");
        let message = |number: u8, role: &str, status: &str| {
            let parent = (number > 1).then(|| id(number - 1));
            json!({ "id": id(number), "parent_id": parent, "role": role, "content": "x", "status": status, "created_at": "2026-11-23T06:35:00Z" })
        };
        let messages = [
            message(1, "user", "complete"),
            message(2, "assistant", "cancelled"),
            message(3, "user", "complete"),
            message(4, "assistant", "cancelled"),
        ];
        let session = json!({ "id": id(0), "name": "cut", "messages": messages, "head_id": id(4),
            "type": "chat", "created_at": "2026-11-23T06:35:00Z", "updated_at": "2026-11-23T06:35:00Z" });
        let file = json!({ "format": "stoa.session", "version": 1, "sessions": [session] });
        let answer = admin.post("/api/chat/sessions/import", file).await;
        assert_eq!(answer.json()["sessions"], json!([id(0)]), "{}", answer.text);
        Self { session: id(0), followed: id(2), question: id(3), last: id(4) }
    }

    /// A path with holes on one of its messages.
    pub fn place(&self, path: &str, message: &str) -> String {
        fill(path, &self.session, message)
    }
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
        let import = made(&send(import_later(&admin)).await);
        let document = made(&admin.give(NOTE).await);
        let made = |path: &'static str, body: Value| {
            let admin = admin.clone();
            async move { made(&admin.post(path, body).await) }
        };
        Self {
            question: id(&sent["message"]["id"]),
            answer: id(&sent["run"]["message_id"]),
            artifact: made("/api/artifacts", json!({ "title": "hi", "kind": "text", "content": "x" })).await,
            document,
            task: made("/api/tasks", json!({ "title": "hi" })).await,
            post: made("/api/posts", json!({ "title": "hi", "content": "x" })).await,
            product: made("/api/products", json!({ "name": "hi" })).await,
            token: made("/api/tokens", json!({ "name": "hi" })).await,
            invitation: made("/api/users/invitations", json!({})).await,
            unshared: admin.session().await,
            cut: Cut::new(&admin).await,
            research: reports::research(&app.state, &admin).await,
            import,
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
        if path.ends_with("/continue") {
            return self.cut.place(path, &self.cut.last);
        }
        let message = if path.ends_with("/edit") { &self.question } else { &self.answer };
        let id = match path.trim_start_matches("/api/") {
            path if path.contains("/sources") => &self.research.session,
            path if path.ends_with("/plan") => &self.research.run,
            path if ["/report", "/evidence", "{id}/export"].iter().any(|of| path.contains(of))
                && path.starts_with("artifacts") =>
            {
                &self.research.artifact
            }
            path if path.contains("/imports/") => &self.import,
            path if path.starts_with("chat") => &self.session,
            path if path.starts_with("runs") => &self.run,
            path if path.starts_with("artifacts") => &self.artifact,
            path if path.starts_with("documents") => &self.document,
            path if path.starts_with("tasks") => &self.task,
            path if path.starts_with("posts") => &self.post,
            path if path.starts_with("products") => &self.product,
            path if path.starts_with("tokens") => &self.token,
            path if path.starts_with("users/invitations") => &self.invitation,
            _ => &self.admin.user().id,
        };
        fill(path, id, message)
    }
}

/// The path of an operation on what there is not.
pub fn unknown(operation: &Operation) -> String {
    fill(&operation.path, UNKNOWN, UNKNOWN)
}

fn fill(path: &str, id: &str, message: &str) -> String {
    let path = path.replace("{id}", id).replace("{message_id}", message).replace("{provider}", "nobody");
    path.replace("{number}", "1").replace("{section}", "0")
}

/// An import that is not waited for.
fn import_later(admin: &Caller) -> RequestBuilder {
    let nothing = json!({ "format": "stoa.session", "version": 1, "sessions": [] });
    admin.request(Method::POST, "/api/chat/sessions/import").header("Prefer", "respond-async").json(&nothing)
}

/// The id of what was just made.
fn made(answer: &Answer) -> String {
    answer.header("location").rsplit('/').next().filter(|id| !id.is_empty()).unwrap().to_owned()
}
