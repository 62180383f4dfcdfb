//! Very many answers at once on two cores: what the server adds to each piece on its way from the model to the reader,
//! what is lost, and what the streams weigh.

use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use stoa::db::DbTarget;
use tokio::time::{Instant, sleep};

use super::cores::Parted;
use super::figures::{Figure, mebibytes};
use super::follow::{self, Readers};
use super::server::{EMAIL, Server, Site};
use super::upstream;

const STREAMS: usize = 1000;
/// How many questions are on their way at once.
const ASKERS: usize = 8;

/// Lets a reader follow each answer.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let parted = Parted::new();
    let epoch = Instant::now();
    let model = upstream::start(follow::script(epoch)).await?;
    let limits = format!("[runs]\nat_once = {STREAMS}\nper_user = {STREAMS}\n");
    let mut site = Site::new(&format!("{limits}{model}"))?;
    site.cores = parted.as_ref().map(|_| Parted::SERVER);
    let token = site.member(EMAIL).await?;
    let server = site.start().await?;
    let mut readers = Readers::new(server.address, &token, epoch);
    let sessions = sessions(&server, &token).await?;
    sleep(Duration::from_secs(1)).await;
    let (idle, begun) = (server.resident()?, Instant::now());
    ask(&server, &token, &sessions, &mut readers).await?;
    let asking = begun.elapsed();
    let seen = readers.finish().await?;
    let (took, peak, ticks) = (begun.elapsed(), server.peak()?, server.processor_ticks()?);
    server.stop().await?;
    let what = format!("{STREAMS} streams on {} cores", if parted.is_some() { "2" } else { "all" });
    let memory = format!(
        "{what}: most memory ({} before, all begun after {asking:.1?} of {took:.1?})",
        mebibytes(idle)
    );
    let mut figures = seen.figures(&what, "< 20 ms");
    figures.extend([
        Figure::new(memory, mebibytes(peak), "< 150 MiB"),
        Figure::new(format!("{what}: processor time"), format!("{} s", ticks / 100), ""),
        follow::writes(&what, DbTarget::Sqlite(site.database()))?,
        Figure::new(format!("{what}: \"database is locked\""), site.locked()?.to_string(), "0"),
    ]);
    Ok(figures)
}

async fn sessions(server: &Server, token: &str) -> anyhow::Result<Vec<String>> {
    let mut sessions = Vec::with_capacity(STREAMS);
    for n in 0..STREAMS {
        sessions.push(server.begin_session(token, &format!("Stream {n}")).await?);
    }
    Ok(sessions)
}

/// Says something in each session and follows what is answered.
async fn ask(server: &Server, token: &str, sessions: &[String], readers: &mut Readers) -> anyhow::Result<()> {
    let asked = stream::iter(sessions).map(|session| server.say(token, session, "Go on."));
    let mut asked = pin!(asked.buffer_unordered(ASKERS));
    while let Some(run) = asked.try_next().await? {
        readers.follow(run);
    }
    Ok(())
}
