//! Pages of tasks: the list and the board, one task, and the forms that change it.

mod due;
pub mod edit;
pub mod list;
pub mod show;

use crate::models::task::TaskStatus;

/// The key of what a status is called.
fn status_label(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Todo => "tasks.todo",
        TaskStatus::InProgress => "tasks.in_progress",
        TaskStatus::Done => "tasks.done",
        TaskStatus::Cancelled => "tasks.cancelled",
    }
}

/// The picture of a status.
fn status_icon(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Todo => "circle",
        TaskStatus::InProgress => "circle-dot",
        TaskStatus::Done => "circle-check",
        TaskStatus::Cancelled => "circle-x",
    }
}
