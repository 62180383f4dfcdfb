//! Many answers at once on SQLite while other members write, and a command of ours does beside the server: how long
//! sending takes, and whether anybody ever meets a locked database.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use stoa::db::DbTarget;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::figures::{Figure, median, milliseconds, percentile};
use super::follow::{self, Readers};
use super::server::{EMAIL, Server, Site};
use super::upstream;

const RUNS: usize = 50;
const WRITERS: usize = 8;
/// While all answers are being made.
const WRITING: Duration = Duration::from_secs(12);

/// Lets answers be made and followed, and others write meanwhile.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let epoch = Instant::now();
    let model = upstream::start(follow::script(epoch)).await?;
    let site = Site::new(&format!("[runs]\nper_user = {RUNS}\n{model}"))?;
    let token = site.member(EMAIL).await?;
    let server = Arc::new(site.start().await?);
    let mut readers = Readers::new(server.address, &token, epoch);
    for n in 0..RUNS {
        let session = server.begin_session(&token, &format!("Stream {n}")).await?;
        readers.follow(server.say(&token, &session, "Go on.").await?);
    }
    let (written, members) = write_beside(&site, &server).await?;
    let seen = readers.finish().await?;
    let what = format!("{RUNS} runs on SQLite");
    let mut figures = seen.figures(&what, "");
    let (sends, p99) = (&written.sends, milliseconds(percentile(&written.sends, 99)));
    let send = format!("{what}: a send beside them, median of {} (p99 {p99})", sends.len());
    let writes = format!("{} writes of others and {members} new members by command", written.writes);
    figures.extend([
        follow::writes(&what, DbTarget::Sqlite(site.database()))?,
        Figure::new(send, milliseconds(median(sends)), ""),
        Figure::new(
            format!("{what}: \"database is locked\", beside {writes}"),
            (site.locked()? + written.failed).to_string(),
            "0",
        ),
    ]);
    Ok(figures)
}

/// What all writers did, and how many members a command of ours made meanwhile.
async fn write_beside(site: &Site, server: &Arc<Server>) -> anyhow::Result<(Written, usize)> {
    let until = Instant::now() + WRITING;
    let mut writing = JoinSet::new();
    for n in 0..WRITERS {
        let token = site.member(&format!("writer{n}@example.com")).await?;
        writing.spawn(write(Arc::clone(server), token, until));
    }
    let mut members = 0;
    while Instant::now() < until {
        site.member(&format!("newcomer{members}@example.com")).await?;
        members += 1;
    }
    let mut all = Written::default();
    for written in writing.join_all().await {
        let written = written?;
        all.sends.extend(written.sends);
        all.writes += written.writes;
        all.failed += written.failed;
    }
    Ok((all, members))
}

/// What writers did.
#[derive(Default)]
struct Written {
    /// How long each message took to be sent.
    sends: Vec<Duration>,
    writes: usize,
    /// Writes that the server could not do.
    failed: usize,
}

/// Says something, stops the answer, notes a task, says it in other words and stops that too, over and over.
async fn write(server: Arc<Server>, token: String, until: Instant) -> anyhow::Result<Written> {
    let mut writer = Writer { server, token, written: Written::default() };
    while Instant::now() < until {
        let session = writer.post("/api/chat/sessions", json!({ "name": "Beside" })).await?;
        let messages = format!("/api/chat/sessions/{}/messages", id(&session, "/id"));
        let begun = Instant::now();
        let sent = writer.post(&messages, json!({ "content": "Why is my database locked?" })).await?;
        writer.written.sends.push(begun.elapsed());
        writer.stop(&sent).await?;
        writer.post("/api/tasks", json!({ "title": "Find out who locks it" })).await?;
        let edit = format!("{messages}/{}/edit", id(&sent, "/message/id"));
        let edited = writer.post(&edit, json!({ "content": "Is it?" })).await?;
        writer.stop(&edited).await?;
    }
    Ok(writer.written)
}

fn id<'a>(body: &'a Value, place: &str) -> &'a str {
    body.pointer(place).and_then(Value::as_str).unwrap_or_default()
}

struct Writer {
    server: Arc<Server>,
    token: String,
    written: Written,
}

impl Writer {
    async fn stop(&mut self, sent: &Value) -> anyhow::Result<()> {
        let run = id(sent, "/run/id");
        // An answer that is still being stopped refuses the next one.
        if !run.is_empty() {
            self.post(&format!("/api/runs/{run}/cancel"), json!({})).await?;
        }
        Ok(())
    }

    async fn post(&mut self, path: &str, body: Value) -> anyhow::Result<Value> {
        let request = self.server.request(Method::POST, path).bearer_auth(&self.token).json(&body);
        let answer = request.send().await?;
        self.written.writes += 1;
        if answer.status().is_server_error() {
            self.written.failed += 1;
        }
        Ok(answer.json().await.unwrap_or_default())
    }
}
