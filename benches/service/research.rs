//! What research costs beside the model and the network, both of which answer at once: each step, and twenty researches on
//! two cores with pages of a mebibyte among what they read.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::HttpResponse;
use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::able;
use super::cores::Parted;
use super::figures::{Figure, mebibytes, median, milliseconds, percentile};
use super::inventing::Errors;
use super::member::Member;
use super::server::{EMAIL, Server, Site};
use super::serving;

/// Researches one after the other, and at once.
const ALONE: usize = 10;
const AT_ONCE: usize = 20;
/// Pages that a search finds, and how large they are, in bytes.
const FOUND: usize = 4;
const SMALL: usize = 24 * 1024;
const LARGE: usize = 1024 * 1024;

/// What is researched; each time about something else.
const SUBJECTS: [&str; 20] = [
    "candles",
    "pigeons",
    "compasses",
    "rivers",
    "bridges",
    "printing",
    "glass",
    "bread",
    "sails",
    "clocks",
    "paper",
    "wells",
    "looms",
    "lenses",
    "coins",
    "maps",
    "salt",
    "steam",
    "silk",
    "tides",
];

/// Measures steps, then many researches at once.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut figures = steps().await?;
    figures.extend(many().await?);
    Ok(figures)
}

/// The times of each step of researches made one after the other.
async fn steps() -> anyhow::Result<Vec<Figure>> {
    let site = Site::new(&config(SMALL)?)?;
    let token = site.member(EMAIL).await?;
    let server = site.start().await?;
    let member = Member { server: &server, token: &token };
    give(&member).await?;
    let mut times: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for subject in SUBJECTS.into_iter().cycle().take(ALONE) {
        let (_, run) = member.begin(&question(subject)).await?;
        for (name, took) in follow(&server, &token, &run).await? {
            times.entry(name).or_default().push(took);
        }
        member.wait(&run).await?;
    }
    server.stop().await?;
    let all: Vec<Duration> = times.values().flatten().copied().collect();
    let what = |name: &str, times: &[Duration]| {
        format!("a step of research{name}, of {} (p99 {})", times.len(), milliseconds(percentile(times, 99)))
    };
    let mut figures = vec![Figure::new(what("", &all), milliseconds(median(&all)), "< 50 ms")];
    let each = times
        .iter()
        .map(|(name, times)| Figure::new(what(&format!(": {name}"), times), milliseconds(median(times)), ""));
    figures.extend(each);
    Ok(figures)
}

/// What many researches at once weigh.
async fn many() -> anyhow::Result<Vec<Figure>> {
    let parted = Parted::new();
    let mut site = Site::new(&config(LARGE)?)?;
    site.cores = parted.as_ref().map(|_| Parted::SERVER);
    let token = site.member(EMAIL).await?;
    let server = site.start().await?;
    let member = Member { server: &server, token: &token };
    give(&member).await?;
    let (idle, begun) = (server.resident()?, Instant::now());
    let (member, asked) = (&member, SUBJECTS.into_iter().take(AT_ONCE));
    let researched = asked.map(|subject| async move { member.research(&question(subject)).await });
    let made: Vec<_> = stream::iter(researched).buffer_unordered(AT_ONCE).try_collect().await?;
    let (took, peak) = (begun.elapsed(), server.peak()?);
    server.stop().await?;
    let cores = if parted.is_some() { "2" } else { "all" };
    let what = format!("{AT_ONCE} researches at once on {cores} cores, each with a page of 1 MiB");
    let pages: i64 = made.iter().map(|made| made.report.figures.pages).sum();
    let cited = made.iter().filter(|made| !made.report.citations.is_empty()).count();
    let large =
        made.iter().flat_map(|made| &made.sources).filter(|source| source.content.len() > LARGE / 2).count();
    let memory = format!("{what}: most memory ({} before, {large} of {pages} pages large)", mebibytes(idle));
    Ok(vec![
        Figure::new(memory, mebibytes(peak), "< 200 MiB"),
        Figure::new(format!("{what}: reports with citations"), cited.to_string(), AT_ONCE.to_string()),
        Figure::new(format!("{what}: all of them"), format!("{:.1} s", took.as_secs_f64()), ""),
    ])
}

fn question(subject: &str) -> String {
    format!("How were {subject} made, and what did {subject} cost?")
}

/// A model and a web that answer at once; the first page that a search finds is of that length.
fn config(first: usize) -> anyhow::Result<String> {
    let model = able::start(Errors::default())?;
    let own: Arc<OnceLock<String>> = Arc::default();
    let at = Arc::clone(&own);
    let web =
        serving::start(Arc::new(move |target, _| web(target, at.get().map_or("", String::as_str), first)))?;
    own.get_or_init(|| web.clone());
    let research = "[research]\nallow_hosts = ['127.0.0.1']\ntokens = 10000000\npages = 1000\n";
    let limits = format!("[runs]\nper_user = {AT_ONCE}\n");
    Ok(format!("{limits}{research}[[research.sources]]\nkind = 'searxng'\nurl = '{web}'\n{model}"))
}

/// A place to search, and the pages that it finds.
fn web(target: &str, own: &str, first: usize) -> HttpResponse {
    let Some(url) = Url::parse(own).ok().and_then(|base| base.join(target).ok()) else {
        return HttpResponse::BadRequest().finish();
    };
    let value =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let words = value("q").unwrap_or_default();
    match url.path() {
        "/search" => HttpResponse::Ok().json(found(&words, &url)),
        "/page" => {
            let length = if value("n").as_deref() == Some("0") { first } else { SMALL };
            HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page(&words, length))
        }
        _ => HttpResponse::NotFound().finish(),
    }
}

fn found(words: &str, search: &Url) -> Value {
    let hit = |n: usize| {
        let mut page = search.clone();
        page.set_path("/page");
        page.query_pairs_mut().clear().append_pair("q", words).append_pair("n", &n.to_string());
        json!({ "url": page.as_str(), "title": format!("Page {n} on {words}"), "content": format!("What {words} were.") })
    };
    json!({ "results": (0..FOUND).map(hit).collect::<Vec<_>>() })
}

/// A page of about that many bytes that speaks of the words now and then.
fn page(words: &str, length: usize) -> String {
    let mut page =
        format!("<!doctype html><html><head><title>{words}</title></head><body><article><h1>{words}</h1>");
    for number in 0.. {
        if page.len() >= length {
            break;
        }
        let about = if number % 9 == 0 { words } else { "the trades of the town" };
        let _ = write!(
            page,
            "<p>In the year {number} much was written about {about}, and more was said. Nobody counted the letters that went to \
             and fro between harbour number {number} and the hills. It is told that the masters made them by hand and that they \
             cost {number} pence.</p>"
        );
    }
    page + "</article></body></html>"
}

/// Gives a member something of their own to be found.
async fn give(member: &Member<'_>) -> anyhow::Result<()> {
    for subject in SUBJECTS {
        let text = format!(
            "# On {subject}\n\nThe {subject} of the town were made in winter. They cost a penny in spring.\n"
        );
        member.give(&format!("{subject}.md"), &text).await?;
    }
    Ok(())
}

/// Follows a run to its end: how long each step took, from the word that it has begun to the word that it has ended.
async fn follow(server: &Server, token: &str, run: &str) -> anyhow::Result<Vec<(String, Duration)>> {
    let request = server.request(Method::GET, &format!("/api/runs/{run}/stream")).bearer_auth(token);
    let mut pieces = request.send().await?.error_for_status()?.bytes_stream();
    let (mut text, mut begun, mut took) = (Vec::new(), BTreeMap::new(), Vec::new());
    while let Some(piece) = pieces.try_next().await? {
        let now = Instant::now();
        text.extend_from_slice(&piece);
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = text.drain(..=end).collect();
            let step =
                line.strip_prefix(b"data: ").and_then(|data| serde_json::from_slice::<Value>(data).ok());
            let word = |name: &str| step.as_ref()?.get(name)?.as_str().map(str::to_owned);
            let (Some(key), Some(name), Some(status)) = (word("key"), word("name"), word("status")) else {
                continue;
            };
            if status == "running" {
                begun.insert(key, now);
            } else if let Some(then) = begun.remove(&key).filter(|_| name != "research") {
                took.push((name, now - then));
            }
        }
    }
    begun.is_empty().then_some(took).context("a step did not end")
}
