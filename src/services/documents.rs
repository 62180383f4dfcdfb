//! Documents: files that a member gives to be read. The text is read once and kept; so are the bytes, as they came.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page_request::{Page, PageRequest};
use super::secrets::sha256;
use super::text::{parse_id, parse_search, parse_title};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::document::{Document, NewDocument};
use crate::models::new_id;
use crate::models::user::User;
use crate::reading::{Kind, ReadError, Text};
use crate::repositories::counts::{self, Counted};
use crate::repositories::documents;

/// Largest file, in bytes.
pub const LARGEST: usize = 20 * 1024 * 1024;
/// Longest title and longest name of a file, in characters.
const LONGEST: usize = 200;
/// What a file without a name is called.
const NAMELESS: &str = "document";
/// How far into a text signs are looked for that texts do not have, in bytes.
const HEAD: usize = 1024;
/// One NUL in so many bytes may stray into a text; more make it none.
const STRAY: usize = 10;
/// After how many seconds another try makes sense when much else is being read.
const WAIT: u64 = 30;

/// Which documents to list, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListDocuments {
    /// Text in the title or the file's name.
    pub q: Option<String>,
    /// See [`Paging`].
    pub page: Option<String>,
    /// See [`Paging`].
    pub limit: Option<String>,
    /// See [`Paging`].
    pub cursor: Option<String>,
}

/// A file as it was given.
#[derive(Debug, Default)]
pub struct GivenFile {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is called; perhaps a path, perhaps empty.
    pub name: String,
    /// What the sender says it is; empty when they do not.
    pub content_type: String,
    /// What it is to be called here.
    pub title: Option<String>,
}

/// A file that may be read.
#[derive(Debug)]
pub struct UnreadFile {
    bytes: Vec<u8>,
    title: Option<String>,
    name: String,
    content_type: &'static str,
    /// Whoever names a type may name the encoding with it.
    parameters: String,
}

/// A file that was read, to be kept.
#[derive(Debug)]
pub struct ReadFile {
    bytes: Vec<u8>,
    sha256: String,
    title: String,
    name: String,
    content_type: &'static str,
    content: String,
}

/// A document with its text, as in JSON.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FullDocument {
    /// The document.
    #[serde(flatten)]
    pub document: Document,
    /// The text that was read in it: paragraphs with a blank line between them, at most 2 MiB.
    #[schema(example = "罗马法是罗马国家的法律制度。")]
    pub content: String,
}

/// A member's documents, last given first.
///
/// # Errors
/// `Invalid` for wrong parameters.
pub fn list(conn: &mut DbConn, owner: &User, input: &ListDocuments) -> AppResult<Page<Document>> {
    let q = parse_search(input.q.as_deref())?;
    let request =
        PageRequest::<String>::parse(input.page.as_deref(), input.limit.as_deref(), input.cursor.as_deref())?;
    let wrong = || AppError::field("cursor", "invalid_cursor");
    let before = request.after.map(|id| parse_id(&id).ok_or_else(wrong)).transpose()?;
    let (q, limit) = (q.as_deref(), request.limit);
    let rows = documents::list_owned(conn, &owner.id, q, before.as_deref(), request.offset, limit + 1)?;
    let total = match q {
        None => counts::find(conn, &owner.id, Counted::Documents)?,
        Some(_) => documents::count_owned(conn, &owner.id, q)?,
    };
    Ok(Page::from_rows(rows, limit, total, |row| row.id.clone()))
}

/// Looks at a file before it is read.
///
/// # Errors
/// `Unsupported("document_unsupported")` for what is no text, Markdown, HTML, PDF or JSON; `Invalid` with the field `file`
/// for an empty one, and with the field `title`.
pub fn look(file: GivenFile) -> AppResult<UnreadFile> {
    let title = file.title.as_deref().filter(|title| !title.trim().is_empty());
    let title = title.map(parse_title).transpose()?;
    let name = Some(one_line(file.name.rsplit(['/', '\\']).next().unwrap_or_default()));
    let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| NAMELESS.to_owned());
    if file.bytes.is_empty() {
        return Err(refusal(ReadError::Empty));
    }
    let content_type = content_type(&file, &name)?;
    let parameters = file.content_type.split_once(';').map_or("", |(_, parameters)| parameters).to_owned();
    Ok(UnreadFile { bytes: file.bytes, title, name, content_type, parameters })
}

impl UnreadFile {
    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it is to be read as.
    pub fn described(&self) -> String {
        format!("{};{}", self.content_type, self.parameters)
    }

    /// The file with what was read in it. Takes as long as the file is large: not for a thread that serves, nor for one
    /// with a connection.
    ///
    /// # Errors
    /// `Invalid` with the field `file` where nothing could be read, `TooManyRequests` where it was not its turn.
    pub fn with(self, read: Result<Text, ReadError>) -> AppResult<ReadFile> {
        let read = read.map_err(refusal)?;
        let own = read.title.map(|title| one_line(&title)).filter(|title| !title.is_empty());
        let stem = || stem_and_end(&self.name).0.to_owned();
        Ok(ReadFile {
            sha256: sha256(&self.bytes),
            title: self.title.or(own).unwrap_or_else(stem),
            bytes: self.bytes,
            name: self.name,
            content_type: self.content_type,
            content: read.text,
        })
    }
}

/// Keeps a file that was read. The same file is kept once: whoever gives it again gets what is there, and whether it is
/// new is told beside it.
///
/// # Errors
/// When the database fails.
pub fn keep(conn: &mut DbConn, owner: &User, file: ReadFile) -> AppResult<(Document, bool)> {
    let row = NewDocument {
        id: new_id(),
        user_id: owner.id.clone(),
        title: file.title,
        file_name: file.name,
        content_type: file.content_type.to_owned(),
        size: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
        content: file.content,
        sha256: file.sha256,
        created_at: Time::now(),
    };
    documents::insert(conn, &row, file.bytes)?;
    let kept = documents::find_same(conn, &owner.id, &row.sha256)?;
    let is_new = kept.id == row.id;
    Ok((kept, is_new))
}

/// A member's document with its text.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn find(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<FullDocument> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Document))?;
    let (document, content) = documents::find_owned(conn, &owner.id, &id)?;
    Ok(FullDocument { document, content })
}

/// A member's document and the file as it was given.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn find_file(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<(Document, Vec<u8>)> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Document))?;
    documents::find_file_owned(conn, &owner.id, &id)
}

/// Deletes a document with its file.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn delete(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<()> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Document))?;
    documents::delete_owned(conn, &owner.id, &id)
}

/// The name of a file without its end, and its end; the latter is empty when there is none.
pub fn stem_and_end(name: &str) -> (&str, &str) {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).unwrap_or((name, ""))
}

/// What the bytes are, by what the sender says of them, else by the file's name, else by how they begin.
fn content_type(file: &GivenFile, name: &str) -> AppResult<&'static str> {
    let said = file.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let end = stem_and_end(name).1.to_ascii_lowercase();
    let by_name = match end.as_str() {
        "md" | "markdown" => "text/markdown",
        "txt" | "text" => "text/plain",
        "html" | "htm" | "xhtml" => "text/html",
        "pdf" => "application/pdf",
        "json" => "application/json",
        _ => "",
    };
    let says_nothing = matches!(said.as_str(), "" | "application/octet-stream" | "binary/octet-stream");
    let said = if says_nothing { by_name } else { said.as_str() };
    let kind = match Kind::of(said, &file.bytes) {
        // Tables and programs are text, too; what is text with marks of its own would be read with its marks.
        Err(_) if said.starts_with("text/") && said != "text/rtf" => Kind::Plain,
        kind => kind.map_err(refusal)?,
    };
    match kind {
        Kind::Html => Ok("text/html"),
        Kind::Pdf => Ok("application/pdf"),
        Kind::Json => Ok("application/json"),
        Kind::Plain if !is_text(&file.bytes) => Err(AppError::Unsupported("document_unsupported")),
        Kind::Plain if said.contains("markdown") || by_name == "text/markdown" => Ok("text/markdown"),
        Kind::Plain => Ok("text/plain"),
    }
}

/// Whether it may be text: many NUL stand in no text but those of two bytes a letter, which say so at their beginning.
fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let nul = head.iter().filter(|byte| **byte == 0).count();
    head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || nul * STRAY <= head.len()
}

fn refusal(error: ReadError) -> AppError {
    match error {
        ReadError::Unsupported(_) => AppError::Unsupported("document_unsupported"),
        ReadError::Broken(_) => AppError::field("file", "document_broken"),
        ReadError::Empty => AppError::field("file", "document_empty"),
        ReadError::TooLarge | ReadError::TimedOut => AppError::field("file", "document_too_much"),
        ReadError::Busy => AppError::TooManyRequests { retry_after: WAIT },
        ReadError::Unavailable(_) => AppError::Internal(error.into()),
    }
}

/// One line without control characters, cut to what titles and names may have.
fn one_line(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    let line: String = text.chars().map(blank).collect();
    let line: String = line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect();
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading;

    fn given(name: &str, content_type: &str, bytes: &[u8]) -> AppResult<ReadFile> {
        let (name, content_type) = (name.to_owned(), content_type.to_owned());
        let file = look(GivenFile { bytes: bytes.to_vec(), name, content_type, title: None })?;
        let read = reading::read(&file.described(), file.bytes());
        file.with(read)
    }

    #[test]
    fn a_file_is_what_it_is_said_to_be_else_what_it_is_called_else_what_it_looks_like() {
        for (name, said, bytes, expected) in [
            ("a.txt", "text/markdown; charset=utf-8", &b"x"[..], "text/markdown"),
            ("a.md", "application/octet-stream", b"x", "text/markdown"),
            ("a.md", "text/plain", b"x", "text/markdown"),
            ("a.json", "", b"[1]", "application/json"),
            ("a", "", b"<!doctype html><p>x", "text/html"),
            ("a", "", b"x", "text/plain"),
            ("a.csv", "text/csv", b"a,b", "text/plain"),
            ("a.txt", "text/plain", b"\xff\xfex\0y\0", "text/plain"),
        ] {
            assert_eq!(given(name, said, bytes).unwrap().content_type, expected, "{name} {said}");
        }
        for (name, said, bytes) in
            [("a.png", "image/png", &b"x"[..]), ("a.rtf", "text/rtf", b"x"), ("a.txt", "", b"a\0b")]
        {
            let refused = given(name, said, bytes).unwrap_err();
            assert_eq!(refused.code(), "document_unsupported", "{name} {said}");
        }
    }

    #[test]
    fn a_title_is_found_where_none_is_given() {
        let title = |name, bytes: &[u8]| given(name, "", bytes).unwrap().title;
        assert_eq!(title("C:\\papers\\roman law.txt", b"x"), "roman law");
        assert_eq!(title("../.profile", b"x"), ".profile");
        assert_eq!(title("", b"x"), "document");
        assert_eq!(title("a.html", b"<html><title> On \n laws </title><body><p>x</p>"), "On laws");
        assert_eq!(title(&format!("{}.txt", "字".repeat(300)), b"x").chars().count(), 200);
    }
}
