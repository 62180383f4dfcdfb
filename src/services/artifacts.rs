//! Artifacts: listing, keeping, changing by versions and deleting them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page_request::{Page, PageRequest, Paging};
use super::sessions;
use super::text::{
    parse_id, parse_language, parse_search, parse_tags, parse_title, parse_verbatim, required,
};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::artifact::{
    Artifact, ArtifactChanges, ArtifactKind, ArtifactVersion, NewArtifact as NewRow, VersionSummary,
};
use crate::models::message::MessageRole;
use crate::models::new_id;
use crate::models::tags::Tags;
use crate::models::user::User;
use crate::repositories::artifacts::{self, ArtifactFilter};
use crate::repositories::counts::{self, Counted};
use crate::repositories::messages;

/// Which artifacts to list, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListArtifacts {
    /// Only out of that conversation.
    pub session_id: Option<String>,
    /// Only of that kind.
    #[param(value_type = Option<ArtifactKind>)]
    pub kind: Option<String>,
    /// Text in the title.
    pub q: Option<String>,
    /// All of these tags; may repeat.
    #[serde(default)]
    pub tags: Vec<String>,
    /// See [`Paging`].
    pub page: Option<String>,
    /// See [`Paging`].
    pub limit: Option<String>,
    /// See [`Paging`].
    pub cursor: Option<String>,
}

/// An artifact to be kept.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewArtifact {
    /// Its title, 1 to 200 characters.
    #[schema(example = "写锁与 WAL")]
    pub title: Option<String>,
    /// What its content is.
    #[schema(value_type = ArtifactKind, example = "markdown")]
    pub kind: Option<String>,
    /// The language of a program, at most 50 characters; ignored for other kinds.
    pub language: Option<String>,
    /// The content, kept to the byte; the whole body may have 1 MiB.
    #[schema(value_type = String, example = "# 写锁与 WAL\n")]
    pub content: Option<String>,
    /// The conversation it came out of.
    pub session_id: Option<String>,
    /// What it is filed under: at most 20 tags of 50 characters.
    #[schema(example = json!(["SQLite"]))]
    pub tags: Option<Vec<String>>,
}

/// A new version of an artifact.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct UpdateArtifact {
    /// Another title.
    pub title: Option<String>,
    /// The new content.
    #[schema(value_type = String, example = "# 写锁与 WAL\n")]
    pub content: Option<String>,
    /// The version that was changed: must be the newest.
    #[schema(value_type = i64, example = 1)]
    pub base_version: Option<i64>,
    /// What it is filed under from now on, all of it.
    #[schema(example = json!(["SQLite"]))]
    pub tags: Option<Vec<String>>,
}

/// An artifact with its content, as in JSON.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FullArtifact {
    /// The artifact; of an earlier version the title, number, size and `updated_at` it had.
    #[serde(flatten)]
    pub artifact: Artifact,
    /// The content.
    #[schema(example = "# 写锁与 WAL\n")]
    pub content: String,
}

/// A member's artifacts, last changed first.
///
/// # Errors
/// `Invalid` for wrong parameters.
pub fn list(conn: &mut DbConn, owner: &User, input: &ListArtifacts) -> AppResult<Page<Artifact>> {
    let filter = ArtifactFilter {
        session_id: sessions::parse_filter(input.session_id.as_deref())?,
        kind: parse_kind_filter(input.kind.as_deref())?,
        q: parse_search(input.q.as_deref())?,
        tags: parse_tags(&input.tags)?,
    };
    let request = PageRequest::<(i64, String)>::parse(
        input.page.as_deref(),
        input.limit.as_deref(),
        input.cursor.as_deref(),
    )?;
    let (after, limit) = (request.change_position()?, request.limit);
    let rows = artifacts::list_owned(conn, &owner.id, &filter, after.as_ref(), request.offset, limit + 1)?;
    let total = match filter == ArtifactFilter::default() {
        true => counts::find(conn, &owner.id, Counted::Artifacts)?,
        false => artifacts::count_owned(conn, &owner.id, &filter)?,
    };
    Ok(Page::from_rows(rows, limit, total, |row| (row.updated_at.millis(), row.id.clone())))
}

/// Keeps an artifact as its first version.
///
/// # Errors
/// `BadRequest("missing_title")`, or `Invalid` with the fields that are wrong.
pub fn create(conn: &mut DbConn, owner: &User, input: &NewArtifact) -> AppResult<FullArtifact> {
    let title = required(input.title.as_deref(), "missing_title")?;
    let kind = input.kind.as_deref().ok_or_else(|| AppError::field("kind", "required"))?;
    let kind = ArtifactKind::parse(kind).ok_or_else(|| AppError::field("kind", "unknown_value"))?;
    let content = parse_content(input.content.as_deref())?;
    let (now, code) = (Time::now(), kind == ArtifactKind::Code);
    let row = NewRow {
        id: new_id(),
        user_id: owner.id.clone(),
        session_id: sessions::parse_origin(conn, owner, input.session_id.as_deref())?,
        title: parse_title(title)?,
        kind,
        language: parse_language(input.language.as_deref())?.filter(|_| code),
        tags: Tags::new(&parse_tags(input.tags.as_deref().unwrap_or_default())?),
        version: 1,
        size: size_of(&content),
        created_at: now,
        updated_at: now,
    };
    let artifact = artifacts::insert(conn, &row)?;
    keep(conn, artifact, content)
}

/// Keeps an answer of a conversation as an artifact, called after its first line.
///
/// # Errors
/// `NotFound` for unknown ids and for somebody else's, `BadRequest("not_an_answer")` for what a person said.
pub fn keep_answer(conn: &mut DbConn, owner: &User, session: &str, message: &str) -> AppResult<FullArtifact> {
    let session = sessions::find(conn, owner, session)?;
    let message = parse_id(message).ok_or(AppError::NotFound(Thing::Resource))?;
    let message = messages::find_in_session(conn, &session.id, &message)?;
    if message.role != MessageRole::Assistant {
        return Err(AppError::BadRequest("not_an_answer"));
    }
    let input = NewArtifact {
        title: Some(first_line(&message.content).unwrap_or(session.name)),
        kind: Some(ArtifactKind::Markdown.as_str().to_owned()),
        content: Some(message.content),
        session_id: Some(session.id),
        ..NewArtifact::default()
    };
    create(conn, owner, &input)
}

/// The first words of a text without the marks of Markdown.
fn first_line(text: &str) -> Option<String> {
    let bare = |line: &str| line.trim_matches(|c: char| c.is_whitespace() || "#>*-_`".contains(c)).to_owned();
    let line = text.lines().map(bare).find(|line| !line.is_empty())?;
    Some(line.chars().filter(|c| !c.is_control()).take(80).collect())
}

/// Keeps the newest version of an artifact.
fn keep(conn: &mut DbConn, artifact: Artifact, content: String) -> AppResult<FullArtifact> {
    let version = ArtifactVersion {
        artifact_id: artifact.id.clone(),
        version: artifact.version,
        title: artifact.title.clone(),
        content,
        size: artifact.size,
        created_at: artifact.updated_at,
    };
    artifacts::insert_version(conn, &version)?;
    Ok(FullArtifact { artifact, content: version.content })
}

/// A member's artifact with its content: the newest, or that of `version`.
///
/// # Errors
/// `NotFound` for an unknown id or version and for somebody else's, `Invalid` for a version that is no number.
pub fn find(conn: &mut DbConn, owner: &User, id: &str, version: Option<&str>) -> AppResult<FullArtifact> {
    let mut artifact = find_owned(conn, owner, id)?;
    let wanted = version.filter(|text| !text.is_empty()).map(parse_version).transpose()?;
    let found = artifacts::find_version(conn, &artifact, wanted.unwrap_or(artifact.version))?;
    if found.version != artifact.version {
        (artifact.version, artifact.size) = (found.version, found.size);
        (artifact.title, artifact.updated_at) = (found.title, found.created_at);
    }
    Ok(FullArtifact { artifact, content: found.content })
}

/// The number of the newest version of a member's artifact.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn newest_version(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<i64> {
    find_owned(conn, owner, id).map(|artifact| artifact.version)
}

/// A member's artifact as it is now, and the part of its versions that was asked for, newest first.
///
/// # Errors
/// `NotFound`, or `Invalid` for wrong parameters.
pub fn versions(
    conn: &mut DbConn,
    owner: &User,
    id: &str,
    paging: &Paging,
) -> AppResult<(Artifact, Page<VersionSummary>)> {
    let artifact = find_owned(conn, owner, id)?;
    let request =
        PageRequest::<i64>::parse(paging.page.as_deref(), paging.limit.as_deref(), paging.cursor.as_deref())?;
    let rows = artifacts::list_versions(conn, &artifact, request.after, request.offset, request.limit + 1)?;
    // Versions are counted without gaps.
    let page = Page::from_rows(rows, request.limit, artifact.version, |row| row.version);
    Ok((artifact, page))
}

/// Writes the next version of an artifact.
///
/// # Errors
/// `Conflict("stale_version")` when `base_version` is not the newest, `Invalid`, or `NotFound`.
pub fn update(conn: &mut DbConn, owner: &User, id: &str, input: &UpdateArtifact) -> AppResult<FullArtifact> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Artifact))?;
    let content = parse_content(input.content.as_deref())?;
    let base = input.base_version.ok_or_else(|| AppError::field("base_version", "required"))?;
    let changes = ArtifactChanges {
        title: input.title.as_deref().map(parse_title).transpose()?,
        tags: input.tags.as_deref().map(parse_tags).transpose()?.map(|words| Tags::new(&words)),
        version: base.saturating_add(1),
        size: size_of(&content),
        updated_at: Time::now(),
    };
    match artifacts::update_owned(conn, &owner.id, &id, base, &changes)? {
        Some(artifact) => keep(conn, artifact, content),
        // Not there at all, or at another version.
        None => Err(artifacts::find_owned(conn, &owner.id, &id)
            .map_or_else(|error| error, |_| AppError::Conflict("stale_version"))),
    }
}

/// Deletes an artifact with all its versions.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn delete(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<()> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Artifact))?;
    artifacts::delete_owned(conn, &owner.id, &id)
}

fn find_owned(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<Artifact> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Artifact))?;
    artifacts::find_owned(conn, &owner.id, &id)
}

fn parse_content(text: Option<&str>) -> AppResult<String> {
    parse_verbatim("content", text.ok_or_else(|| AppError::field("content", "required"))?)
}

fn parse_kind_filter(text: Option<&str>) -> AppResult<Option<ArtifactKind>> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => {
            ArtifactKind::parse(text).map(Some).ok_or_else(|| AppError::field("kind", "unknown_value"))
        }
    }
}

fn parse_version(text: &str) -> AppResult<i64> {
    text.parse().map_err(|_| AppError::field("version", "not_a_number"))
}

fn size_of(content: &str) -> i64 {
    i64::try_from(content.len()).unwrap_or(i64::MAX)
}
