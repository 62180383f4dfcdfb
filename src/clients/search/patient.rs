//! What every source needs around it: a limit of time, a distance between requests, another try where that may help.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{Hit, Query, SearchError, SearchSource};

/// The longest wait that a source may ask for; one that wants more is given up.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How a source wants to be asked.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How many requests it may have at once, of all researches of this process.
    pub at_once: usize,
    /// The least time from one request to the next.
    pub apart: Duration,
    /// How long one request may take.
    pub timeout: Duration,
    /// How often a request is made before it is given up.
    pub tries: u32,
    /// The wait before the second try; it doubles with each.
    pub pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            at_once: 4,
            apart: Duration::ZERO,
            timeout: Duration::from_secs(15),
            tries: 3,
            pause: Duration::from_millis(500),
        }
    }
}

/// A source that is asked at its pace.
pub struct Patient<S> {
    name: String,
    source: S,
    pace: Pace,
    room: Semaphore,
    /// When the next request may begin.
    next: Mutex<Instant>,
}

impl<S: SearchSource> Patient<S> {
    /// Puts it around `source`, which is called `name`.
    pub fn new(name: String, source: S, pace: Pace) -> Self {
        Self { name, source, pace, room: Semaphore::new(pace.at_once), next: Mutex::new(Instant::now()) }
    }

    async fn ask(&self, query: &Query) -> Result<Vec<Hit>, SearchError> {
        let mut pause = self.pace.pause;
        for _ in 1..self.pace.tries {
            let error = match self.once(query).await {
                Err(error) if error.is_passing() => error,
                other => return other,
            };
            let wait = match &error {
                SearchError::RateLimited { retry_after: Some(wait), .. } => *wait,
                _ => pause,
            };
            if wait > LONGEST_WAIT {
                return Err(error);
            }
            tracing::info!(source = self.name, %error, "a search is tried again");
            sleep(wait).await;
            pause *= 2;
        }
        self.once(query).await
    }

    async fn once(&self, query: &Query) -> Result<Vec<Hit>, SearchError> {
        // Never closed; were it, asking at once is the lesser harm.
        let _room = self.room.acquire().await.ok();
        self.turn().await;
        timeout(self.pace.timeout, self.source.search(query)).await.unwrap_or(Err(SearchError::TimedOut))
    }
}

impl<S> Patient<S> {
    /// Waits until a request may begin. Whoever comes later waits behind.
    async fn turn(&self) {
        let mut next = self.next.lock().await;
        sleep_until(*next).await;
        *next = Instant::now() + self.pace.apart;
    }
}

impl<S: SearchSource> SearchSource for Patient<S> {
    fn name(&self) -> &str {
        &self.name
    }

    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>> {
        self.ask(query).boxed()
    }
}
