//! Readers that open a stream and never read: they cost little, are cut off after a while, and disturb nobody.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::member::{Member, Places};
use super::report::Count;
use super::server::{Server, Site};
use super::upstream::{self, Script};

/// Answers, each with some who read and many who do not.
const ANSWERS: usize = 8;
const IDLERS: usize = 25;
/// Each answer is 3 MiB in 3,000 pieces, sent within 30 s.
const PIECES: usize = 3000;
const PAUSE: Duration = Duration::from_millis(10);
/// After this long whoever reads nothing is gone: 30 s, and what the system takes to notice.
const GONE: Duration = Duration::from_secs(45);
/// What one who does not read may weigh.
const WEIGHT: u64 = 256;

/// Has 200 readers read nothing while eight read all.
pub async fn provoke() -> anyhow::Result<Vec<Count>> {
    let text = "x".repeat(1024);
    let pieces = move |_: usize, piece: usize| (piece < PIECES).then(|| format!("{piece:06} {text}"));
    let site = Site::new(&upstream::start(Script { pieces: Box::new(pieces), pause: PAUSE }).await?)?;
    let token = site.member("slow@example.com").await?;
    // Twice the same: without those who do not read, and with them.
    let alone = weigh(&site, &token).await?;
    let server = site.start().await?;
    let member = Member::new(&token, &Places::new(vec![server.address]))?;
    let runs = begin(&member).await?;
    let (begun, mut idlers) = (Instant::now(), Vec::new());
    for number in 0..ANSWERS * IDLERS {
        let run = runs.get(number % ANSWERS).context("no run")?;
        idlers.push(open(server.address, &token, run).await?);
    }
    let readers = follow(&member, &runs);
    let (readings, heaviest) = tokio::join!(readers.join_all(), heaviest(&server, GONE));
    let readings: Vec<_> = readings.into_iter().collect::<Result<_, _>>()?;
    let grown = heaviest?.saturating_sub(alone);
    let still = connected(server.address)?;
    let longest = begun.elapsed();
    let wrong = readings.iter().filter(|r| !r.agrees() || r.gaps + r.repeats + r.broken.len() > 0).count();
    let each = grown / u64::try_from(idlers.len())?;
    let cut = cut_off(idlers).await;
    let again = member.once(Method::GET, "/api/chat/sessions?limit=1", None).await;
    server.stop().await?;
    Ok(vec![
        Count::told("readers who read nothing", ANSWERS * IDLERS),
        Count::exactly("… cut off before the end of what they had asked for", cut, ANSWERS * IDLERS),
        Count::none(format!("… still connected after {} s", longest.as_secs()), still),
        Count::told("memory at the most without them", format!("{} MiB", alone / 1024)),
        Count::told("… and with them", format!("{} MiB", (alone + grown) / 1024)),
        Count::new("… for each of them", format!("{each} KiB"), format!("≤ {WEIGHT} KiB"), each <= WEIGHT),
        Count::none("readers beside them who missed something or were cut off", wrong),
        Count::exactly("requests answered afterwards", usize::from(matches!(again, Some((200, _)))), 1),
    ])
}

/// What the server weighs at the most when everybody reads, in KiB.
async fn weigh(site: &Site, token: &str) -> anyhow::Result<u64> {
    let server = site.start().await?;
    let member = Member::new(token, &Places::new(vec![server.address]))?;
    let runs = begin(&member).await?;
    let readers = follow(&member, &runs);
    let (_, heaviest) = tokio::join!(readers.join_all(), heaviest(&server, GONE));
    server.stop().await?;
    heaviest
}

async fn begin(member: &Member) -> anyhow::Result<Vec<String>> {
    let mut runs = Vec::new();
    for number in 0..ANSWERS {
        let session = member.begin(&format!("Long answer {number}")).await?;
        let said = json!({ "content": "Go on." });
        let path = format!("/api/chat/sessions/{session}/messages");
        let (_, sent) = member.persist(Method::POST, &path, &said).await?;
        runs.push(sent.pointer("/run/id").and_then(|id| id.as_str()).context("no run")?.to_owned());
    }
    Ok(runs)
}

fn follow(member: &Member, runs: &[String]) -> JoinSet<anyhow::Result<super::reading::Reading>> {
    let mut readers = JoinSet::new();
    for run in runs {
        let (member, run) = (member.clone(), run.clone());
        readers.spawn(async move { member.follow(&run).await });
    }
    readers
}

/// Asks for a stream with next to no room for it.
async fn open(address: SocketAddr, token: &str, run: &str) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    let mut stream = socket.connect(address).await?;
    let request = format!(
        "GET /api/runs/{run}/stream HTTP/1.1\r\nHost: faults\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

/// The most the server weighs within `time`, in KiB.
async fn heaviest(server: &Server, time: Duration) -> anyhow::Result<u64> {
    let begun = Instant::now();
    let mut heaviest = 0;
    while begun.elapsed() < time {
        heaviest = heaviest.max(server.resident()?);
        sleep(Duration::from_millis(200)).await;
    }
    Ok(heaviest)
}

/// How many connections to a server are open, as Linux counts them.
fn connected(address: SocketAddr) -> anyhow::Result<usize> {
    let place = format!("{:08X}:{:04X}", u32::from_le_bytes([127, 0, 0, 1]), address.port());
    let table = std::fs::read_to_string("/proc/net/tcp")?;
    let open = |line: &&str| {
        let mut fields = line.split_whitespace().skip(1);
        fields.next() == Some(&place) && fields.nth(1) == Some("01")
    };
    // One more is kept alive by whoever asks politely.
    let kept = table.lines().filter(open).filter(|line| !is_idle(line)).count();
    Ok(kept)
}

/// Whether nothing waits to be sent on a connection.
fn is_idle(line: &str) -> bool {
    line.split_whitespace().nth(4).is_some_and(|queues| queues.starts_with("00000000"))
}

/// How many of these connections break before the answer ends.
async fn cut_off(idlers: Vec<TcpStream>) -> usize {
    let mut reading = JoinSet::new();
    for mut idler in idlers {
        reading.spawn(async move {
            let mut rest = Vec::new();
            let read = timeout(Duration::from_secs(5), idler.read_to_end(&mut rest)).await;
            matches!(read, Ok(Err(_))) || matches!(read, Ok(Ok(_))) && !rest.ends_with(b"0\r\n\r\n")
        });
    }
    reading.join_all().await.into_iter().filter(|cut| *cut).count()
}
