//! Tasks.

use diesel::prelude::*;

use super::filters::{ChangePosition, after_change, containing, lower, tagged};
use crate::db::{DbConn, MultiBackend};
use crate::error::{AppError, AppResult, Thing};
use crate::models::task::{NewTask, Task, TaskChanges, TaskStatus};
use crate::schema::tasks::{self, dsl};

/// Which of a member's tasks are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Only out of that conversation.
    pub session_id: Option<String>,
    /// Only those that stand so.
    pub status: Option<TaskStatus>,
    /// Only with that text in the title or the description.
    pub q: Option<String>,
    /// Only with all of these tags.
    pub tags: Vec<String>,
}

/// The changes that make an earlier answer of [`list_owned`] untrue, as triggers name them.
pub const LIST_CHANGES: &[&str] = &["INSERT ON tasks", "UPDATE ON tasks", "DELETE ON tasks"];

type Boxed<'a> = tasks::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(owner: &'a str, filter: &'a TaskFilter) -> Boxed<'a> {
    let mut query = dsl::tasks.filter(dsl::user_id.eq(owner)).into_boxed::<MultiBackend>();
    if let Some(session) = &filter.session_id {
        query = query.filter(dsl::session_id.eq(session));
    }
    if let Some(status) = filter.status {
        query = query.filter(dsl::status.eq(status));
    }
    if let Some(q) = &filter.q {
        let pattern = containing(&q.to_lowercase());
        let title = lower(dsl::title).like(pattern.clone()).escape('\\');
        query = query.filter(title.or(lower(dsl::description).like(pattern).escape('\\')));
    }
    for tag in &filter.tags {
        query = query.filter(tagged(tag));
    }
    query
}

/// A member's tasks after `after` (or from row `offset`), last changed first.
///
/// # Errors
/// When the database fails.
pub fn list_owned(
    conn: &mut DbConn,
    owner: &str,
    filter: &TaskFilter,
    after: Option<&ChangePosition>,
    offset: i64,
    limit: i64,
) -> AppResult<Vec<Task>> {
    let mut query = filtered(owner, filter);
    if let Some(place) = after {
        query = query.filter(after_change(place));
    }
    Ok(query.order((dsl::updated_at.desc(), dsl::id.desc())).offset(offset).limit(limit).load(conn)?)
}

/// How many tasks [`list_owned`] would list in all.
///
/// # Errors
/// When the database fails.
pub fn count_owned(conn: &mut DbConn, owner: &str, filter: &TaskFilter) -> AppResult<i64> {
    Ok(filtered(owner, filter).count().get_result(conn)?)
}

/// The oldest of a member's tasks out of that session, or out of none, that has this title.
///
/// # Errors
/// When the database fails.
pub fn find_titled(
    conn: &mut DbConn,
    owner: &str,
    session: Option<&str>,
    title: &str,
) -> AppResult<Option<Task>> {
    let titled =
        dsl::tasks.filter(dsl::user_id.eq(owner).and(dsl::title.eq(title))).into_boxed::<MultiBackend>();
    let query = match session {
        Some(id) => titled.filter(dsl::session_id.eq(id)),
        None => titled.filter(dsl::session_id.is_null()),
    };
    Ok(query.order((dsl::created_at, dsl::id)).first(conn).optional()?)
}

/// A member's task.
///
/// # Errors
/// `NotFound` when the member has no such task.
pub fn find_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<Task> {
    let row = dsl::tasks.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner))).first(conn);
    row.optional()?.ok_or(AppError::NotFound(Thing::Task))
}

/// Notes a task down.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, task: &NewTask) -> AppResult<Task> {
    Ok(diesel::insert_into(tasks::table).values(task).returning(tasks::all_columns).get_result(conn)?)
}

/// Changes a member's task.
///
/// # Errors
/// `NotFound` when the member has no such task.
pub fn update_owned(conn: &mut DbConn, owner: &str, id: &str, changes: &TaskChanges) -> AppResult<Task> {
    let row = dsl::tasks.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    let updated = diesel::update(row).set(changes).returning(tasks::all_columns).get_result(conn);
    updated.optional()?.ok_or(AppError::NotFound(Thing::Task))
}

/// Deletes a member's task.
///
/// # Errors
/// `NotFound` when the member has no such task.
pub fn delete_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<()> {
    let row = dsl::tasks.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    match diesel::delete(row).execute(conn)? {
        0 => Err(AppError::NotFound(Thing::Task)),
        _ => Ok(()),
    }
}
