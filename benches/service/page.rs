//! What a session's page with 50 messages takes.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};
use tokio::time::sleep;

use super::figures::{Figure, median, milliseconds, percentile};
use super::server::{EMAIL, PASSWORD, Server, Site};
use super::upstream::{self, Script};

const EXCHANGES: usize = 25;
const VIEWS: usize = 300;

const ANSWERS: [&str; 3] = [
    "SQLite allows **one writer at a time**. Two pools that write to the same file meet at the lock, and the one \
     that comes second gets `database is locked` unless it waits. The usual way out:\n\n1. Open the database in \
     *WAL* mode.\n2. Give writers a pool of their own with a single connection.\n3. Begin with `BEGIN \
     IMMEDIATE`.\n\nSee [the documentation](https://sqlite.org/wal.html).\n\n> Reading never blocks.\n",
    "### 结论\n\n**写锁只有一把：**两个连接池写同一个文件时，后到的一方会收到 `database is locked`。\n\n\
     | 方案 | 吞吐 | 延迟 |\n|---|---:|---:|\n| 单连接 | 12k/s | 0.1 ms |\n| 连接池 | 3k/s | 5 ms |\n\n\
     - 打开 **WAL** 模式，读者不再等待；\n- 写者共用一个连接。\n",
    "```rust\nuse std::time::Duration;\n\n/// Opens the database for writing.\npub fn open(path: &Path) -> \
     Result<Connection, Error> {\n    let conn = Connection::open(path)?;\n    \
     conn.busy_timeout(Duration::from_secs(5))?;\n    conn.pragma_update(None, \"journal_mode\", \"WAL\")?; // \
     durable\n    Ok(conn)\n}\n```\n\nand in Python:\n\n```python\ndef connect(path: str) -> \
     sqlite3.Connection:\n    \"\"\"Open for writing.\"\"\"\n    return sqlite3.connect(path, timeout=5.0)\n```\n",
];

/// Holds 25 exchanges with Markdown, code and tables, then looks at them again and again.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let pieces = |answer: usize, piece: usize| {
        let text = ANSWERS.get(answer % ANSWERS.len())?;
        (piece == 0).then(|| format!("{text}\nThis was answer {answer}.\n"))
    };
    let config = upstream::start(Script { pieces: Box::new(pieces), pause: Duration::ZERO }).await?;
    let site = Site::new(&config)?;
    let token = site.member(EMAIL).await?;
    let server = site.start().await?;
    let session = server.begin_session(&token, "A long conversation").await?;
    for n in 0..EXCHANGES {
        let run =
            server.say(&token, &session, &format!("Question {n}: why is my *database* locked?")).await?;
        ended(&server, &token, &run).await?;
    }
    let what = format!("session page with {} messages", 2 * EXCHANGES);
    let Some(cookie) = sign_in(&server).await? else {
        return Ok(vec![Figure::new(what, "no pages yet", "< 5 ms")]);
    };
    let cold = view(&server, &session, &cookie).await?;
    let mut warm = Vec::new();
    for _ in 0..VIEWS {
        warm.push(view(&server, &session, &cookie).await?);
    }
    let what = format!(
        "{what}, median of {VIEWS} (p99 {}, the very first {})",
        milliseconds(percentile(&warm, 99)),
        milliseconds(cold)
    );
    server.stop().await?;
    Ok(vec![Figure::new(what, milliseconds(median(&warm)), "< 5 ms")])
}

/// Waits until an answer is finished.
async fn ended(server: &Server, token: &str, run: &str) -> anyhow::Result<()> {
    let stream = server.request(Method::GET, &format!("/api/runs/{run}/stream")).bearer_auth(token);
    stream.send().await?.error_for_status()?.bytes().await?;
    Ok(())
}

/// The session cookie; `None` when there is no page to sign in on.
pub async fn sign_in(server: &Server) -> anyhow::Result<Option<String>> {
    let form = format!("email={}&password={}", EMAIL.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let request = server
        .request(Method::POST, "/login")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form);
    let answer = request.send().await?;
    if answer.status() == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    ensure!(answer.headers().contains_key(LOCATION), "signing in was answered {}", answer.status());
    let cookies: Vec<&str> = answer
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .collect();
    Ok(Some(cookies.join("; ")))
}

/// Asks for the page; returns the time until the whole of it was there.
async fn view(server: &Server, session: &str, cookie: &str) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let answer =
        server.request(Method::GET, &format!("/chat/{session}")).header(COOKIE, cookie).send().await?;
    ensure!(answer.status() == StatusCode::OK, "the page was answered {}", answer.status());
    let text = answer.text().await?;
    let took = begun.elapsed();
    text.find("This was answer 24").context("the page does not hold the last answer")?;
    // One after the other, with the server idle in between.
    sleep(Duration::from_millis(1)).await;
    Ok(took)
}
