//! Posts one after another, as many at a time as memory has room for; who may change them is none of its business.

use serde::Deserialize;
use utoipa::IntoParams;

use super::page_request::{Page, PageRequest};
use super::text::{parse_flag, parse_search, parse_tags};
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::post::WrittenPost;
use crate::models::user::User;
use crate::repositories::counts::{self, Counted, PUBLIC};
use crate::repositories::filters::ChangePosition;
use crate::repositories::posts::{self, PostFilter};

/// Most posts that are read at once.
const BATCH: i64 = 64;

/// Which posts to list, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListPosts {
    /// Text in the title or the content.
    pub q: Option<String>,
    /// All of these tags; may repeat.
    #[serde(default)]
    pub tags: Vec<String>,
    /// `true`: the caller's own drafts in place of what is published.
    #[param(value_type = Option<bool>)]
    pub drafts: Option<String>,
    /// See [`Paging`].
    pub page: Option<String>,
    /// See [`Paging`].
    pub limit: Option<String>,
    /// See [`Paging`].
    pub cursor: Option<String>,
}

/// What is published, newest publication first; or a member's own drafts, last changed first.
///
/// # Errors
/// `Unauthorized` when nobody asks for their drafts, or `Invalid`.
pub fn list(conn: &mut DbConn, reader: Option<&User>, input: &ListPosts) -> AppResult<Page<WrittenPost>> {
    list_within(conn, reader, input, usize::MAX)
}

/// [`list`], ended early where the contents would be more than `most` bytes; one post there always is.
///
/// # Errors
/// Those of [`list`].
pub fn list_within(
    conn: &mut DbConn,
    reader: Option<&User>,
    input: &ListPosts,
    most: usize,
) -> AppResult<Page<WrittenPost>> {
    let drafts_of = match parse_flag("drafts", input.drafts.as_deref())? {
        Some(true) => Some(reader.ok_or(AppError::Unauthorized)?.id.clone()),
        _ => None,
    };
    let filter =
        PostFilter { drafts_of, q: parse_search(input.q.as_deref())?, tags: parse_tags(&input.tags)? };
    let request = PageRequest::<(i64, String)>::parse(
        input.page.as_deref(),
        input.limit.as_deref(),
        input.cursor.as_deref(),
    )?;
    let rows = gather(conn, &filter, &request, most)?;
    let total = match filter == PostFilter::default() {
        true => counts::find(conn, PUBLIC, Counted::Posts)?,
        false => posts::count(conn, &filter)?,
    };
    let limit = request.limit.min(fitting(&rows, most));
    Ok(Page::from_rows(rows, limit, total, |row| {
        let ChangePosition { updated_at, id } = place(row, &filter);
        (updated_at.millis(), id)
    }))
}

/// The posts of a page and one more, unless those before fill `most` bytes: read a few at a time, for many long ones
/// would fill the memory.
fn gather(
    conn: &mut DbConn,
    filter: &PostFilter,
    request: &PageRequest<(i64, String)>,
    most: usize,
) -> AppResult<Vec<WrittenPost>> {
    let (mut after, mut offset) = (request.change_position()?, request.offset);
    let (mut rows, mut missing) = (Vec::new(), request.limit + 1);
    while missing > 0 {
        let wanted = missing.min(BATCH);
        let part = posts::list(conn, filter, after.as_ref(), offset, wanted)?;
        let found = count(&part);
        (after, offset) = (part.last().map(|row| place(row, filter)), 0);
        rows.extend(part);
        missing -= found;
        if found < wanted || fitting(&rows, most) < count(&rows) {
            break;
        }
    }
    Ok(rows)
}

/// How many of the first posts have contents of at most `most` bytes together; at least one.
fn fitting(rows: &[WrittenPost], most: usize) -> i64 {
    let sizes = rows.iter().scan(0_usize, |sum, row| {
        *sum += row.post.content.len();
        Some(*sum)
    });
    i64::try_from(sizes.take_while(|sum| *sum <= most).count()).unwrap_or(i64::MAX).max(1)
}

fn count(rows: &[WrittenPost]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

/// A post's place in the order of its list.
fn place(row: &WrittenPost, filter: &PostFilter) -> ChangePosition {
    let published = row.post.published_at.filter(|_| filter.drafts_of.is_none());
    ChangePosition { updated_at: published.unwrap_or(row.post.updated_at), id: row.post.id.clone() }
}
