//! Tasks.

/// Tasks: the list (GET) and a new one (POST).
pub const TASKS: &str = "/tasks";

/// One task in its form (GET), changed (POST).
pub fn task(id: &str) -> String {
    format!("{TASKS}/{id}")
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
    format!("{TASKS}?session_id={session}")
}
