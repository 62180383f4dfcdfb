//! Models that misbehave: each answer ends with a reason, keeps what came, and leaves the others alone.

use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::member::{Member, Places};
use super::misbehaviour::{self, FIRST_WORDS, Wrong};
use super::reading::Reading;
use super::report::{Count, seconds};
use super::server::{Server, Site};
use super::upstream::{self, Script};

/// Seconds a model may be silent, here; 60 when nobody says otherwise.
const PATIENCE: u64 = 3;
/// How soon after that an answer has ended.
const SLACK: Duration = Duration::from_secs(10);
/// The most an answer may hold.
const LONGEST: usize = 4 * 1024 * 1024;
/// What the server may grow by: an answer of 4 MiB in small pieces, as text, as events and on its way.
const GROWTH: u64 = 192;
/// Answers of a model that behaves, meanwhile: their pieces come every 20 ms, for 8 s.
const WELL: usize = 10;
const PIECES: usize = 400;
const PAUSE: Duration = Duration::from_millis(20);

/// What came of one answer.
struct Ended {
    wrong: Wrong,
    after: Duration,
    reading: Reading,
    stored: String,
}

/// Asks every one of them at once, and one that behaves.
pub async fn provoke() -> anyhow::Result<Vec<Count>> {
    let pieces = |answer: usize, piece: usize| (piece < PIECES).then(|| format!(" a{answer}p{piece}"));
    let mut config = upstream::start(Script { pieces: Box::new(pieces), pause: PAUSE }).await?;
    for wrong in Wrong::ALL {
        config += &misbehaviour::start(wrong, PATIENCE).await?;
    }
    let site = Site::new(&format!("default_model = 'bench/steady'\n[runs]\nper_user = 100\n{config}"))?;
    let token = site.member("model@example.com").await?;
    let server = site.start().await?;
    let member = Member::new(&token, &Places::new(vec![server.address]))?;
    let idle = server.resident()?;
    let mut well = JoinSet::new();
    for number in 0..WELL {
        let (member, name) = (member.clone(), format!("well {number}"));
        well.spawn(async move { ask(&member, "bench/steady", &name).await });
    }
    let mut ill = JoinSet::new();
    for wrong in Wrong::ALL {
        let member = member.clone();
        ill.spawn(async move { provoke_one(&member, wrong).await });
    }
    let (well, ill, heaviest) = tokio::join!(well.join_all(), ill.join_all(), heaviest(&server));
    let well: Vec<_> = well.into_iter().collect::<Result<_, _>>()?;
    let mut counts = Vec::new();
    for ended in ill {
        counts.extend(judge(&ended?));
    }
    let growth = heaviest?.saturating_sub(idle) / 1024;
    let memory = format!("{growth} MiB beyond {} MiB", idle / 1024);
    counts.push(Count::new("memory at the most", memory, format!("≤ {GROWTH} MiB"), growth <= GROWTH));
    let whole = |(_, reading): &&(String, Reading)| {
        reading.agrees() && reading.status.as_deref() == Some("succeeded")
    };
    counts.push(Count::exactly(
        "answers of a model that behaves: whole",
        well.iter().filter(whole).count(),
        WELL,
    ));
    let wait = well.iter().flat_map(|(_, reading)| longest_wait(reading)).max().unwrap_or_default();
    counts.push(Count::within(
        "… the longest from one piece of 20 ms to the next",
        wait,
        Duration::from_secs(1),
    ));
    server.stop().await?;
    Ok(counts)
}

async fn ask(member: &Member, model: &str, name: &str) -> anyhow::Result<(String, Reading)> {
    let session = member.begin(name).await?;
    let path = format!("/api/chat/sessions/{session}/messages");
    let said = json!({ "content": "Go on.", "model": model });
    let (_, sent) = member.persist(Method::POST, &path, &said).await?;
    let run = sent.pointer("/run/id").and_then(Value::as_str).context("no run")?;
    Ok((session, member.follow(run).await?))
}

async fn provoke_one(member: &Member, wrong: Wrong) -> anyhow::Result<Ended> {
    let begun = Instant::now();
    let name = wrong.name();
    let (session, reading) = ask(member, &format!("{name}/m"), &name).await?;
    let after = begun.elapsed();
    let path = format!("/api/chat/sessions/{session}/messages");
    let (_, listed) = member.persist(Method::GET, &path, &Value::Null).await?;
    let stored = listed.pointer("/messages/1/content").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Ended { wrong, after, reading, stored })
}

/// What was expected of it, and what came.
fn judge(ended: &Ended) -> Vec<Count> {
    let (wrong, reading) = (ended.wrong, &ended.reading);
    let code = match wrong {
        Wrong::Mute | Wrong::Hangs | Wrong::Trickles => "model_timed_out",
        Wrong::Floods => "answer_too_long",
        Wrong::OneLine | Wrong::Garbage | Wrong::Fails => "model_failed",
        Wrong::EndsEarly | Wrong::Resets => "model_truncated",
    };
    let found = reading.code.clone().unwrap_or_default();
    let ends = found == code && reading.status.as_deref() == Some("failed");
    let most = Duration::from_secs(PATIENCE) + SLACK;
    let told = format!("{found} after {}", seconds(ended.after));
    let kept = match wrong {
        Wrong::Mute => ended.stored.is_empty(),
        Wrong::Floods => ended.stored.starts_with(FIRST_WORDS) && ended.stored.len() >= LONGEST,
        _ => ended.stored == FIRST_WORDS,
    };
    let size = format!("{} bytes", ended.stored.len());
    let name = wrong.name();
    vec![
        Count::new(
            format!("{name}: ends"),
            told,
            format!("{code} ≤ {}", seconds(most)),
            ends && ended.after <= most,
        ),
        Count::new("… what came is kept, and what was shown", size, "all of it", kept && reading.agrees()),
    ]
}

/// The most the server weighs until all is over, in KiB.
async fn heaviest(server: &Server) -> anyhow::Result<u64> {
    let (begun, mut heaviest) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(PATIENCE) + SLACK {
        heaviest = heaviest.max(server.resident()?);
        sleep(Duration::from_millis(50)).await;
    }
    Ok(heaviest)
}

fn longest_wait(reading: &Reading) -> Option<Duration> {
    let pairs = reading.shown.iter().zip(reading.shown.iter().skip(1));
    pairs.map(|(one, next)| next.at.duration_since(one.at)).max()
}
