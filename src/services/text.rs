//! Text that people give us, parsed once into types that can only hold what is allowed.
//!
//! NUL is refused everywhere, because PostgreSQL cannot keep it; nothing is cut silently.

use crate::error::{AppError, AppResult};

/// Longest title of anything, in characters.
const TITLE: usize = 200;
/// Longest name of a member or a token, in characters.
const SHORT_NAME: usize = 100;
/// Longest e-mail address (RFC 5321).
const EMAIL: usize = 254;
/// Longest message, in bytes: far beyond any model's context.
const MESSAGE: usize = 512 * 1024;
/// Longest search, in characters.
const SEARCH: usize = 200;
/// Longest idempotency key, in bytes.
const KEY: usize = 200;
/// Longest id of a model, in characters.
const MODEL: usize = 200;
/// Longest name of a programming language, in characters.
const LANGUAGE: usize = 50;
/// Most tags of one thing, and longest tag in characters.
const TAGS: usize = 20;
const TAG: usize = 50;

/// The text, if there is one that is more than blank.
///
/// # Errors
/// `BadRequest(missing)` when there is none.
pub fn required<'a>(text: Option<&'a str>, missing: &'static str) -> AppResult<&'a str> {
    text.filter(|text| !text.trim().is_empty()).ok_or(AppError::BadRequest(missing))
}

/// Reads one line without control characters, trimmed, of 1 to `longest` characters.
///
/// # Errors
/// `Invalid`, with that field.
pub fn parse_line(field: &'static str, text: &str, longest: usize) -> AppResult<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AppError::field(field, "required"));
    }
    if text.chars().count() > longest {
        return Err(AppError::field(field, "too_long"));
    }
    if text.chars().any(char::is_control) {
        return Err(AppError::field(field, "control_characters"));
    }
    Ok(text.to_owned())
}

/// Reads a title: one line of 1 to 200 characters.
///
/// # Errors
/// `Invalid`, with the field `title`.
pub fn parse_title(text: &str) -> AppResult<String> {
    parse_line("title", text, TITLE)
}

/// Reads what a thing is called: one line of 1 to 200 characters.
///
/// # Errors
/// `Invalid`, with the field `name`.
pub fn parse_name(text: &str) -> AppResult<String> {
    parse_line("name", text, TITLE)
}

/// Reads a text of many lines, perhaps empty, of at most `longest` bytes. Line ends become LF.
///
/// # Errors
/// `Invalid`, with that field.
pub fn parse_lines(field: &'static str, text: &str, longest: usize) -> AppResult<String> {
    if text.len() > longest {
        return Err(AppError::field(field, "too_long"));
    }
    match text.contains('\0') {
        true => Err(AppError::field(field, "nul")),
        false => Ok(text.replace("\r\n", "\n")),
    }
}

/// Reads a text that is kept to the byte, perhaps empty; how long it is, the body's limit decides.
///
/// # Errors
/// `Invalid`, with that field.
pub fn parse_verbatim(field: &'static str, text: &str) -> AppResult<String> {
    match text.contains('\0') {
        true => Err(AppError::field(field, "nul")),
        false => Ok(text.to_owned()),
    }
}

/// The title of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionName(String);

impl SessionName {
    /// Reads a title: one line of 1 to 200 characters.
    ///
    /// # Errors
    /// `Invalid`, with the field `name`.
    pub fn parse(text: &str) -> AppResult<Self> {
        parse_name(text).map(Self)
    }

    /// The title.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The name of a member or of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortName(String);

impl ShortName {
    /// Reads a name: one line of 1 to 100 characters.
    ///
    /// # Errors
    /// `Invalid`, with the field `name`.
    pub fn parse(text: &str) -> AppResult<Self> {
        parse_line("name", text, SHORT_NAME).map(Self)
    }

    /// The name.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// An e-mail address, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address: something, one `@`, something; no spaces and nothing unseen. Whether mail arrives there only
    /// mail can tell.
    ///
    /// # Errors
    /// `Invalid`, with the field `email`.
    pub fn parse(text: &str) -> AppResult<Self> {
        let text = parse_line("email", text, EMAIL)?.to_lowercase();
        let well_formed = text
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
        if !well_formed || text.contains(|c: char| c.is_whitespace() || is_unseen(c)) {
            return Err(AppError::field("email", "not_an_email"));
        }
        Ok(Self(text))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Characters that leave no trace on the screen (Unicode's `Default_Ignorable_Code_Point`), such as zero-width spaces and
/// marks of direction: with them two addresses could look like one.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// What somebody says: Markdown of any length a model could read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// Reads a message: not blank, at most 512 KiB, no NUL. Line ends become LF.
    ///
    /// # Errors
    /// `Invalid`, with the field `content`.
    pub fn parse(text: &str) -> AppResult<Self> {
        if text.trim().is_empty() {
            return Err(AppError::field("content", "required"));
        }
        if text.len() > MESSAGE {
            return Err(AppError::field("content", "too_long"));
        }
        if text.contains('\0') {
            return Err(AppError::field("content", "nul"));
        }
        Ok(Self(text.replace("\r\n", "\n")))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Reads what a list is searched for: `None` when blank.
///
/// # Errors
/// `Invalid`, with the field `q`.
pub fn parse_search(text: Option<&str>) -> AppResult<Option<String>> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => parse_line("q", text, SEARCH).map(Some),
    }
}

/// Reads tags: trimmed, without repeats, in the order given.
///
/// # Errors
/// `Invalid`, with the field `tags`.
pub fn parse_tags(words: &[String]) -> AppResult<Vec<String>> {
    if words.len() > TAGS {
        return Err(AppError::field("tags", "too_many"));
    }
    let mut tags = Vec::with_capacity(words.len());
    for word in words {
        let tag = parse_line("tags", word, TAG)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// Reads the key under which a retried request is recognised.
///
/// # Errors
/// `Invalid`, with the field `client_id`.
pub fn parse_key(text: Option<&str>) -> AppResult<Option<String>> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => parse_line("client_id", text, KEY).map(Some),
    }
}

/// Reads the id of a model, known or not: `None` when empty.
///
/// # Errors
/// `Invalid`, with the field `model`.
pub fn parse_model(text: Option<&str>) -> AppResult<Option<String>> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => parse_line("model", text, MODEL).map(Some),
    }
}

/// Reads the name of a programming language, known or not: `None` when empty.
///
/// # Errors
/// `Invalid`, with the field `language`.
pub fn parse_language(text: Option<&str>) -> AppResult<Option<String>> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => parse_line("language", text, LANGUAGE).map(Some),
    }
}

/// Reads a yes or no of a query string: `None` when it says neither.
///
/// # Errors
/// `Invalid`, with that field.
pub fn parse_flag(field: &'static str, text: Option<&str>) -> AppResult<Option<bool>> {
    match text {
        None | Some("") => Ok(None),
        Some("true" | "1") => Ok(Some(true)),
        Some("false" | "0") => Ok(Some(false)),
        Some(_) => Err(AppError::field(field, "not_a_flag")),
    }
}

/// An id as we make them; any other text names nothing, so callers answer "not found".
pub fn parse_id(text: &str) -> Option<String> {
    let id = uuid::Uuid::try_parse(text).ok()?;
    Some(id.to_string()).filter(|canonical| canonical == text)
}
