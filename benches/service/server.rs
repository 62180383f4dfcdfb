//! The server under measurement: the real binary on a data directory of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use stoa::clients::http::http_client;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

/// The e-mail address of the member who is measured.
pub const EMAIL: &str = "bench@example.com";
/// Their password.
pub const PASSWORD: &str = "correct horse battery staple";

/// How long anything may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A data directory and a configuration for servers started one after the other.
pub struct Site {
    folder: TempDir,
    /// The URL of a PostgreSQL database; a file in the data directory when `None`.
    pub postgres: Option<String>,
    /// The only processor cores the server may use, as `taskset` names them.
    pub cores: Option<&'static str>,
    /// What its processes find in their environment besides.
    pub environment: Vec<(&'static str, String)>,
}

impl Site {
    /// A new one; `config` is its `stoa.toml`.
    pub fn new(config: &str) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        std::fs::write(folder.path().join("stoa.toml"), config)?;
        Ok(Self { folder, postgres: None, cores: None, environment: Vec::new() })
    }

    /// Where the data is kept.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the database is.
    pub fn database(&self) -> PathBuf {
        self.path().join("stoa.db")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        // Another build can be measured with the same bench: before and after a change.
        let binary =
            std::env::var_os("STOA_BENCH_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_stoa").into());
        let mut command = match self.cores {
            Some(cores) => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", cores]).arg(binary);
                command
            }
            None => Command::new(binary),
        };
        command.args(arguments).current_dir(self.path()).kill_on_drop(true);
        command.env("STOA_DATA_DIR", self.path()).env("STOA_CONFIG", self.path().join("stoa.toml"));
        for name in ["DATABASE_URL", "OPENAI_BASE_URL", "STOA_MODEL", "STOA_BASE_URL", "RUST_LOG"] {
            command.env_remove(name);
        }
        command.envs(self.postgres.as_ref().map(|url| ("DATABASE_URL", url)));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    async fn run(&self, arguments: &[&str], input: &str) -> anyhow::Result<String> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let mut stdin = child.stdin.take().context("no standard input")?;
        stdin.write_all(input.as_bytes()).await?;
        drop(stdin);
        let output = child.wait_with_output().await?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Makes a member and returns a token of theirs.
    pub async fn member(&self, email: &str) -> anyhow::Result<String> {
        let add = ["user", "add", "--email", email, "--name", "Bench", "--password-stdin"];
        self.run(&add, PASSWORD).await?;
        self.run(&["token", "create", "--email", email, "--name", "bench"], "").await
    }

    /// How often the last server's log says that the database was locked.
    pub fn locked(&self) -> anyhow::Result<usize> {
        let log = std::fs::read_to_string(self.path().join("server.log"))?;
        Ok(log.lines().filter(|line| line.contains("is locked") || line.contains("SQLITE_BUSY")).count())
    }

    /// Starts the server and waits until it is ready.
    pub async fn start(&self) -> anyhow::Result<Server> {
        // A port that was free a moment ago; asking the server for its own would add to what is measured.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = std::fs::File::create(self.path().join("server.log"))?;
        let begun = Instant::now();
        let mut command = self.command(&["serve", "--listen", &address.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?;
        let ready_after = wait_until_ready(address, begun).await?;
        Ok(Server { child, address, client: http_client()?, ready_after })
    }
}

async fn wait_until_ready(address: SocketAddr, begun: Instant) -> anyhow::Result<Duration> {
    use tokio::io::AsyncReadExt;
    let request = b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";
    while begun.elapsed() < PATIENCE {
        if let Ok(mut stream) = tokio::net::TcpStream::connect(address).await {
            let mut answer = Vec::new();
            stream.write_all(request).await?;
            stream.read_to_end(&mut answer).await?;
            if answer.starts_with(b"HTTP/1.1 200") {
                return Ok(begun.elapsed());
            }
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    bail!("the server is not ready after {PATIENCE:?}")
}

/// A running server; it ends when this is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    client: Client,
    /// From the start of the process to the first good answer of `/readyz`.
    pub ready_after: Duration,
}

impl Server {
    /// Resident memory in KiB.
    pub fn resident(&self) -> anyhow::Result<u64> {
        self.status("VmRSS:")
    }

    /// The most it ever was.
    pub fn peak(&self) -> anyhow::Result<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> anyhow::Result<u64> {
        let id = self.child.id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such memory")?;
        Ok(line.split_whitespace().next().context("no number")?.parse()?)
    }

    /// The processor time the process has used so far, in hundredths of a second, as Linux counts it.
    pub fn processor_ticks(&self) -> anyhow::Result<u32> {
        let id = self.child.id().context("the server has ended")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // The second field is the name in parentheses; user and system time are the 14th and 15th.
        let (_, fields) = stat.rsplit_once(')').context("no name")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
        Ok(ticks.sum::<Result<u32, _>>()?)
    }

    /// Ends the process at once and waits until it is gone.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// A request yet to be sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// Posts JSON with a token and returns what came back.
    pub async fn post(&self, path: &str, token: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.request(Method::POST, path).bearer_auth(token).json(body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Begins a session and returns its id. It has a name, so that no model is asked for one.
    pub async fn begin_session(&self, token: &str, name: &str) -> anyhow::Result<String> {
        let session = self.post("/api/chat/sessions", token, &serde_json::json!({ "name": name })).await?;
        Ok(session.pointer("/id").and_then(Value::as_str).context("a session without id")?.to_owned())
    }

    /// Says something in a session and returns the id of the run that answers.
    pub async fn say(&self, token: &str, session: &str, content: &str) -> anyhow::Result<String> {
        let path = format!("/api/chat/sessions/{session}/messages");
        let sent = self.post(&path, token, &serde_json::json!({ "content": content })).await?;
        Ok(sent.pointer("/run/id").and_then(Value::as_str).context("no run")?.to_owned())
    }
}
