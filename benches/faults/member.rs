//! A member who asks and reads whatever breaks: says it again under the same name, goes on reading elsewhere.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rand::seq::IndexedRandom;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use stoa::clients::http::http_client;
use tokio::time::{sleep, timeout};

use super::reading::Reading;

/// How long anything is tried again.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long one try of anything but a stream may take.
const ONE_TRY: Duration = Duration::from_secs(20);
/// From one try to the next.
const PAUSE: Duration = Duration::from_millis(50);

/// Where the processes listen; a dead one keeps its place until the next takes it.
#[derive(Clone, Default)]
pub struct Places(Arc<RwLock<Vec<SocketAddr>>>);

impl Places {
    /// These.
    pub fn new(all: Vec<SocketAddr>) -> Self {
        Self(Arc::new(RwLock::new(all)))
    }

    /// Says where the process of that number listens now.
    pub fn moved(&self, number: usize, address: SocketAddr) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = all.get_mut(number) {
            *place = address;
        }
    }

    /// Any of them.
    fn any(&self) -> Option<SocketAddr> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.choose(&mut rand::rng()).copied()
    }
}

/// How requests were answered: how often each way.
#[derive(Clone, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<String, usize>>>);

impl Tally {
    /// Counts one.
    pub fn add(&self, answer: impl Into<String>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(answer.into()).or_default() += 1;
    }

    /// All of these together.
    pub fn sum(all: &[Self]) -> Self {
        let mut sum = BTreeMap::new();
        for tally in all {
            for (answer, count) in tally.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                *sum.entry(answer.clone()).or_default() += count;
            }
        }
        Self(Arc::new(Mutex::new(sum)))
    }

    /// All of it, in one line.
    pub fn line(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(answer, count)| format!("{answer}: {count}")).collect::<Vec<_>>().join(", ")
    }
}

/// A question that was accepted.
#[derive(Clone)]
pub struct Asked {
    /// The run that answers.
    pub run: String,
    /// The message it writes.
    pub answer: String,
}

impl Asked {
    fn read(body: &Value) -> anyhow::Result<Self> {
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let (run, answer) = (text("/run/id"), text("/run/message_id"));
        Ok(Self { run: run.context("no run")?, answer: answer.context("no answer")? })
    }
}

/// A member.
#[derive(Clone)]
pub struct Member {
    client: Client,
    token: String,
    places: Places,
    /// How all requests but streams were answered, every try.
    pub tally: Tally,
}

impl Member {
    /// Who has that token.
    pub fn new(token: &str, places: &Places) -> anyhow::Result<Self> {
        let (token, places) = (token.to_owned(), places.clone());
        Ok(Self { client: http_client()?, token, places, tally: Tally::default() })
    }

    /// A request to any process.
    pub fn request(&self, method: Method, path: &str) -> anyhow::Result<RequestBuilder> {
        let place = self.places.any().context("no process")?;
        Ok(self.client.request(method, format!("http://{place}{path}")).bearer_auth(&self.token))
    }

    /// Asks once: the status and the body; `None` when there was no answer.
    pub async fn once(&self, method: Method, path: &str, body: Option<&Value>) -> Option<(u16, Value)> {
        let request = self.request(method, path).ok()?.timeout(ONE_TRY);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answered = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            Ok::<_, reqwest::Error>((status, response.text().await?))
        };
        let Ok((status, text)) = answered.await else {
            self.tally.add("no answer");
            return None;
        };
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        match body.get("code").and_then(Value::as_str) {
            Some(code) => self.tally.add(format!("{status} {code}")),
            None => self.tally.add(status.to_string()),
        }
        Some((status, body))
    }

    /// Asks again and again, until the answer is one of a server that is well.
    pub async fn persist(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<(u16, Value)> {
        let begun = Instant::now();
        let body = (method != Method::GET).then_some(body);
        loop {
            match self.once(method.clone(), path, body).await {
                Some(answer) if answer.0 < 500 => return Ok(answer),
                _ => sleep(PAUSE).await,
            }
            ensure!(
                begun.elapsed() < PATIENCE,
                "{path} was not answered for {PATIENCE:?}: {}",
                self.tally.line()
            );
        }
    }

    /// Begins a session that has a name, so that no model is asked for one.
    pub async fn begin(&self, name: &str) -> anyhow::Result<String> {
        let (_, session) = self.persist(Method::POST, "/api/chat/sessions", &json!({ "name": name })).await?;
        Ok(session.get("id").and_then(Value::as_str).context("a session without id")?.to_owned())
    }

    /// Says something until it is accepted, always under the same name.
    pub async fn ask(&self, session: &str, content: &str) -> anyhow::Result<Asked> {
        let path = format!("/api/chat/sessions/{session}/messages");
        let said = json!({ "content": content, "client_id": content });
        let (status, body) = self.persist(Method::POST, &path, &said).await?;
        ensure!(status == 202, "{content} was refused with {status}: {body}");
        Asked::read(&body)
    }

    /// Has an answer that broke off go on. `None` when an earlier try has done so already, unknown to us.
    pub async fn go_on(&self, session: &str, answer: &str) -> anyhow::Result<Option<Asked>> {
        let path = format!("/api/chat/sessions/{session}/messages/{answer}/continue");
        let (status, body) = self.persist(Method::POST, &path, &json!({})).await?;
        match status {
            202 => Asked::read(&body).map(Some),
            _ => {
                ensure!(status == 409, "to go on was refused with {status}: {body}");
                Ok(None)
            }
        }
    }

    /// Waits until no answer is made in a session.
    pub async fn rest(&self, session: &str) -> anyhow::Result<()> {
        let path = format!("/api/chat/sessions/{session}");
        let begun = Instant::now();
        loop {
            let (_, body) = self.persist(Method::GET, &path, &Value::Null).await?;
            let status = body.pointer("/session/run_status").and_then(Value::as_str);
            if !matches!(status, Some("queued" | "running")) {
                return Ok(());
            }
            ensure!(begun.elapsed() < PATIENCE, "an answer has been {status:?} for {PATIENCE:?}");
            sleep(PAUSE).await;
        }
    }

    /// Reads a run to its end, going on at any process whenever a connection breaks.
    pub async fn follow(&self, run: &str) -> anyhow::Result<Reading> {
        let mut reading = Reading::default();
        let begun = Instant::now();
        while reading.status.is_none() {
            // What broke does not matter: the reader comes back.
            let _ = self.read(run, &mut reading).await;
            ensure!(begun.elapsed() < PATIENCE, "run {run} has no end after {PATIENCE:?}");
            if reading.status.is_none() {
                reading.broken.push(Instant::now());
                sleep(PAUSE).await;
            }
        }
        Ok(reading)
    }

    async fn read(&self, run: &str, reading: &mut Reading) -> anyhow::Result<()> {
        let request = self.request(Method::GET, &format!("/api/runs/{run}/stream"))?;
        let request = request.header("Last-Event-ID", reading.last.to_string());
        let mut response = timeout(ONE_TRY, request.send()).await??.error_for_status()?;
        let mut rest = Vec::new();
        // Heartbeats come every 10 s.
        while let Some(bytes) = timeout(ONE_TRY, response.chunk()).await?? {
            rest.extend_from_slice(&bytes);
            while let Some(end) = rest.windows(2).position(|two| two == b"\n\n") {
                let frame: Vec<u8> = rest.drain(..end + 2).collect();
                reading.take(&String::from_utf8_lossy(&frame));
            }
        }
        Ok(())
    }
}
