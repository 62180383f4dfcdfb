//! Readers of answers whose pieces say which they are and when they left the model: how long each took on its way, and
//! what was lost.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use diesel::prelude::*;
use r2d2::ManageConnection;
use stoa::db::{DbTarget, Manager, Synchronous};
use stoa::schema::run_events;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::figures::{Figure, median, milliseconds, percentile};
use super::upstream::Script;

/// Pieces of an answer.
pub const PIECES: usize = 300;
/// 20 pieces a second.
const PAUSE: Duration = Duration::from_millis(50);
/// Answers that took less, in milliseconds, say nothing about how much is written in a second.
const A_SECOND: u32 = 1000;
/// How long an answer may take in all.
const PATIENCE: Duration = Duration::from_secs(90);

/// A model that says such pieces, counting time from `epoch`.
pub fn script(epoch: Instant) -> Script {
    let pieces = move |_: usize, piece: usize| {
        (piece < PIECES).then(|| format!(" p{piece}:{}", epoch.elapsed().as_micros()))
    };
    Script { pieces: Box::new(pieces), pause: PAUSE }
}

/// Those who read, each a run of its own.
pub struct Readers {
    address: SocketAddr,
    token: String,
    epoch: Instant,
    reading: JoinSet<anyhow::Result<Seen>>,
}

/// What they saw.
#[derive(Default)]
pub struct Seen {
    /// From the model to the reader, for each piece.
    pub delays: Vec<Duration>,
    /// Pieces that did not come, came twice, or came out of order.
    pub wrong: usize,
}

impl Readers {
    /// Nobody yet; `epoch` is the script's.
    pub fn new(address: SocketAddr, token: &str, epoch: Instant) -> Self {
        Self { address, token: token.to_owned(), epoch, reading: JoinSet::new() }
    }

    /// Follows one run more.
    pub fn follow(&mut self, run: String) {
        let (address, token, epoch) = (self.address, self.token.clone(), self.epoch);
        self.reading.spawn(async move { timeout(PATIENCE, read(address, &token, &run, epoch)).await? });
    }

    /// Waits for the end of all answers.
    pub async fn finish(self) -> anyhow::Result<Seen> {
        let mut all = Seen::default();
        for seen in self.reading.join_all().await {
            let seen = seen?;
            all.delays.extend(seen.delays);
            all.wrong += seen.wrong;
        }
        Ok(all)
    }
}

impl Seen {
    /// How long pieces took, and how many were lost.
    pub fn figures(&self, what: &str, target: &str) -> Vec<Figure> {
        let p99 = milliseconds(percentile(&self.delays, 99));
        let delay = milliseconds(median(&self.delays));
        vec![
            Figure::new(format!("{what}: time from model to reader, median (p99 {p99})"), delay, target),
            Figure::new(
                format!("{what}: {} pieces, of them lost", self.delays.len()),
                self.wrong.to_string(),
                "0",
            ),
        ]
    }
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

/// How often a second text was written to the log of the busiest run: each write is one row.
pub fn writes(what: &str, target: DbTarget) -> anyhow::Result<Figure> {
    let mut conn = Manager::new(target, Synchronous::Normal).connect()?;
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
        let milliseconds = u32::try_from(last - first).ok().filter(|time| *time >= A_SECOND)?;
        Some(f64::from(count - 1) * 1000.0 / f64::from(milliseconds))
    });
    let busiest = rates.fold(0.0, f64::max);
    Ok(Figure::new(
        format!("{what}: writes to the log for each stream and second"),
        format!("{busiest:.1}"),
        "≤ 10",
    ))
}
