//! Fetching pages that somebody else has written an address for; knows nothing of research.
//!
//! Safe by construction: the addresses of a name are checked where they are resolved ([`guard`]), so what is connected to
//! is what was checked, on every redirect again. Time, size and number of redirects are bounded, and `robots.txt` holds.

mod address;
mod body;
mod guard;
mod names;
mod robots;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Response, Url};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use address::{LONGEST_ADDRESS, plain, redirect};
use guard::Refused;
pub use guard::{Allowed, Guard, InvalidAllowed};
use names::CheckedNames;
use robots::Robots;

/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Pages fetched at once: so many may stand in memory as large as they may be.
const AT_ONCE: usize = 16;
/// What can be read.
const READABLE: &str =
    "text/html, application/xhtml+xml, text/markdown, text/plain, application/pdf, application/json;q=0.8";

/// What a page may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take, redirects included.
    pub patience: Duration,
    /// How large it may be, unpacked, in bytes.
    pub largest: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { patience: Duration::from_secs(10), largest: 5 * 1024 * 1024 }
    }
}

/// A page as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Where it was found, after all redirects.
    pub url: Url,
    /// What the server calls it, such as `text/html; charset=gb18030`; empty when it says nothing.
    pub content_type: String,
    /// Unpacked.
    pub body: Vec<u8>,
}

/// Why a page was not fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not an address of the web.
    #[error("only http and https addresses are fetched")]
    NotWeb,
    /// An address that is longer than any page's.
    #[error("the address is longer than {LONGEST_ADDRESS} bytes")]
    LongAddress,
    /// It leads to something that is not of the web.
    #[error("port {0} is none of the web's")]
    NotWebPort(u16),
    /// It leads into a network that is not the public one.
    #[error("{0} is not a public address")]
    NotPublic(String),
    /// The site does not want it to be fetched.
    #[error("robots.txt of the site forbids it")]
    Robots,
    /// It leads on and on.
    #[error("more than {REDIRECTS} redirects")]
    TooManyRedirects,
    /// The server refused or failed.
    #[error("the server answered {0}")]
    Status(u16),
    /// It is packed in a way that was not asked for.
    #[error("it is packed in a way that cannot be read: {0}")]
    Packed(String),
    /// It is larger than anything that is read.
    #[error("it is too large")]
    TooLarge,
    /// Nothing, or not all, came in time.
    #[error("it did not come in time")]
    TimedOut,
    /// No connection, or a broken one.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
}

/// Fetches pages.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    guard: Arc<Guard>,
    robots: Arc<Robots>,
    room: Arc<Semaphore>,
    limits: Limits,
}

impl Fetcher {
    /// Fetches from the public web, and from what `guard` allows besides.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new(guard: Guard, limits: Limits) -> Result<Self, reqwest::Error> {
        let guard = Arc::new(guard);
        let client = crate::clients::http::strangers_client(CheckedNames::new(Arc::clone(&guard)))?;
        Ok(Self { client, guard, robots: Arc::default(), room: Arc::new(Semaphore::new(AT_ONCE)), limits })
    }

    /// The page at an address. Waits for room first, which its time does not count.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn fetch(&self, address: &str) -> Result<Fetched, FetchError> {
        let address = Url::parse(address).map_err(|_| FetchError::NotWeb)?;
        // Never closed; were it, fetching without bounds is the lesser harm.
        let _room = self.room.acquire().await.ok();
        timeout(self.limits.patience, self.follow(address)).await.unwrap_or(Err(FetchError::TimedOut))
    }

    async fn follow(&self, mut address: Url) -> Result<Fetched, FetchError> {
        for _ in 0..=REDIRECTS {
            plain(&mut address);
            self.check(&address)?;
            self.robots.check(&address, self).await?;
            let answer = self.get(&address).await?;
            match redirect(&address, &answer) {
                Some(next) => address = next,
                None if answer.status().is_success() => return self.page(address, answer).await,
                None => return Err(FetchError::Status(answer.status().as_u16())),
            }
        }
        Err(FetchError::TooManyRedirects)
    }

    async fn page(&self, url: Url, answer: Response) -> Result<Fetched, FetchError> {
        // What was unpacked no longer says that it is packed.
        if let Some(packed) = answer.headers().get(CONTENT_ENCODING).filter(|how| *how != "identity") {
            return Err(FetchError::Packed(String::from_utf8_lossy(packed.as_bytes()).into_owned()));
        }
        let content_type = content_type(answer.headers());
        Ok(Fetched { url, content_type, body: body::read(answer, self.limits.largest).await? })
    }

    /// Refuses what can be told to lead nowhere public without asking for a name.
    fn check(&self, address: &Url) -> Result<(), FetchError> {
        address::check(address)?;
        self.guard.check_literal(address).map_err(|Refused(what)| FetchError::NotPublic(what))
    }

    /// One request, to an address that is allowed.
    async fn get(&self, address: &Url) -> Result<Response, FetchError> {
        self.check(address)?;
        self.client.get(address.clone()).header(ACCEPT, READABLE).send().await.map_err(|error| broken(&error))
    }
}

fn content_type(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// What a failed request says; a name that leads nowhere public is told apart.
fn broken(error: &reqwest::Error) -> FetchError {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    let mut last = String::new();
    while let Some(error) = cause {
        if let Some(Refused(what)) = error.downcast_ref() {
            return FetchError::NotPublic(what.clone());
        }
        last = error.to_string();
        cause = error.source();
    }
    match error.is_timeout() {
        true => FetchError::TimedOut,
        false => FetchError::Unreachable(last),
    }
}
