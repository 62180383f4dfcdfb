//! PostgreSQL stopped and started under load, first in good order, then as if it had crashed: refusals are clear meanwhile,
//! and all goes on without a restart of ours.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use stoa::schema::chat_sessions;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::audit::{Audit, connect};
use super::load::{self, Load, Seen};
use super::member::{Member, Places};
use super::postgres;
use super::report::{Count, seconds};
use super::server::Site;

const SESSIONS: usize = 20;
const QUESTIONS: usize = 16;
/// How long PostgreSQL is away each time, and how long it is left alone before.
const AWAY: Duration = Duration::from_secs(3);
const CALM: Duration = Duration::from_secs(6);
/// From one probe to the next.
const PROBE: Duration = Duration::from_millis(50);
/// How long after PostgreSQL is back everything must be well again.
const RECOVERY: Duration = Duration::from_secs(5);

/// One request, as it was answered.
struct Probe {
    asked: Instant,
    answered: Instant,
    what: &'static str,
    /// Nothing when there was no answer.
    answer: Option<(u16, Value)>,
}

/// When PostgreSQL began to stop, and when it was there again.
struct Outage {
    how: &'static str,
    from: Instant,
    to: Instant,
}

/// Stops and starts the server that `scripts/postgres` has started.
pub async fn provoke(seed: u64) -> anyhow::Result<Vec<Count>> {
    let url = postgres::create("restarted")?;
    let site = Site::new(&format!("database_url = '{url}'\n{}", load::model().await?))?;
    let token = site.member("restart@example.com").await?;
    let server = site.start().await?;
    let places = Places::new(vec![server.address]);
    let load = Load::new(std::slice::from_ref(&token), &places, SESSIONS, QUESTIONS, seed)?;
    let prober = Member::new(&token, &places)?;
    let done = AtomicBool::new(false);
    let breaking = async {
        let outages = [break_down("fast").await?, break_down("immediate").await?];
        sleep(CALM).await;
        done.store(true, Ordering::Relaxed);
        Ok::<_, anyhow::Error>(outages)
    };
    let (seen, outages, probes) = tokio::join!(load.run(), breaking, probe(&prober, &done));
    let (seen, outages) = (seen?, outages?);
    let mut counts = Vec::new();
    for outage in &outages {
        counts.extend(during(outage, &probes));
    }
    counts.extend(all(&url, &outages, &probes)?);
    counts.push(Count::told("other requests by answer, every try", load.tally()));
    counts.extend(talk(&seen, &url)?);
    drop(server);
    Ok(counts)
}

async fn break_down(how: &'static str) -> anyhow::Result<Outage> {
    sleep(CALM).await;
    let from = Instant::now();
    postgres::control(&["stop", "-m", how]).await?;
    sleep(AWAY).await;
    postgres::control(&["start"]).await?;
    Ok(Outage { how, from, to: Instant::now() })
}

/// Reads, writes and asks whether all is well, again and again, without waiting for the answers.
async fn probe(member: &Member, done: &AtomicBool) -> Vec<Probe> {
    let mut asked = JoinSet::new();
    while !done.load(Ordering::Relaxed) {
        for (what, method, path) in [
            ("read", Method::GET, "/api/chat/sessions?limit=1"),
            ("write", Method::POST, "/api/chat/sessions"),
            ("readyz", Method::GET, "/readyz"),
        ] {
            let member = member.clone();
            asked.spawn(async move {
                let (asked, body) = (Instant::now(), json!({ "name": "Probe" }));
                let body = (method == Method::POST).then_some(&body);
                let answer = member.once(method, path, body).await;
                Probe { asked, answered: Instant::now(), what, answer }
            });
        }
        sleep(PROBE).await;
    }
    asked.join_all().await
}

fn is_good(probe: &Probe) -> bool {
    matches!(probe.answer, Some((200, _)))
}

/// What happened while PostgreSQL was away, and how soon it was over.
fn during(outage: &Outage, probes: &[Probe]) -> Vec<Count> {
    let how = outage.how;
    let meanwhile = |probe: &&Probe| probe.asked >= outage.from && probe.asked < outage.to;
    let of = |status: u16| {
        let is = |probe: &&Probe| matches!(&probe.answer, Some((found, _)) if *found == status);
        probes.iter().filter(meanwhile).filter(is).count()
    };
    let slowest = probes.iter().filter(meanwhile).map(|probe| probe.answered - probe.asked).max();
    let last_bad = probes.iter().filter(|probe| !is_good(probe) && probe.asked < outage.to + CALM);
    let last_bad = last_bad.map(|probe| probe.asked).filter(|asked| *asked >= outage.from).max();
    let recovery = last_bad.map(|asked| asked.saturating_duration_since(outage.to)).unwrap_or_default();
    vec![
        Count::told(format!("stop -m {how}: PostgreSQL away"), seconds(outage.to - outage.from)),
        Count::told("… asked meanwhile, answered 200 (some after it was back)", of(200)),
        Count::some("… answered 503", of(503)),
        Count::told("… the slowest answer", seconds(slowest.unwrap_or_default())),
        Count::within(
            "… the last request that failed was asked so long after it was back",
            recovery,
            RECOVERY,
        ),
    ]
}

/// What was answered in all.
fn all(url: &str, outages: &[Outage; 2], probes: &[Probe]) -> anyhow::Result<Vec<Count>> {
    let has = |probe: &&Probe, status: u16| matches!(&probe.answer, Some((found, _)) if *found == status);
    let unclear = |probe: &&Probe| match &probe.answer {
        Some((503, body)) => {
            let told = ["code", "error"].map(|name| body.get(name).and_then(Value::as_str));
            probe.what != "readyz" && (told.first() != Some(&Some("unavailable")) || told.contains(&None))
        }
        _ => false,
    };
    let other = |probe: &&Probe| !has(probe, 200) && !has(probe, 503);
    let calm = |probe: &&Probe| {
        outages.iter().all(|outage| probe.answered < outage.from || probe.asked > outage.to + RECOVERY)
    };
    let made: Vec<&str> =
        probes.iter().filter(|probe| probe.what == "write").filter(is_made).filter_map(id).collect();
    let stored: Vec<String> = chat_sessions::table.select(chat_sessions::id).load(&mut connect(url)?)?;
    let stored: HashSet<&str> = stored.iter().map(String::as_str).collect();
    Ok(vec![
        Count::told("probes (reads, writes, /readyz)", probes.len()),
        Count::none("neither 200 nor 503, or no answer", probes.iter().filter(other).count()),
        Count::none("503 without its code and sentence", probes.iter().filter(unclear).count()),
        Count::none(
            "failures while PostgreSQL was there",
            probes.iter().filter(calm).filter(|p| !is_good(p)).count(),
        ),
        Count::told("writes accepted", made.len()),
        Count::none("… and lost", made.iter().filter(|id| !stored.contains(**id)).count()),
    ])
}

fn is_made(probe: &&Probe) -> bool {
    is_good(probe)
}

fn id(probe: &Probe) -> Option<&str> {
    probe.answer.as_ref()?.1.get("id")?.as_str()
}

fn talk(seen: &Seen, url: &str) -> anyhow::Result<Vec<Count>> {
    let mut counts = load::readers(seen);
    counts.extend(load::stored(seen, &Audit::read(url)?));
    Ok(counts)
}
