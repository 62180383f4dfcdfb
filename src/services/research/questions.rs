//! Tasks out of what a report could not answer.

use super::reports;
use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::task::Task;
use crate::models::user::User;
use crate::repositories::tasks as rows;
use crate::services::tasks::{self, NewTask};

/// Longest title of a task, in characters.
const TITLE: usize = 200;

/// Makes tasks out of the open questions of a member's report: out of `which`, counted from 0, or out of all. A question
/// that is a task of the report's session already is not made one again. The tasks, in the order of the questions.
///
/// # Errors
/// `NotFound` for an unknown report, for somebody else's, and for a question that it does not have.
pub fn to_tasks(
    conn: &mut DbConn,
    owner: &User,
    artifact: &str,
    version: i64,
    which: Option<usize>,
) -> AppResult<Vec<Task>> {
    let report = reports::find(conn, owner, artifact, Some(&version.to_string()))?;
    let questions = match which {
        None => report.content.open_questions,
        Some(at) => {
            let one = report.content.open_questions.into_iter().nth(at);
            vec![one.ok_or(AppError::NotFound(Thing::Resource))?]
        }
    };
    let session = report.row.session_id.as_deref();
    let mut done: Vec<Task> = Vec::with_capacity(questions.len());
    for question in &questions {
        let title = title(question);
        // Two questions may have the same beginning: what was just made is found, too.
        let task = match rows::find_titled(conn, &owner.id, session, &title)? {
            Some(task) => task,
            None => tasks::create(conn, owner, &new_task(title, question, session))?,
        };
        if !done.iter().any(|one| one.id == task.id) {
            done.push(task);
        }
    }
    Ok(done)
}

/// One line of the question; all of it where it fits.
fn title(question: &str) -> String {
    let words: Vec<&str> = question.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(TITLE) {
        Some(_) => line.chars().take(TITLE - 1).chain(['…']).collect(),
        None => line,
    }
}

fn new_task(title: String, question: &str, session: Option<&str>) -> NewTask {
    NewTask {
        // What the title cannot hold stands here.
        description: (title != question).then(|| question.to_owned()),
        title: Some(title),
        session_id: session.map(str::to_owned),
        ..NewTask::default()
    }
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_question_becomes_one_line_that_a_task_can_have_as_its_title() {
        assert_eq!(title("Who\n  holds\tit?"), "Who holds it?");
        let long = title(&"字".repeat(300));
        assert_eq!((long.chars().count(), long.ends_with('…')), (200, true));
    }
}
