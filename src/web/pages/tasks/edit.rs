//! A task as it is typed: a new one, and one that is changed.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::status_label;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::task::{Task, TaskStatus};
use crate::models::user::User;
use crate::services::tasks::{self, NewTask, UpdateTask};
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id};
use crate::web::pages::form::{Problems, words};
use crate::web::pages::frame::Frame;
use crate::web::pages::moment::Clock;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, page_with};
use crate::web::{App, paths};

/// `GET /tasks/{id}/edit`.
#[derive(Template)]
#[template(path = "tasks/edit.html")]
struct EditPage {
    frame: Frame,
    id: String,
    typed: TaskForm,
    problems: Problems,
}

/// A task as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TaskForm {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) status: String,
    /// A day, as `2027-01-31`; empty for none.
    pub(super) due: String,
    pub(super) tags: String,
    /// The conversation a new one comes out of.
    pub(super) session_id: String,
    /// How the list looked in which a new one was typed.
    pub(super) view: String,
}

impl TaskForm {
    /// The empty form beside the tasks of a conversation, or beside all of them.
    pub fn from_session(session: Option<String>) -> Self {
        Self { session_id: session.unwrap_or_default(), ..Self::default() }
    }

    /// The list that a new one was typed in.
    pub fn back(&self) -> String {
        paths::tasks_in(self.session().as_deref(), self.view().as_deref())
    }

    /// The conversation a new one comes out of.
    pub fn session(&self) -> Option<String> {
        Some(self.session_id.clone()).filter(|id| !id.is_empty())
    }

    /// How the list looked: `board`, or nothing.
    pub fn view(&self) -> Option<String> {
        Some(self.view.clone()).filter(|view| view == "board")
    }

    /// Whether there is more in it than the first line shows.
    pub fn has_details(&self) -> bool {
        !(self.description.is_empty() && self.tags.is_empty())
    }

    /// A task to be noted down.
    ///
    /// # Errors
    /// `Invalid`, when the day is none.
    pub fn as_new(&self, clock: Clock) -> AppResult<NewTask> {
        Ok(NewTask {
            title: Some(self.title.clone()),
            description: Some(self.description.clone()),
            status: None,
            session_id: Some(self.session_id.clone()),
            due_at: Some(self.due_at(clock)?),
            tags: Some(words(&self.tags)),
        })
    }

    /// What the form changes about a task. A day that was left as it is keeps its hour, which a form does not show.
    fn as_change(&self, task: &Task, clock: Clock) -> AppResult<UpdateTask> {
        let due = Some(self.due_at(clock)?).filter(|_| self.due != due_day(task, clock));
        Ok(UpdateTask {
            title: Some(self.title.clone()),
            description: Some(self.description.clone()),
            status: Some(self.status.clone()),
            due_at: due.map(Some),
            tags: Some(words(&self.tags)),
        })
    }

    /// A day ends where the reader is.
    fn due_at(&self, clock: Clock) -> AppResult<String> {
        match self.due.as_str() {
            "" => Ok(String::new()),
            day => clock.end_of(day).ok_or_else(|| AppError::field("due_at", "not_a_day")),
        }
    }

    fn of(task: Task, clock: Clock) -> Self {
        Self {
            due: due_day(&task, clock),
            title: task.title,
            description: task.description,
            status: task.status.as_str().to_owned(),
            tags: task.tags.words().join(", "),
            ..Self::default()
        }
    }

    fn save(&self, conn: &mut DbConn, owner: &User, id: &str, clock: Clock) -> AppResult<Task> {
        let task = tasks::find(conn, owner, id)?;
        tasks::update(conn, owner, id, &self.as_change(&task, clock)?)
    }
}

/// The day a task ends, as the form has it; empty for none.
fn due_day(task: &Task, clock: Clock) -> String {
    task.due_at.map(|at| clock.day_of(at.millis())).unwrap_or_default()
}

/// The form with a task as it is.
pub async fn edit_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let typed = TaskForm::of(tasks::find(conn, &user.0, &id.0)?, reader.clock());
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(EditPage { frame, id: id.0, typed, problems: Problems::default() })
    };
    page(&app.db.read(load).await?)
}

/// Changes a task.
pub async fn update(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    id: Id,
    form: Form<TaskForm>,
) -> WebResult<HttpResponse> {
    let (clock, owner, place, typed) = (reader.clock(), user.0.clone(), id.0.clone(), form.0.clone());
    let Err(error) = app.write_as(owner, move |conn, user| form.0.save(conn, user, &place, clock)).await
    else {
        return done(&session, "flash.saved", &paths::task(&id.0));
    };
    let status = app_status(&error);
    let problems = Problems::from_error(error, reader.locale(Some(&user.0)))?;
    let reader = reader.at(paths::edit_task(&id.0));
    let frame = app.db.read(move |conn| reader.frame(conn, &user.0, None)).await?;
    page_with(status, &EditPage { frame, id: id.0, typed, problems })
}
