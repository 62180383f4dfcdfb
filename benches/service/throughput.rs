//! Requests a second, as wrk counts them, each route beside the cheapest one in the same round.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;
use tokio::process::Command;

use super::figures::{Figure, median, milliseconds};
use super::server::{Server, Site};

const ROUNDS: usize = 5;
const SECONDS: u32 = 3;
const CONNECTIONS: u32 = 32;
/// Sessions of the member whose sessions are listed.
const SESSIONS: usize = 200;

/// What a load came to.
#[derive(Clone, Copy)]
pub struct Load {
    requests_per_second: f64,
    p99: Duration,
    /// Processor time of the server for each request: steadier than the others on a busy machine.
    processor: Duration,
}

/// Loads three routes in turn.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let site = Site::new("[builtin_model]\nenabled = false\n")?;
    let reader = site.member(super::server::EMAIL).await?;
    // Another member begins sessions, so that the first one's list stays as long as it is.
    let writer = site.member("writer@example.com").await?;
    let server = site.start().await?;
    for n in 0..SESSIONS {
        server.begin_session(&reader, &format!("Session number {n}")).await?;
    }
    let folder = TempDir::new()?;
    let hello = Request::new(folder.path(), "GET", "/api/hello", None)?;
    let list = Request::new(folder.path(), "GET", "/api/chat/sessions?limit=50", Some(&reader))?;
    let create = Request::new(folder.path(), "POST", "/api/chat/sessions", Some(&writer))?;
    let (mut hellos, mut lists, mut creates) = (Vec::new(), Vec::new(), Vec::new());
    // The first round warms everything up and does not count.
    for round in 0..=ROUNDS {
        let loads = [hello.load(&server).await?, list.load(&server).await?, create.load(&server).await?];
        let [first, second, third] = loads;
        if round > 0 {
            hellos.push(first);
            lists.push(second);
            creates.push(third);
        }
    }
    server.stop().await?;
    let mut figures = vec![speed("GET /api/hello", &hellos)];
    for (what, loads) in [("GET /api/chat/sessions?limit=50", &lists), ("POST /api/chat/sessions", &creates)]
    {
        figures.push(speed(what, loads));
        figures.push(ratio(what, loads, &hellos));
    }
    Ok(figures)
}

/// Requests a second.
pub fn speed(what: &str, loads: &[Load]) -> Figure {
    let p99: Vec<Duration> = loads.iter().map(|load| load.p99).collect();
    let processor: Vec<Duration> = loads.iter().map(|load| load.processor).collect();
    let speed = middle(loads.iter().map(|load| load.requests_per_second));
    let what = format!("{what} (p99 {}, processor {:.1?})", milliseconds(median(&p99)), median(&processor));
    Figure::new(what, format!("{speed:.0} /s"), "")
}

/// The same as a share of the cheapest route's, round by round.
pub fn ratio(what: &str, loads: &[Load], hellos: &[Load]) -> Figure {
    let ratios: Vec<f64> = loads
        .iter()
        .zip(hellos)
        .map(|(load, hello)| load.requests_per_second / hello.requests_per_second)
        .collect();
    let all: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    let what = format!("{what} ÷ hello ({})", all.join(" "));
    Figure::new(what, format!("{:.2}", middle(ratios.into_iter())), "≥ 0.20")
}

fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// What wrk sends over and over.
pub struct Request {
    path: &'static str,
    script: PathBuf,
}

impl Request {
    /// Writes down what is sent, and how wrk shall say what it counted.
    pub fn new(folder: &Path, method: &str, path: &'static str, token: Option<&str>) -> anyhow::Result<Self> {
        let token = token.map(|token| format!("wrk.headers['Authorization'] = 'Bearer {token}'\n"));
        let body = match method {
            "POST" => {
                "wrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{\"name\":\"A session\"}'\n"
            }
            _ => "",
        };
        let script = folder.join(format!("{method}{}.lua", path.replace(['/', '?'], "-")));
        let head = format!("wrk.method = '{method}'\n{}{body}", token.unwrap_or_default());
        std::fs::write(&script, head + COUNT)?;
        Ok(Self { path, script })
    }

    /// Loads a server with it for some seconds.
    pub async fn load(&self, server: &Server) -> anyhow::Result<Load> {
        let mut command = Command::new("wrk");
        command.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{SECONDS}s"), "-s"]);
        command.arg(&self.script).arg(format!("http://{}{}", server.address, self.path)).kill_on_drop(true);
        let before = server.processor_ticks()?;
        let output = command.output().await.context("wrk cannot be started: scripts/bench installs it")?;
        let ticks = server.processor_ticks()? - before;
        let text = String::from_utf8_lossy(&output.stdout);
        let counted =
            text.lines().find_map(|line| line.strip_prefix("COUNTED ")).context("wrk said nothing")?;
        let numbers: Vec<f64> = counted.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let [requests, microseconds, p99, errors] = numbers[..] else { bail!("wrk said {counted:?}") };
        ensure!(errors == 0.0, "{errors} of {requests} requests failed");
        ensure!(requests > 0.0, "{} was not answered within {SECONDS} seconds", self.path);
        Ok(Load {
            requests_per_second: requests / microseconds * 1e6,
            p99: Duration::from_secs_f64(p99 / 1e6),
            processor: Duration::from_secs_f64(f64::from(ticks) / 100.0 / requests),
        })
    }
}

/// Makes wrk print its counts in a form that is easily read.
const COUNT: &str = "
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('COUNTED %d %d %d %d\\n',
    summary.requests, summary.duration, latency:percentile(99), failed))
end
";
