//! What a conversation of 5,000 messages costs beside a new one: an answer in it, and its page, at the end and in the middle.
//!
//! `scripts/postgres scripts/bench long` measures the other database.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::figures::{Figure, mebibytes, median, milliseconds, percentile};
use super::import::{archive, session};
use super::page::sign_in;
use super::server::{EMAIL, Server, Site};
use super::upstream::{self, Script};

const MESSAGES: usize = 5_000;
/// As many messages as one page shows: what the page of the long conversation is measured against.
const PAGE: usize = 50;
const ANSWERS: usize = 100;
const VIEWS: usize = 200;
const SETTLING: Duration = Duration::from_secs(5);

/// How long a request took.
#[derive(Clone, Copy)]
struct Took {
    first: Duration,
    whole: Duration,
}

/// Asks in both and looks at both, in turn, so that whatever else the machine does falls on both.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let pieces = |_: usize, piece: usize| (piece == 0).then(|| "Yes.".to_owned());
    let model = upstream::start(Script { pieces: Box::new(pieces), pause: Duration::ZERO }).await?;
    let database = std::env::var("STOA_TEST_DATABASE").ok();
    let database = database.map(|url| format!("database_url = '{url}'\n")).unwrap_or_default();
    let site = Site::new(&format!("{database}{model}"))?;
    let token = site.member(EMAIL).await?;
    let server = site.start().await?;
    let long = import(&server, &token, MESSAGES).await?;
    let short = import(&server, &token, PAGE).await?;
    // Their words are indexed in the background.
    sleep(SETTLING).await;
    let before = server.resident()?;
    let mut figures = answers(&server, &token, &long).await?;
    let grown = server.resident()?.saturating_sub(before);
    figures.push(Figure::new(
        format!(
            "{MESSAGES} messages: memory that {ANSWERS} answers in it and {ANSWERS} in new ones leave taken"
        ),
        mebibytes(grown),
        "",
    ));
    figures.extend(pages(&server, &token, &long, &short).await?);
    server.stop().await?;
    Ok(figures)
}

/// A session that was brought in; its id.
async fn import(server: &Server, token: &str, length: usize) -> anyhow::Result<String> {
    let file = archive(vec![session(length, length)]).to_string();
    let request = server.request(Method::POST, "/api/chat/sessions/import").bearer_auth(token);
    let request = request.header(CONTENT_TYPE, "application/json").body(file);
    let done: Value = request.send().await?.error_for_status()?.json().await?;
    let id = done.pointer("/sessions/0").and_then(Value::as_str).context("no session was imported")?;
    Ok(id.to_owned())
}

/// From the question to the first byte of the answer's stream, and to its end.
async fn answers(server: &Server, token: &str, long: &str) -> anyhow::Result<Vec<Figure>> {
    let (mut in_long, mut in_new) = (Vec::new(), Vec::new());
    for n in 0..=ANSWERS {
        let new = server.begin_session(token, &format!("New {n}")).await?;
        let (a, b) = (ask(server, token, long).await?, ask(server, token, &new).await?);
        // The first of each warms everything up and does not count.
        if n > 0 {
            in_long.push(a);
            in_new.push(b);
        }
    }
    Ok(vec![
        compare("an answer in it, from question to end", "in a new one", &in_long, &in_new, |took| {
            took.whole
        }),
        compare("… to the first byte of the stream", "in a new one", &in_long, &in_new, |took| took.first),
    ])
}

async fn ask(server: &Server, token: &str, session: &str) -> anyhow::Result<Took> {
    let request = server.request(Method::POST, &format!("/api/chat/sessions/{session}/messages"));
    let request = request.bearer_auth(token).header(ACCEPT, "text/event-stream");
    let (took, text) = timed(request.json(&json!({ "content": "And why is that so?" }))).await?;
    ensure!(text.contains("\"status\":\"succeeded\""), "an answer did not succeed: {text}");
    Ok(took)
}

async fn pages(server: &Server, token: &str, long: &str, short: &str) -> anyhow::Result<Vec<Figure>> {
    let cookie = sign_in(server).await?.context("no cookie")?;
    let middle = middle(server, token, long).await?;
    let addresses = [
        format!("/chat/{short}"),
        format!("/chat/{long}"),
        format!("/chat/{long}?before={middle}"),
        format!("/chat/{long}?message={middle}"),
    ];
    let mut views = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for n in 0..=VIEWS {
        for (address, views) in addresses.iter().zip(&mut views) {
            let (took, text) = timed(server.request(Method::GET, address).header(COOKIE, &cookie)).await?;
            ensure!(text.contains("data-composer"), "no conversation at {address}");
            if n > 0 {
                views.push(took);
            }
        }
    }
    let [alone, newest, older, found] = views;
    let beside = "of one with a page of messages alone";
    Ok(vec![
        compare("its page, whole", beside, &newest, &alone, |took| took.whole),
        compare("its page, to the first byte", beside, &newest, &alone, |took| took.first),
        compare("older messages in its middle", beside, &older, &alone, |took| took.whole),
        compare("a message found in its middle", beside, &found, &alone, |took| took.whole),
    ])
}

/// The id of a message in the middle of a session.
async fn middle(server: &Server, token: &str, session: &str) -> anyhow::Result<String> {
    let mut before = String::new();
    for _ in 0..MESSAGES / 2 / 200 {
        let path = format!("/api/chat/sessions/{session}/messages?limit=200{before}");
        let answer = server.request(Method::GET, &path).bearer_auth(token).send().await?;
        let page: Value = answer.error_for_status()?.json().await?;
        let cursor = page.pointer("/next_cursor").and_then(Value::as_str).context("no older messages")?;
        before = format!("&before={cursor}");
    }
    Ok(before.trim_start_matches("&before=").to_owned())
}

async fn timed(request: RequestBuilder) -> anyhow::Result<(Took, String)> {
    let begun = Instant::now();
    let mut answer = request.send().await?.error_for_status()?;
    let mut bytes = answer.chunk().await?.unwrap_or_default().to_vec();
    let first = begun.elapsed();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok((Took { first, whole: begun.elapsed() }, String::from_utf8(bytes)?))
}

fn compare(what: &str, beside: &str, long: &[Took], other: &[Took], part: fn(&Took) -> Duration) -> Figure {
    let times = |all: &[Took]| all.iter().map(part).collect::<Vec<_>>();
    let (long, other) = (times(long), times(other));
    let ratio = median(&long).as_secs_f64() / median(&other).as_secs_f64();
    let what = format!(
        "{MESSAGES} messages: {what}: {} (p99 {}); {beside}: {}",
        milliseconds(median(&long)),
        milliseconds(percentile(&long, 99)),
        milliseconds(median(&other)),
    );
    Figure::new(what, format!("{ratio:.2} times"), "≤ 1.2 times")
}
