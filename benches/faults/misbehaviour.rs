//! Model servers that do not behave, each in its own way; knows nothing of what comes of it.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// What a server does wrong after its first words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It says nothing at all, not even that it has heard.
    Mute,
    /// It falls silent after some words.
    Hangs,
    /// One byte now and then, which never make an event.
    Trickles,
    /// 10 MB in small pieces.
    Floods,
    /// 10 MB in one line.
    OneLine,
    /// Bytes that are no text and no JSON.
    Garbage,
    /// It ends in good order, but too early.
    EndsEarly,
    /// The connection is reset after some words.
    Resets,
    /// It says that it has failed, after some words.
    Fails,
}

impl Wrong {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Mute,
        Self::Hangs,
        Self::Trickles,
        Self::Floods,
        Self::OneLine,
        Self::Garbage,
        Self::EndsEarly,
        Self::Resets,
        Self::Fails,
    ];

    /// The name of its provider.
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// What all but the mute one say before they go wrong.
pub const FIRST_WORDS: &str = "To begin with, ";
/// From one byte of a trickle to the next.
const DRIP: Duration = Duration::from_millis(300);
/// What a flood is made of.
const DROP: &str = "0123456789abcdef0123456789abcde ";
const FLOOD: usize = 10_000_000;

/// Starts a server; returns the part of `stoa.toml` that names it. `patience` is how many seconds of silence it is allowed.
pub async fn start(wrong: Wrong, patience: u64) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (address, name) = (listener.local_addr()?, wrong.name());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                // The client leaves when it has had enough.
                let _ = answer(stream, wrong).await;
            });
        }
    });
    Ok(format!(
        "[[providers]]\nname = '{name}'\nbase_url = 'http://{address}/v1'\nmodels = [{{ name = 'm' }}]\n\
         idle_timeout_seconds = {patience}\n"
    ))
}

async fn answer(mut stream: TcpStream, wrong: Wrong) -> anyhow::Result<()> {
    // The question is short, and what it says does not matter.
    let mut question = [0; 65536];
    anyhow::ensure!(stream.read(&mut question).await? > 0);
    if wrong == Wrong::Mute {
        return silence(&mut stream).await;
    }
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        .await?;
    stream.write_all(piece(FIRST_WORDS).as_bytes()).await?;
    match wrong {
        Wrong::Mute | Wrong::Hangs => silence(&mut stream).await?,
        Wrong::Trickles => loop {
            stream.write_all(b"d").await?;
            sleep(DRIP).await;
        },
        Wrong::Floods => {
            let hundred = piece(DROP).repeat(100);
            for _ in 0..FLOOD / DROP.len() / 100 {
                stream.write_all(hundred.as_bytes()).await?;
            }
        }
        Wrong::OneLine => stream.write_all(piece(&"x".repeat(FLOOD)).as_bytes()).await?,
        Wrong::Garbage => stream.write_all(b"data: \xff\xfe\x00{{{]]\n\ndata: \x01\x02\n\n").await?,
        Wrong::EndsEarly => {}
        Wrong::Resets => {
            // What was said arrives before the reset does.
            sleep(DRIP).await;
            stream.set_zero_linger()?;
        }
        Wrong::Fails => {
            let failure = json!({ "error": { "message": "out of memory", "code": 500 } });
            stream.write_all(format!("data: {failure}\n\n").as_bytes()).await?;
        }
    }
    Ok(())
}

/// Waits until the client leaves.
async fn silence(stream: &mut TcpStream) -> anyhow::Result<()> {
    let _ = stream.read(&mut [0; 64]).await?;
    Ok(())
}

fn piece(text: &str) -> String {
    format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": { "content": text } }] }))
}
