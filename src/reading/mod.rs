//! Bytes of a page or a file to clean text; knows nothing of where they come from.
//!
//! What is quoted later is quoted from this text, so it is made once and kept: the same bytes give the same text.
//! Bytes that strangers wrote go through a [`Reader`], which has them read [`apart`]; [`read`] alone has no bounds.

pub mod apart;
mod charset;
mod html;
mod pdf;
mod reader;
mod tidy;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use reader::{Limits, Reader};

/// The most text that is kept of one thing, in bytes.
const LONGEST: usize = 2 * 1024 * 1024;

/// What was read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Its own title, if it has one.
    pub title: Option<String>,
    /// Paragraphs with a blank line between them, no trailing blanks, LF.
    pub text: String,
}

/// Why nothing could be read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum ReadError {
    /// None of the kinds that are read.
    #[error("not a kind of text that is read: {0}")]
    Unsupported(String),
    /// Broken, or locked by a password.
    #[error("it cannot be read: {0}")]
    Broken(String),
    /// There is no text in it.
    #[error("there is no text in it")]
    Empty,
    /// Reading it takes more memory than anything is given.
    #[error("reading it takes too much memory")]
    TooLarge,
    /// Reading it takes longer than anything is given.
    #[error("reading it takes too long")]
    TimedOut,
    /// Others are being read, and it was not its turn for a long while.
    #[error("too much else is being read")]
    Busy,
    /// Nothing can be read.
    #[error("nothing can be read: {0}")]
    Unavailable(String),
}

/// The kinds that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page; what stands around its text is left out.
    Html,
    /// Text as it is, Markdown included.
    Plain,
    /// Text in pages; pictures of text are not read.
    Pdf,
    /// Data, indented.
    Json,
}

impl Kind {
    /// The kind that a `Content-Type` names, else the one that the bytes look like.
    ///
    /// # Errors
    /// `Unsupported`.
    pub fn of(content_type: &str, body: &[u8]) -> Result<Self, ReadError> {
        let name = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "text/html" | "application/xhtml+xml" => Ok(Self::Html),
            "application/pdf" | "application/x-pdf" => Ok(Self::Pdf),
            "" | "application/octet-stream" | "binary/octet-stream" => Self::looks_like(body),
            json if json == "application/json" || json.ends_with("+json") => Ok(Self::Json),
            "text/plain" | "text/markdown" | "text/x-markdown" => Ok(Self::Plain),
            _ => Err(ReadError::Unsupported(name)),
        }
    }

    fn looks_like(body: &[u8]) -> Result<Self, ReadError> {
        let head = body.get(..1024).unwrap_or(body);
        let text = String::from_utf8_lossy(head).to_ascii_lowercase();
        match () {
            () if head.starts_with(b"%PDF-") => Ok(Self::Pdf),
            () if text.trim_start().starts_with("<!doctype html") || text.contains("<html") => Ok(Self::Html),
            () if charset::is_text("", body) => Ok(Self::Plain),
            () => Err(ReadError::Unsupported("application/octet-stream".to_owned())),
        }
    }
}

/// Reads it, however long that takes.
///
/// # Errors
/// [`ReadError`].
pub fn read(content_type: &str, body: &[u8]) -> Result<Text, ReadError> {
    let kind = Kind::of(content_type, body)?;
    // Something else under the name of text, packed twice perhaps.
    if matches!(kind, Kind::Html | Kind::Plain) && !charset::is_text(content_type, body) {
        return Err(ReadError::Unsupported(content_type.to_owned()));
    }
    let read = match kind {
        Kind::Html => html::read(&charset::decode(content_type, body)),
        Kind::Plain => plain(content_type, charset::decode(content_type, body)),
        Kind::Pdf => pdf::read(body)?,
        Kind::Json => json(body)?,
    };
    let text = tidy::tidy(&read.text, LONGEST);
    match text.is_empty() {
        true => Err(ReadError::Empty),
        false => {
            Ok(Text { title: read.title.map(|title| tidy::one_line(&title)).filter(|t| !t.is_empty()), text })
        }
    }
}

/// Markdown that begins with a heading has that as its title.
fn plain(content_type: &str, text: String) -> Text {
    let heading = text.lines().find(|line| !line.trim().is_empty()).and_then(|line| line.strip_prefix("# "));
    let title =
        heading.filter(|_| content_type.contains("markdown")).map(|line| line.trim_end_matches([' ', '#']));
    Text { title: title.map(str::to_owned), text }
}

fn json(body: &[u8]) -> Result<Text, ReadError> {
    let broken = |error: serde_json::Error| ReadError::Broken(error.to_string());
    let value: Value = serde_json::from_slice(body).map_err(broken)?;
    Ok(Text { title: None, text: serde_json::to_string_pretty(&value).map_err(broken)? })
}
