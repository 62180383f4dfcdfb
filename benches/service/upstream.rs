//! A model server whose answers come at a steady pace; knows nothing of what is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// The text of piece `.1` of answer `.0`, asked for when it is about to be sent; `None` ends the answer.
type Pieces = dyn Fn(usize, usize) -> Option<String> + Send + Sync;

/// How answers are given.
pub struct Script {
    /// What is said.
    pub pieces: Box<Pieces>,
    /// From one piece to the next.
    pub pause: Duration,
}

/// Starts the server on a port of its own; returns the part of `stoa.toml` that names it.
pub async fn start(script: Script) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (script, answers) = (Arc::new(script), Arc::new(AtomicUsize::new(0)));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&answers)));
        }
    });
    Ok(format!(
        "[[providers]]\nname = 'bench'\nbase_url = 'http://{address}/v1'\nmodels = [{{ name = 'steady' }}]\n"
    ))
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, answers: Arc<AtomicUsize>) {
    // A client that left early is its own affair.
    let _ = answer(&mut stream, &script, &answers).await;
}

async fn answer(stream: &mut TcpStream, script: &Script, answers: &AtomicUsize) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    read_request(stream).await?;
    let number = answers.fetch_add(1, Ordering::Relaxed);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    let mut ticks = interval_at(Instant::now(), script.pause.max(Duration::from_micros(1)));
    // A late piece is late; the others keep to their times.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for piece in 0.. {
        ticks.tick().await;
        let Some(text) = (script.pieces)(number, piece) else { break };
        send(stream, &json!({ "choices": [{ "index": 0, "delta": { "content": text } }] })).await?;
    }
    send(stream, &json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] })).await?;
    stream.write_all(b"data: [DONE]\n\n").await?;
    Ok(stream.shutdown().await?)
}

async fn send(stream: &mut TcpStream, chunk: &Value) -> std::io::Result<()> {
    stream.write_all(format!("data: {chunk}\n\n").as_bytes()).await
}

/// Reads a request to its end; what it says does not matter.
async fn read_request(stream: &mut TcpStream) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        anyhow::ensure!(stream.read_buf(&mut bytes).await? > 0, "the client left");
    };
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.context("a body without length")?.trim().parse()?;
    while bytes.len() < end + length {
        anyhow::ensure!(stream.read_buf(&mut bytes).await? > 0, "the client left");
    }
    Ok(())
}
