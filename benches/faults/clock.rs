//! Clocks that jump by up to two days, forward and back, in two processes on one PostgreSQL database: no run is taken from a
//! process that lives, and those of a dead one are taken over in time.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use reqwest::Method;
use tokio::time::sleep;

use super::audit::Audit;
use super::load::{self, Load, Seen};
use super::member::{Member, Places};
use super::report::Count;
use super::server::{Server, Site};
use super::{postgres, replicas};

const SESSIONS: usize = 30;
const QUESTIONS: usize = 6;
/// What clocks jump to, as libfaketime reads it.
const JUMPS: [&str; 6] = ["-2d", "-1h", "-20s", "+20s", "+1h", "+2d"];
/// From one jump to the next.
const PAUSE: Duration = Duration::from_millis(700);
const LEASE: Duration = Duration::from_secs(6);
/// When the second process is killed.
const DEATH: Duration = Duration::from_secs(3);

/// Two processes whose clocks can be set.
struct Clocks {
    sites: [Site; 2],
    tokens: Vec<String>,
}

impl Clocks {
    async fn new(url: &str, library: &Path) -> anyhow::Result<Self> {
        let config = format!(
            "database_url = '{url}'\n[runs]\nlease_seconds = {}\nkeep_events_hours = 1000000\n{}",
            LEASE.as_secs(),
            load::model().await?
        );
        let mut sites = [Site::new(&config)?, Site::new(&config)?];
        for site in &mut sites {
            let file = clock(site);
            std::fs::write(&file, "+0")?;
            site.environment = vec![
                ("LD_PRELOAD", library.to_string_lossy().into_owned()),
                ("FAKETIME_TIMESTAMP_FILE", file.to_string_lossy().into_owned()),
                ("FAKETIME_NO_CACHE", "1".to_owned()),
                ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ];
        }
        let tokens = vec![sites[0].member("clock@example.com").await?];
        Ok(Self { sites, tokens })
    }

    /// Sets a clock again and again; how often.
    async fn jump(&self, done: &AtomicBool, mut rng: StdRng) -> anyhow::Result<usize> {
        let mut jumps = 0;
        while !done.load(Ordering::Relaxed) {
            let site = self.sites.choose(&mut rng).context("no process")?;
            let jump = JUMPS.choose(&mut rng).context("no jump")?;
            std::fs::write(clock(site), jump)?;
            jumps += 1;
            sleep(PAUSE).await;
        }
        Ok(jumps)
    }
}

fn clock(site: &Site) -> PathBuf {
    site.path().join("clock")
}

/// Sets clocks under answers; then once more, and kills one of the two.
pub async fn provoke(seed: u64) -> anyhow::Result<Vec<Count>> {
    let Some(library) = library()? else {
        return Ok(vec![Count::told("left out: libfaketime is not there", "–")]);
    };
    let url = postgres::create("clocks")?;
    let clocks = Clocks::new(&url, &library).await?;
    let (mut counts, mut all) = (Vec::new(), Seen::default());
    for dies in [false, true] {
        let servers = [clocks.sites[0].start().await?, clocks.sites[1].start().await?];
        let places = Places::new(servers.iter().map(|server| server.address).collect());
        let mut load = Load::new(&clocks.tokens, &places, SESSIONS, QUESTIONS, seed)?;
        (load.name, load.go_on) = (if dies { "dies" } else { "lives" }, 0);
        let done = AtomicBool::new(false);
        let rng = StdRng::seed_from_u64(seed);
        let (seen, jumps, stale, far) = tokio::join!(
            load.run_until(&done),
            clocks.jump(&done, rng),
            replicas::watch(&url, &done),
            end(servers, dies, &places, &clocks.tokens, &done),
        );
        let (seen, stale) = (seen?, stale?);
        let interrupted = seen.readings.iter().filter(|r| r.status.as_deref() == Some("interrupted")).count();
        let what = if dies { "one process killed" } else { "both processes alive" };
        counts.push(Count::some(format!("{what}: jumps"), jumps?));
        counts.push(Count::some("… times an answer was dated more than 10 s from now", far?));
        counts.push(Count::within(
            "… longest that a run was running under a claim nobody renewed",
            stale,
            LEASE + Duration::from_secs(1),
        ));
        counts.push(match dies {
            true => Count::some("… runs taken over from the dead one", interrupted),
            false => Count::none("… runs taken from a living one", interrupted),
        });
        all.questions.extend(seen.questions);
        all.readings.extend(seen.readings);
    }
    counts.extend(load::readers(&all));
    counts.extend(load::stored(&all, &Audit::read(&url)?));
    Ok(counts)
}

/// Kills the second process if it is to die; looks at the dates of answers until all is over.
async fn end(
    servers: [Server; 2],
    dies: bool,
    places: &Places,
    tokens: &[String],
    done: &AtomicBool,
) -> anyhow::Result<usize> {
    let [first, second] = servers;
    let member = Member::new(tokens.first().context("nobody")?, places)?;
    let mut second = Some(second);
    let (begun, mut far) = (std::time::Instant::now(), 0);
    while !done.load(Ordering::Relaxed) {
        sleep(Duration::from_millis(200)).await;
        if dies
            && begun.elapsed() > DEATH
            && let Some(server) = second.take()
        {
            server.stop().await?;
            places.moved(1, first.address);
        }
        far += usize::from(is_far(&member).await.unwrap_or(false));
    }
    Ok(far)
}

/// Whether a process dates its answer far from now.
async fn is_far(member: &Member) -> anyhow::Result<bool> {
    let answer = member.request(Method::GET, "/healthz")?.send().await?;
    let date = answer.headers().get("date").context("no date")?.to_str()?.to_owned();
    let date = chrono::DateTime::parse_from_rfc2822(&date)?;
    Ok((chrono::Utc::now() - date.to_utc()).num_seconds().abs() > 10)
}

/// The library that tells a process another time, where Debian keeps it.
fn library() -> anyhow::Result<Option<PathBuf>> {
    for folder in std::fs::read_dir("/usr/lib")? {
        let library = folder?.path().join("faketime/libfaketimeMT.so.1");
        if library.exists() {
            return Ok(Some(library));
        }
    }
    Ok(None)
}
