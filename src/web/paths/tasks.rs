//! Tasks.

use super::with_query;

/// Tasks: the list (GET) and a new one (POST).
pub const TASKS: &str = "/tasks";

/// One task.
pub fn task(id: &str) -> String {
    format!("{TASKS}/{id}")
}

/// The form of a task.
pub fn edit_task(id: &str) -> String {
    format!("{TASKS}/{id}/edit")
}

/// Moves a task to another status (POST).
pub fn task_status(id: &str) -> String {
    format!("{TASKS}/{id}/status")
}

/// The question before a task is deleted.
pub fn delete_task(id: &str) -> String {
    format!("{TASKS}/{id}/delete")
}

/// The tasks of a conversation, with the form for another.
pub fn tasks_of(session: &str) -> String {
    tasks_in(Some(session), None)
}

/// The tasks of a conversation or all of them, as a list or in the `view` of that name.
pub fn tasks_in(session: Option<&str>, view: Option<&str>) -> String {
    with_query(TASKS, [("session_id", session), ("view", view)])
}
