//! What bringing many messages in from one file takes, over loopback.

use std::time::Instant;

use anyhow::ensure;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use stoa::models::archive::{FORMAT, VERSION};
use stoa::models::new_id;

use super::figures::{Figure, median, milliseconds, percentile};
use super::search::text;
use super::server::{EMAIL, Site};

const SESSIONS: usize = 100;
const MESSAGES: usize = 10_000;
const IMPORTS: usize = 3;

/// Imports files of our own format, one after the other.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let site = Site::new("[builtin_model]\nenabled = false\n")?;
    let token = site.member(EMAIL).await?;
    let server = site.start().await?;
    let mut times = Vec::with_capacity(IMPORTS);
    for _ in 0..IMPORTS {
        let request = server.request(Method::POST, "/api/chat/sessions/import").bearer_auth(&token);
        let request = request.header(CONTENT_TYPE, "application/json").body(file().to_string());
        let begun = Instant::now();
        let done: Value = request.send().await?.error_for_status()?.json().await?;
        times.push(begun.elapsed());
        let expected = json!({ "sessions": SESSIONS, "messages": MESSAGES });
        ensure!(done.pointer("/imported") == Some(&expected), "{done}");
    }
    server.stop().await?;
    let slowest = milliseconds(percentile(&times, 100));
    let what = format!(
        "importing {MESSAGES} messages of {SESSIONS} sessions, median of {IMPORTS} (slowest {slowest})"
    );
    Ok(vec![Figure::new(what, milliseconds(median(&times)), "< 5 s")])
}

fn file() -> Value {
    archive((0..SESSIONS).map(|number| session(number, MESSAGES / SESSIONS)).collect())
}

/// A file of our own format.
pub fn archive(sessions: Vec<Value>) -> Value {
    json!({ "format": FORMAT, "version": VERSION, "sessions": sessions })
}

/// A session of so many messages of some 300 characters, each of which follows the one before it.
pub fn session(number: usize, length: usize) -> Value {
    let at = "2026-01-01T00:00:00Z";
    let (mut messages, mut parent) = (Vec::new(), None);
    for n in 0..length {
        let id = new_id();
        let role = if n % 2 == 0 { "user" } else { "assistant" };
        messages.push(json!({
            "id": id, "parent_id": parent, "role": role, "content": text(number * MESSAGES + n, false),
            "status": "complete", "created_at": at,
        }));
        parent = Some(id);
    }
    json!({
        "id": new_id(), "name": format!("Session {number}"), "type": "chat", "head_id": parent,
        "created_at": at, "updated_at": at, "messages": messages,
    })
}
