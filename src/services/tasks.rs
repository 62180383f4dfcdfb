//! Tasks: listing, noting down, changing and deleting them.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::given::given;
use super::page_request::{Page, PageRequest};
use super::sessions;
use super::text::{parse_id, parse_lines, parse_search, parse_tags, parse_title, required};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::new_id;
use crate::models::tags::Tags;
use crate::models::task::{NewTask as NewRow, Task, TaskChanges, TaskStatus};
use crate::models::user::User;
use crate::repositories::counts::{self, Counted};
use crate::repositories::tasks::{self, TaskFilter};

/// Longest description, in bytes.
const DESCRIPTION: usize = 64 * 1024;

/// Which tasks to list, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListTasks {
    /// Only those that stand so.
    #[param(value_type = Option<TaskStatus>)]
    pub status: Option<String>,
    /// Text in the title or the description.
    pub q: Option<String>,
    /// Only out of that conversation.
    pub session_id: Option<String>,
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

/// A task to be noted down.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewTask {
    /// What is to be done, 1 to 200 characters.
    #[schema(value_type = String, example = "核对引用")]
    pub title: Option<String>,
    /// What else there is to say: Markdown of at most 64 KiB.
    #[schema(example = "逐条打开来源。")]
    pub description: Option<String>,
    /// How it stands; `todo` when absent.
    #[schema(value_type = Option<TaskStatus>)]
    pub status: Option<String>,
    /// The conversation it was noted down from.
    pub session_id: Option<String>,
    /// When it must be done (RFC 3339).
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-01-31T12:00:00Z")]
    pub due_at: Option<String>,
    /// What it is filed under: at most 20 tags of 50 characters.
    #[schema(example = json!(["写作"]))]
    pub tags: Option<Vec<String>>,
}

/// What may be changed about a task; what is absent stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct UpdateTask {
    /// What is to be done.
    #[schema(example = "核对引用")]
    pub title: Option<String>,
    /// What else there is to say.
    pub description: Option<String>,
    /// How it stands.
    #[schema(value_type = Option<TaskStatus>, example = "done")]
    pub status: Option<String>,
    /// When it must be done (RFC 3339); empty or `null` for no time.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-01-31T12:00:00Z")]
    pub due_at: Option<Option<String>>,
    /// What it is filed under, all of it.
    pub tags: Option<Vec<String>>,
}

/// A member's tasks, last changed first.
///
/// # Errors
/// `Invalid` for wrong parameters.
pub fn list(conn: &mut DbConn, owner: &User, input: &ListTasks) -> AppResult<Page<Task>> {
    let filter = TaskFilter {
        session_id: sessions::parse_filter(input.session_id.as_deref())?,
        status: input.status.as_deref().filter(|text| !text.is_empty()).map(parse_status).transpose()?,
        q: parse_search(input.q.as_deref())?,
        tags: parse_tags(&input.tags)?,
    };
    let request = PageRequest::<(i64, String)>::parse(
        input.page.as_deref(),
        input.limit.as_deref(),
        input.cursor.as_deref(),
    )?;
    let (after, limit) = (request.change_position()?, request.limit);
    let rows = tasks::list_owned(conn, &owner.id, &filter, after.as_ref(), request.offset, limit + 1)?;
    let total = match filter == TaskFilter::default() {
        true => counts::find(conn, &owner.id, Counted::Tasks)?,
        false => tasks::count_owned(conn, &owner.id, &filter)?,
    };
    Ok(Page::from_rows(rows, limit, total, |row| (row.updated_at.millis(), row.id.clone())))
}

/// Notes a task down.
///
/// # Errors
/// `BadRequest("missing_title")`, or `Invalid` with the fields that are wrong.
pub fn create(conn: &mut DbConn, owner: &User, input: &NewTask) -> AppResult<Task> {
    let now = Time::now();
    let row = NewRow {
        id: new_id(),
        user_id: owner.id.clone(),
        title: parse_title(required(input.title.as_deref(), "missing_title")?)?,
        description: parse_description(input.description.as_deref().unwrap_or_default())?,
        status: input.status.as_deref().map_or(Ok(TaskStatus::Todo), parse_status)?,
        tags: Tags::new(&parse_tags(input.tags.as_deref().unwrap_or_default())?),
        due_at: parse_due(input.due_at.as_deref())?,
        session_id: sessions::parse_origin(conn, owner, input.session_id.as_deref())?,
        created_at: now,
        updated_at: now,
    };
    tasks::insert(conn, &row)
}

/// A member's task.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn find(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<Task> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Task))?;
    tasks::find_owned(conn, &owner.id, &id)
}

/// Changes a task.
///
/// # Errors
/// `BadRequest("missing_parameter")` when nothing is to be changed, `Invalid`, or `NotFound`.
pub fn update(conn: &mut DbConn, owner: &User, id: &str, input: &UpdateTask) -> AppResult<Task> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Task))?;
    let changes = TaskChanges {
        title: input.title.as_deref().map(parse_title).transpose()?,
        description: input.description.as_deref().map(parse_description).transpose()?,
        status: input.status.as_deref().map(parse_status).transpose()?,
        tags: input.tags.as_deref().map(parse_tags).transpose()?.map(|words| Tags::new(&words)),
        due_at: input.due_at.as_ref().map(|due| parse_due(due.as_deref())).transpose()?,
        updated_at: Some(Time::now()),
    };
    let empty = changes.title.is_none()
        && changes.description.is_none()
        && changes.status.is_none()
        && changes.tags.is_none()
        && changes.due_at.is_none();
    match empty {
        true => Err(AppError::BadRequest("missing_parameter")),
        false => tasks::update_owned(conn, &owner.id, &id, &changes),
    }
}

/// Deletes a task.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub fn delete(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<()> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Task))?;
    tasks::delete_owned(conn, &owner.id, &id)
}

fn parse_description(text: &str) -> AppResult<String> {
    parse_lines("description", text, DESCRIPTION)
}

fn parse_status(text: &str) -> AppResult<TaskStatus> {
    TaskStatus::parse(text).ok_or_else(|| AppError::field("status", "unknown_value"))
}

fn parse_due(text: Option<&str>) -> AppResult<Option<Time>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let due = serde_json::from_value(serde_json::json!(text));
    due.map(Some).map_err(|_| AppError::field("due_at", "not_a_time"))
}
