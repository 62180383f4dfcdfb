//! The workspace's own texts as a place to search: what its member has made or uploaded, published posts, and the guide.
//! It needs no network.

use tokio::task::spawn_blocking;

use super::past::without_footnotes;
use super::places::{Candidate, Page};
use crate::db::{Db, DbConn};
use crate::error::AppResult;
use crate::i18n::Locale;
use crate::models::library_text::LibraryText;
use crate::passages::{Finding, language, rank, terms};
use crate::repositories::library;

/// Its name among the places to search.
pub const LIBRARY: &str = "library";
/// Texts that are looked at for one search, beside the guide.
const LOOKED_AT: usize = 24;
/// What a past report counts beside a text of the same worth: it only says again what others say.
const PAST: f64 = 0.5;
/// What of a text is looked at to rank it, in bytes.
const BEGINNING: usize = 64 * 1024;
/// What is shown of a text before it is read, in characters.
const SNIPPET: usize = 200;

/// A text that belongs to this program, such as a chapter of its guide.
#[derive(Clone, Debug)]
pub struct OwnText {
    /// In which language.
    pub locale: Locale,
    /// Its title.
    pub title: String,
    /// Where it is read, as a path of this server.
    pub url: String,
    /// Markdown.
    pub text: String,
}

/// The library of every member, with the texts that all of them have.
pub struct Library {
    own: Vec<OwnText>,
}

impl Library {
    /// A library in which everybody finds `own`, too.
    pub fn new(own: Vec<OwnText>) -> Self {
        Self { own }
    }

    /// What `owner` may read that has to do with `words`, the most fitting first.
    ///
    /// # Errors
    /// `search_failed`; the cause is logged.
    pub async fn search(
        &self,
        db: &Db,
        owner: &str,
        words: &str,
        most: usize,
    ) -> Result<Vec<Candidate>, &'static str> {
        let (owner, wanted) = (owner.to_owned(), terms(words));
        let load = move |conn: &mut DbConn| library::find(conn, &owner, &wanted, LOOKED_AT);
        let found = read(db, load).await?;
        let spoken = language(words);
        let own = self.own.iter().filter(|text| text.locale == spoken).cloned();
        let own = own.collect();
        let words = words.to_owned();
        spawn_blocking(move || best(found, own, &words, most)).await.map_err(|_| "search_failed")
    }

    /// A text that [`Self::search`] has found.
    ///
    /// # Errors
    /// `page_gone` when it has been deleted meanwhile.
    pub async fn read(&self, db: &Db, owner: &str, candidate: &Candidate) -> Result<Page, &'static str> {
        let ours = self.own.iter().find(|text| text.url == candidate.url && text.title == candidate.title);
        if let Some(OwnText { url, title, text, .. }) = ours.cloned() {
            return Ok(Page { url, title, text });
        }
        let (owner, url) = (owner.to_owned(), candidate.url.clone());
        let found = read(db, move |conn| library::find_at(conn, &owner, &url)).await?;
        let LibraryText { title, text, url_path, .. } = found.ok_or("page_gone")?;
        match text.trim().is_empty() {
            true => Err("page_empty"),
            false => Ok(Page { url: url_path, title, text: without_footnotes(&text).unwrap_or(text) }),
        }
    }
}

async fn read<T: Send + 'static>(
    db: &Db,
    job: impl FnOnce(&mut DbConn) -> AppResult<T> + Send + 'static,
) -> Result<T, &'static str> {
    db.read(job).await.map_err(|error| {
        tracing::warn!(%error, "the library could not be searched");
        "search_failed"
    })
}

/// What was found and what everybody has, with what each counts.
fn readable(found: Vec<LibraryText>, own: Vec<OwnText>) -> Vec<(OwnText, f64)> {
    let one = |LibraryText { title, text, url_path, .. }: LibraryText| {
        let past = without_footnotes(&text);
        let weight = if past.is_some() { PAST } else { 1.0 };
        let text = past.unwrap_or(text);
        (OwnText { locale: Locale::default(), title, url: url_path, text }, weight)
    };
    found.into_iter().map(one).chain(own.into_iter().map(|text| (text, 1.0))).collect()
}

fn best(found: Vec<LibraryText>, own: Vec<OwnText>, words: &str, most: usize) -> Vec<Candidate> {
    let texts = readable(found, own);
    let heads: Vec<String> =
        texts.iter().map(|(text, _)| format!("{}\n{}", text.title, beginning(&text.text))).collect();
    let scores = rank(words, heads.iter().map(String::as_str));
    let weighed = texts.into_iter().zip(scores).map(|((text, weight), score)| (text, weight * score));
    let mut ranked: Vec<(OwnText, f64)> = weighed.filter(|(_, score)| *score > 0.0).collect();
    ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    ranked.into_iter().take(most).map(|(text, _)| candidate(text, words)).collect()
}

fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(BEGINNING)).unwrap_or(text)
}

fn candidate(OwnText { title, url, text, .. }: OwnText, words: &str) -> Candidate {
    let snippet = line(&title, beginning(&text), words);
    Candidate { origin: LIBRARY.to_owned(), url, title, snippet }
}

/// What of a text has most to do with the words; its beginning when no sentence has.
fn line(title: &str, text: &str, words: &str) -> String {
    let mut finding = Finding::new(words);
    finding.read(title, text);
    let best = finding.best(1).into_iter().next();
    let sentence = best.and_then(|(found, _)| text.get(found.range)).unwrap_or(text);
    sentence.chars().take(SNIPPET).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
