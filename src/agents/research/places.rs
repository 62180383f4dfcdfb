//! Where a research looks, and how what it finds becomes text: the library and the configured places, alike.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::library::{LIBRARY, Library};
use super::planning::one_line;
use crate::clients::fetch::FetchError;
use crate::clients::search::{Hit, Query};
use crate::clients::web::Web;
use crate::db::Db;
use crate::reading::{ReadError, Reader};

/// The longest title and snippet of what is found, in characters.
pub(super) const LONGEST_TITLE: usize = 300;
const LONGEST_SNIPPET: usize = 1_000;
/// The longest address, in bytes.
const LONGEST_ADDRESS: usize = 8 * 1024;

/// Something that was found and may be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The place of search that found it.
    pub origin: String,
    /// Where it is: an address of the web, or a path of this server.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What the place says of it; may be empty.
    pub snippet: String,
}

/// A page as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it was in the end.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Clean text.
    pub text: String,
}

/// All places that can be searched.
#[derive(Clone)]
pub struct Places {
    library: Arc<Library>,
    web: Web,
    reader: Reader,
}

impl Places {
    /// The library and what is configured.
    pub fn new(library: Library, web: Web, reader: Reader) -> Self {
        Self { library: Arc::new(library), web, reader }
    }

    /// Their names, the library first.
    pub fn names(&self) -> Vec<String> {
        std::iter::once(LIBRARY).chain(self.web.sources.names()).map(str::to_owned).collect()
    }

    /// Kinds of places that are known and not set up.
    pub fn missing(&self) -> Vec<String> {
        self.web.sources.missing().iter().map(|kind| kind.name().to_owned()).collect()
    }

    /// What one of them finds for `words`; `owner` is whose library is searched.
    ///
    /// # Errors
    /// A stable code; the cause is logged.
    pub async fn search(
        &self,
        db: &Db,
        owner: &str,
        place: &str,
        words: &str,
        most: usize,
    ) -> Result<Vec<Candidate>, &'static str> {
        if place == LIBRARY {
            return self.library.search(db, owner, words, most).await;
        }
        let source = self.web.sources.find(place).ok_or("source_missing")?;
        let query = Query { text: words.to_owned(), most };
        let found = source.search(&query).await.map_err(|error| {
            tracing::warn!(place, %error, "a search failed");
            "search_failed"
        })?;
        let found = found.into_iter().filter(|hit| hit.url.len() <= LONGEST_ADDRESS).take(most);
        Ok(found.map(|hit| candidate(place, hit)).collect())
    }

    /// The text of what was found.
    ///
    /// # Errors
    /// A stable code; the cause is logged.
    pub async fn read(&self, db: &Db, owner: &str, candidate: &Candidate) -> Result<Page, &'static str> {
        if candidate.origin == LIBRARY {
            return self.library.read(db, owner, candidate).await;
        }
        let fetched = self.web.fetcher.fetch(&candidate.url).await.map_err(|error| {
            tracing::info!(url = candidate.url, %error, "a page was not fetched");
            fetch_code(&error)
        })?;
        let read = self.reader.read(&fetched.content_type, &fetched.body).await.map_err(|error| {
            tracing::info!(url = candidate.url, %error, "a page could not be read");
            read_code(&error)
        })?;
        let title = read.title.unwrap_or_else(|| candidate.title.clone());
        let title = if title.is_empty() { fetched.url.to_string() } else { title };
        Ok(Page { url: fetched.url.into(), title, text: read.text })
    }
}

/// What a place has found, as far as it is shown and kept. Places may say anything of any length.
fn candidate(place: &str, Hit { title, url, snippet }: Hit) -> Candidate {
    let short = |text: &str, longest| one_line(text, longest).unwrap_or_default();
    let (title, snippet) = (short(&title, LONGEST_TITLE), short(&snippet, LONGEST_SNIPPET));
    Candidate { origin: place.to_owned(), url, title, snippet }
}

fn fetch_code(error: &FetchError) -> &'static str {
    match error {
        FetchError::NotWeb
        | FetchError::NotWebPort(_)
        | FetchError::LongAddress
        | FetchError::NotPublic(_) => "page_not_public",
        FetchError::Robots => "page_robots",
        FetchError::TooLarge => "page_too_large",
        FetchError::TimedOut => "page_timed_out",
        FetchError::Packed(_) => "page_unsupported",
        FetchError::TooManyRedirects | FetchError::Status(_) | FetchError::Unreachable(_) => {
            "page_unreachable"
        }
    }
}

fn read_code(error: &ReadError) -> &'static str {
    match error {
        ReadError::Unsupported(_) => "page_unsupported",
        ReadError::Broken(_) => "page_broken",
        ReadError::Empty => "page_empty",
        ReadError::TimedOut => "page_timed_out",
        ReadError::TooLarge => "page_too_large",
        ReadError::Busy | ReadError::Unavailable(_) => "page_unread",
    }
}
