//! Three processes on one PostgreSQL database, one killed every few seconds, while 50 readers follow what they are told
//! wherever somebody answers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stoa::db::Time;
use stoa::models::run::RunStatus;
use stoa::schema::runs;
use tokio::time::sleep;

use super::audit::{Audit, connect};
use super::load::{self, Load};
use super::member::Places;
use super::postgres;
use super::report::Count;
use super::server::{Server, Site};

const PROCESSES: usize = 3;
/// One reader each.
const SESSIONS: usize = 50;
const QUESTIONS: usize = 12;
const MEMBERS: usize = 10;
/// From one kill to the next, in milliseconds.
const LIFE: std::ops::Range<u64> = 2000..4000;
/// How long a killed process stays away, in milliseconds.
const AWAY: std::ops::Range<u64> = 0..1500;
/// How long a claim holds without being renewed, as the processes are told.
const LEASE: Duration = Duration::from_secs(6);
/// How often claims are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Kills one process after the other for as long as it is asked.
pub async fn provoke(seed: u64) -> anyhow::Result<Vec<Count>> {
    let url = postgres::create("replicas")?;
    let config = format!(
        "database_url = '{url}'\n[runs]\nlease_seconds = {}\n{}",
        LEASE.as_secs(),
        load::model().await?
    );
    let sites = (0..PROCESSES).map(|_| Site::new(&config)).collect::<Result<Vec<_>, _>>()?;
    let mut tokens = Vec::new();
    for number in 0..MEMBERS {
        let Some(site) = sites.first() else { break };
        tokens.push(site.member(&format!("m{number}@example.com")).await?);
    }
    let mut servers = Vec::new();
    for site in &sites {
        servers.push(site.start().await?);
    }
    let places = Places::new(servers.iter().map(|server| server.address).collect());
    let load = Load::new(&tokens, &places, SESSIONS, QUESTIONS, seed)?;
    let done = AtomicBool::new(false);
    let killing = kill(&sites, servers, &places, &done, StdRng::seed_from_u64(seed));
    let (seen, killed, stale) = tokio::join!(load.run_until(&done), killing, watch(&url, &done));
    let (seen, starts, stale) = (seen?, killed?, stale?);
    let audit = Audit::read(&url)?;
    let mut counts = vec![
        Count::some("kills", starts.len()),
        load::starts(&starts),
        Count::within(
            "longest that a run was running under a claim nobody renewed",
            stale,
            LEASE + 10 * LOOK,
        ),
    ];
    counts.extend(load.counts(&seen, &audit));
    Ok(counts)
}

async fn kill(
    sites: &[Site],
    servers: Vec<Server>,
    places: &Places,
    done: &AtomicBool,
    mut rng: StdRng,
) -> anyhow::Result<Vec<Duration>> {
    let mut servers: Vec<Option<Server>> = servers.into_iter().map(Some).collect();
    let mut starts = Vec::new();
    loop {
        sleep(Duration::from_millis(rng.random_range(LIFE))).await;
        if done.load(Ordering::Relaxed) {
            return Ok(starts);
        }
        let number = rng.random_range(0..sites.len());
        let (Some(site), Some(place)) = (sites.get(number), servers.get_mut(number)) else { continue };
        if let Some(server) = place.take() {
            server.stop().await?;
        }
        sleep(Duration::from_millis(rng.random_range(AWAY))).await;
        let server = site.start().await?;
        places.moved(number, server.address);
        starts.push(server.ready_after);
        *place = Some(server);
    }
}

/// The longest that any run was running under one claim, by our own clock.
pub async fn watch(url: &str, done: &AtomicBool) -> anyhow::Result<Duration> {
    let mut conn = connect(url)?;
    let mut claims: HashMap<String, (Option<Time>, Instant)> = HashMap::new();
    let mut longest = Duration::ZERO;
    while !done.load(Ordering::Relaxed) {
        let rows: Vec<(String, Option<Time>)> = runs::table
            .filter(runs::status.eq(RunStatus::Running))
            .select((runs::id, runs::lease_expires_at))
            .load(&mut conn)?;
        let now = Instant::now();
        claims.retain(|id, _| rows.iter().any(|(running, _)| running == id));
        for (id, claim) in rows {
            let seen = claims.entry(id).or_insert((claim, now));
            if seen.0 != claim {
                *seen = (claim, now);
            }
            longest = longest.max(now.duration_since(seen.1));
        }
        sleep(LOOK).await;
    }
    Ok(longest)
}
