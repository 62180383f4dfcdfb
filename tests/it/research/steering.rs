//! Leads a research from its question to its report, as its member would through the API.

use serde_json::{Value, json};
use stoa::config::Config;

use super::Outcome;
use crate::support::able::Able;
use crate::support::app::{TestApp, spawn_app_with};
use crate::support::caller::Caller;
use crate::support::frames::Frame;
use crate::support::pages::LocalWeb;

/// What every research here asks first.
pub const REQUEST: &str = "When was the Digest of Justinian issued, and who arranged the civil law by kinds?";

/// An application with an able model, a web that it searches, and a member.
pub struct Research {
    pub app: TestApp,
    pub web: LocalWeb,
    pub model: Able,
    pub ada: Caller,
}

impl Research {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let web = small_web().await;
        let app = spawn_app_with(|config| {
            web.configure(config);
            change(config);
        })
        .await;
        let (model, ada) = (Able::at(&app.upstream), app.member().await);
        Self { app, web, model, ada }
    }

    /// A session with a plan that waits, and its run.
    pub async fn planned(&self) -> (String, String) {
        let (session, run) = begin(&self.ada).await;
        waiting(&self.ada, &run).await;
        (session, run)
    }

    /// Carries a research out; what came of it, checked.
    pub async fn report(&self) -> Outcome {
        let (session, run) = self.planned().await;
        approve(&self.ada, &run).await;
        self.finished(&session, &run).await
    }

    /// Waits for the end of a run, which is a good one; what came of it, checked.
    pub async fn finished(&self, session: &str, run: &str) -> Outcome {
        succeeded(&self.ada, run).await;
        let session = session.to_owned();
        let outcome = self.app.state.db.read(move |conn| Outcome::load(conn, &session)).await.unwrap();
        outcome.check();
        outcome
    }
}

/// A web on which both questions of the usual plan are answered.
pub async fn small_web() -> LocalWeb {
    let web = LocalWeb::start().await;
    web.finds("digest", &["/en"]);
    web.finds("civil", &["/en", "/moved"]);
    web
}

/// Asks for a research in a new session; both ids.
pub async fn begin(ada: &Caller) -> (String, String) {
    let answer = ada.post("/api/chat/sessions", json!({ "name": "law", "type": "deepresearch" })).await;
    let session = answer.json()["id"].as_str().unwrap().to_owned();
    let run = started(ada, &session, REQUEST).await;
    (session, run)
}

/// Says something in a session; the run that answers it.
pub async fn started(ada: &Caller, session: &str, content: &str) -> String {
    ada.say(session, content).await["run"]["id"].as_str().unwrap().to_owned()
}

/// Waits until a run asks its member about its plan; the plan.
pub async fn waiting(ada: &Caller, run: &str) -> Value {
    told(ada, run, "proposed").await
}

/// Waits until a run waits with a plan that stands so; the plan.
pub async fn told(ada: &Caller, run: &str, status: &str) -> Value {
    let mut frames = ada.follow(run, "").await;
    let plan = loop {
        let plan = frames.next_of("plan").await.data;
        if plan["status"] == status {
            break plan;
        }
    };
    while ada.get(&format!("/api/runs/{run}")).await.json()["run"]["status"] != "waiting" {
        tokio::task::yield_now().await;
    }
    plan
}

/// Approves a plan, to be carried out on the small web alone.
pub async fn approve(ada: &Caller, run: &str) {
    decide(ada, run, json!({ "action": "approve", "plan": { "sources": ["web"] } })).await;
}

/// Answers what a run asks.
pub async fn decide(ada: &Caller, run: &str, decision: Value) {
    let answer = ada.post(&format!("/api/runs/{run}/resume"), decision).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// Follows a run to its end, which is a good one.
pub async fn succeeded(ada: &Caller, run: &str) -> Vec<Frame> {
    let frames = ada.follow(run, "").await.rest().await;
    assert_eq!(frames.last().unwrap().data, json!({ "status": "succeeded" }), "{frames:?}");
    frames
}
