//! Many answers at once: what the server adds to each piece on its way from the model to the reader, what is lost,
//! and what the streams weigh.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use diesel::prelude::*;
use stoa::schema::run_events;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::figures::{Figure, mebibytes, median, milliseconds, percentile};
use super::server::{Server, Site};
use super::upstream::{self, Script};

const STREAMS: usize = 500;
const PIECES: usize = 300;
/// 20 pieces a second.
const PAUSE: Duration = Duration::from_millis(50);
/// When the server is weighed, counted from the first stream.
const WEIGHED_AFTER: [u64; 4] = [6, 9, 12, 14];
/// How long a stream may take in all.
const PATIENCE: Duration = Duration::from_secs(90);

/// What one reader saw.
struct Seen {
    delays: Vec<Duration>,
    /// Pieces that did not come, came twice, or came out of order.
    wrong: usize,
}

/// Lets 500 readers follow 500 answers.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let epoch = Instant::now();
    // Each piece says which it is and when it left.
    let pieces = move |_: usize, piece: usize| {
        (piece < PIECES).then(|| format!(" p{piece}:{}", epoch.elapsed().as_micros()))
    };
    let config = upstream::start(Script { pieces: Box::new(pieces), pause: PAUSE }).await?;
    let site = Site::new(&config)?;
    let token = site.member(super::server::EMAIL).await?;
    let server = site.start().await?;
    let mut sessions = Vec::new();
    for n in 0..STREAMS {
        sessions.push(server.begin_session(&token, &format!("Stream {n}")).await?);
    }
    sleep(Duration::from_secs(1)).await;
    let idle = server.resident()?;
    let (readers, heaviest) = tokio::join!(read_all(&server, &token, sessions, epoch), weigh(&server));
    let seen = readers?;
    let growth = heaviest?.saturating_sub(idle);
    server.stop().await?;
    let delays: Vec<Duration> = seen.iter().flat_map(|seen| seen.delays.iter().copied()).collect();
    let wrong: usize = seen.iter().map(|seen| seen.wrong).sum();
    let rows = rows_per_second(&site)?;
    Ok(vec![
        Figure::new(
            format!(
                "{STREAMS} streams: time from model to reader, median (p99 {})",
                milliseconds(percentile(&delays, 99))
            ),
            milliseconds(median(&delays)),
            "< 5 ms",
        ),
        Figure::new(
            format!("{STREAMS} streams: {} pieces, of them lost", delays.len()),
            wrong.to_string(),
            "0",
        ),
        Figure::new(
            format!("{STREAMS} streams: memory beyond {} idle", mebibytes(idle)),
            mebibytes(growth),
            "< 100 MiB",
        ),
        Figure::new(
            format!("{STREAMS} streams: rows of the log for each stream and second"),
            format!("{rows:.1}"),
            "≤ 10",
        ),
    ])
}

async fn read_all(
    server: &Server,
    token: &str,
    sessions: Vec<String>,
    epoch: Instant,
) -> anyhow::Result<Vec<Seen>> {
    let mut readers = JoinSet::new();
    for session in sessions {
        let run = server.say(token, &session, "Go on.").await?;
        let (address, token) = (server.address, token.to_owned());
        readers.spawn(async move { timeout(PATIENCE, read(address, &token, &run, epoch)).await? });
    }
    readers.join_all().await.into_iter().collect()
}

/// Follows a run to its end.
async fn read(address: SocketAddr, token: &str, run: &str, epoch: Instant) -> anyhow::Result<Seen> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /api/runs/{run}/stream HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    // Chunks hold whole events, so lines can be read as if there were no chunks.
    let mut lines = BufReader::new(stream).lines();
    let mut seen = Seen { delays: Vec::with_capacity(PIECES), wrong: 0 };
    let mut expected = 0;
    while let Some(line) = lines.next_line().await? {
        let now = epoch.elapsed();
        if line == "event: end" {
            break;
        }
        let Some(text) = line.strip_prefix("data: {\"message_id\":").and_then(piece_text) else { continue };
        let (number, sent) = text.split_once(':').context("a piece that is not ours")?;
        let (number, sent): (usize, u64) = (number.parse()?, sent.parse()?);
        seen.delays.push(now.saturating_sub(Duration::from_micros(sent)));
        seen.wrong += number.abs_diff(expected);
        expected = number + 1;
    }
    seen.wrong += PIECES.abs_diff(expected);
    Ok(seen)
}

fn piece_text(data: &str) -> Option<&str> {
    data.split_once("\"text\":\" p")?.1.split_once('"').map(|(text, _)| text)
}

/// The most that the server weighs while all streams are open.
async fn weigh(server: &Server) -> anyhow::Result<u64> {
    let begun = Instant::now();
    let mut heaviest = 0;
    for seconds in WEIGHED_AFTER {
        tokio::time::sleep_until(begun + Duration::from_secs(seconds)).await;
        heaviest = heaviest.max(server.resident()?);
    }
    Ok(heaviest)
}

/// Rows of text a second that the busiest stream wrote down.
fn rows_per_second(site: &Site) -> anyhow::Result<f64> {
    let mut conn = SqliteConnection::establish(&site.database().to_string_lossy())?;
    let rows: Vec<(String, i64)> = run_events::table
        .filter(run_events::kind.eq("delta"))
        .select((run_events::run_id, run_events::created_at))
        .load(&mut conn)?;
    let mut runs: HashMap<String, (u32, i64, i64)> = HashMap::new();
    for (run, at) in rows {
        let (count, first, last) = runs.entry(run).or_insert((0, at, at));
        *count += 1;
        (*first, *last) = (at.min(*first), at.max(*last));
    }
    let rates = runs.into_values().filter_map(|(count, first, last)| {
        let milliseconds = u32::try_from(last - first).ok().filter(|time| *time > 0)?;
        Some(f64::from(count - 1) * 1000.0 / f64::from(milliseconds))
    });
    Ok(rates.fold(0.0, f64::max))
}
