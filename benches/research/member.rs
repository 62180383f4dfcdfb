//! A member who gives texts, has questions researched and reads the reports, all by the API.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use stoa::models::report::ReportContent;
use tokio::time::sleep;

use super::server::Server;

/// How long a research may take before it is given up, and how often it is asked how far it is.
const PATIENCE: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(20);
/// Between the parts of a form.
const BOUNDARY: &str = "the-next-part";

/// A member at a server.
pub struct Member<'a> {
    /// Where.
    pub server: &'a Server,
    /// Their token.
    pub token: &'a str,
}

/// A source as it was kept.
#[derive(Deserialize)]
pub struct Kept {
    /// From 1 in each session.
    pub number: i64,
    /// Where it was.
    pub url: String,
    /// Its text.
    pub content: String,
}

/// A research from its question to its report.
pub struct Researched {
    /// What is known of the report.
    pub report: ReportContent,
    /// Who did the work.
    pub mode: String,
    /// Its text.
    pub text: String,
    /// All that was read, with its text.
    pub sources: Vec<Kept>,
    /// From the question to the end of the run.
    pub took: Duration,
}

impl Member<'_> {
    /// Gives a text; the path at which it is read.
    pub async fn give(&self, name: &str, text: &str) -> anyhow::Result<String> {
        let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        let body = format!(
            "--{BOUNDARY}\r\n{head}\r\nContent-Type: text/markdown\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
        );
        let request = self.server.request(Method::POST, "/api/documents").bearer_auth(self.token);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let given: Value =
            request.header("content-type", kind).body(body).send().await?.error_for_status()?.json().await?;
        let id = given.pointer("/document/id").and_then(Value::as_str).context("a document without id")?;
        Ok(format!("/library/{id}"))
    }

    /// Begins a research whose plan nobody looks at; its session and its run.
    pub async fn begin(&self, question: &str) -> anyhow::Result<(String, String)> {
        let session = json!({ "type": "deepresearch" });
        let session = self.server.post("/api/chat/sessions", self.token, &session).await?;
        let session = session.get("id").and_then(Value::as_str).context("a session without id")?;
        let said = json!({ "content": question, "auto_approve": true });
        let sent =
            self.server.post(&format!("/api/chat/sessions/{session}/messages"), self.token, &said).await?;
        let run = sent.pointer("/run/id").and_then(Value::as_str).context("no run")?;
        Ok((session.to_owned(), run.to_owned()))
    }

    /// Waits until a run has ended well.
    pub async fn wait(&self, run: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let run = self.get(&format!("/api/runs/{run}")).await?;
            match run.pointer("/run/status").and_then(Value::as_str) {
                Some("succeeded") => return Ok(()),
                Some("queued" | "running") => sleep(PAUSE).await,
                _ => bail!("a research ended otherwise: {run}"),
            }
        }
        bail!("a research took longer than {PATIENCE:?}")
    }

    /// Has a question researched and reads what comes of it.
    pub async fn research(&self, question: &str) -> anyhow::Result<Researched> {
        let begun = Instant::now();
        let (session, run) = self.begin(question).await?;
        self.wait(&run).await?;
        let took = begun.elapsed();
        let listed = self.get(&format!("/api/artifacts?session_id={session}")).await?;
        let id = listed.pointer("/artifacts/0/id").and_then(Value::as_str).context("no report")?;
        let known = self.get(&format!("/api/artifacts/{id}/report")).await?;
        let known = known.get("report").context("nothing is known of the report")?;
        let mode = known.get("mode").and_then(Value::as_str).unwrap_or_default().to_owned();
        let report = serde_json::from_value(known.clone())?;
        let whole = self.get(&format!("/api/artifacts/{id}")).await?;
        let text = whole.pointer("/artifact/content").and_then(Value::as_str).context("no text")?;
        let sources = self.sources(&session).await?;
        Ok(Researched { report, mode, text: text.to_owned(), sources, took })
    }

    async fn sources(&self, session: &str) -> anyhow::Result<Vec<Kept>> {
        let path = format!("/api/chat/sessions/{session}/sources");
        let listed = self.get(&path).await?;
        let mut sources = Vec::new();
        for source in listed.get("sources").and_then(Value::as_array).into_iter().flatten() {
            let number = source.get("number").and_then(Value::as_i64).context("no number")?;
            let mut whole = self.get(&format!("{path}/{number}")).await?;
            let source = whole.get_mut("source").map(Value::take).context("no source")?;
            sources.push(serde_json::from_value(source)?);
        }
        Ok(sources)
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.server.request(Method::GET, path).bearer_auth(self.token).send().await?;
        ensure!(answer.status().is_success(), "{path} answered {}", answer.status());
        Ok(answer.json().await?)
    }
}
