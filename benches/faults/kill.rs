//! `kill -9` at random points of 200 answers, on SQLite: nothing said is lost, nothing is there twice, nothing runs on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::time::sleep;

use super::audit::Audit;
use super::load::{self, Load};
use super::member::Places;
use super::report::Count;
use super::server::{Server, Site};

/// 200 answers.
const SESSIONS: usize = 40;
const QUESTIONS: usize = 5;
const MEMBERS: usize = 8;
/// How long a process lives, in milliseconds.
const LIFE: std::ops::Range<u64> = 300..1500;

/// Kills and starts the server again for as long as it is asked.
pub async fn provoke(seed: u64) -> anyhow::Result<Vec<Count>> {
    let site = Site::new(&load::model().await?)?;
    let mut tokens = Vec::new();
    for number in 0..MEMBERS {
        tokens.push(site.member(&format!("m{number}@example.com")).await?);
    }
    let server = site.start().await?;
    let places = Places::new(vec![server.address]);
    let load = Load::new(&tokens, &places, SESSIONS, QUESTIONS, seed)?;
    let done = AtomicBool::new(false);
    let killing = kill(&site, server, &places, &done, StdRng::seed_from_u64(seed));
    let (seen, killed) = tokio::join!(load.run_until(&done), killing);
    let (seen, (server, starts)) = (seen?, killed?);
    server.stop().await?;
    let audit = Audit::read(&site.database().to_string_lossy())?;
    let mut counts = vec![Count::some("kills", starts.len()), load::starts(&starts)];
    counts.extend(load.counts(&seen, &audit));
    Ok(counts)
}

async fn kill(
    site: &Site,
    mut server: Server,
    places: &Places,
    done: &AtomicBool,
    mut rng: StdRng,
) -> anyhow::Result<(Server, Vec<Duration>)> {
    let mut starts = Vec::new();
    loop {
        sleep(Duration::from_millis(rng.random_range(LIFE))).await;
        if done.load(Ordering::Relaxed) {
            return Ok((server, starts));
        }
        server.stop().await?;
        server = site.start().await?;
        places.moved(0, server.address);
        starts.push(server.ready_after);
    }
}
