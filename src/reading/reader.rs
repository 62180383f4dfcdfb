//! Has things read in processes of their own, few at once and none for long.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::apart::Outcome;
use super::{ReadError, Text};

/// Tells the allocator to ask for memory as it needs it. It would otherwise set a gigabyte aside before any limit is set.
const NO_RESERVE: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "0");
/// The most that is heard of an answer, in bytes: the longest text with every letter escaped.
const LONGEST_ANSWER: u64 = 16 * 1024 * 1024;

/// What reading may take of this process's machine.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long one thing may be read.
    pub patience: Duration,
    /// How many things are read at once.
    pub at_once: usize,
    /// How long to wait for one's turn.
    pub wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { patience: Duration::from_secs(10), at_once: 2, wait: Duration::from_secs(30) }
    }
}

/// Reads; one for the whole process.
#[derive(Clone)]
pub struct Reader {
    program: Arc<PathBuf>,
    room: Arc<Semaphore>,
    limits: Limits,
}

impl Reader {
    /// Reads with `program`, which is Stoa itself.
    pub fn new(program: PathBuf, limits: Limits) -> Self {
        Self { program: Arc::new(program), room: Arc::new(Semaphore::new(limits.at_once)), limits }
    }

    /// The clean text of `body`, whose sender calls it `content_type`. Who stops waiting ends the reading.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn read(&self, content_type: &str, body: &[u8]) -> Result<Text, ReadError> {
        let _room = self.turn().await?;
        let mut child = self.start()?;
        let read = timeout(self.limits.patience, talk(&mut child, content_type, body)).await;
        // The room is given back when the process is gone, and not before.
        let _ = child.kill().await;
        let said = read.map_err(|_| ReadError::TimedOut)?;
        // It says something, or it took too much and was ended in the middle.
        serde_json::from_slice::<Outcome>(&said).unwrap_or(Err(ReadError::TooLarge))
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, ReadError> {
        let turn = timeout(self.limits.wait, self.room.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or(ReadError::Busy)
    }

    /// With nothing of what this process knows from its environment.
    fn start(&self) -> Result<Child, ReadError> {
        let mut command = Command::new(self.program.as_path());
        command
            .arg("read")
            .env_clear()
            .env(NO_RESERVE.0, NO_RESERVE.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command.kill_on_drop(true).spawn().map_err(|error| ReadError::Unavailable(error.to_string()))
    }
}

/// Sends and listens at once: either side may have to wait for the other.
async fn talk(child: &mut Child, content_type: &str, body: &[u8]) -> Vec<u8> {
    let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else { return Vec::new() };
    // One that died no longer listens; what it said before tells.
    let (_, said) = tokio::join!(send(to, content_type, body), hear(from));
    said
}

async fn send(mut to: ChildStdin, content_type: &str, body: &[u8]) -> std::io::Result<()> {
    let head = serde_json::to_string(content_type)?;
    to.write_all(head.as_bytes()).await?;
    to.write_all(b"\n").await?;
    to.write_all(body).await
}

async fn hear(from: ChildStdout) -> Vec<u8> {
    let mut said = Vec::new();
    let _ = from.take(LONGEST_ANSWER).read_to_end(&mut said).await;
    said
}
