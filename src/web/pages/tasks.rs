//! Pages of tasks: the list or board with a form on top, one task, and its end.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::form::{Problems, words};
use super::frame::Frame;
use super::listing::Listing;
use super::moment::{Clock, Moment};
use super::reader::Reader;
use super::respond::{done, page, page_with};
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::task::{Task, TaskStatus};
use crate::models::user::User;
use crate::services::tasks::{self, ListTasks, NewTask, UpdateTask};
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id, Query};
use crate::web::{App, paths};

/// Tasks on one page of the list, and on the board.
const LINES: &str = "30";
const CARDS: &str = "200";

/// `GET /tasks`.
#[derive(Template)]
#[template(path = "tasks/index.html")]
struct TasksPage {
    frame: Frame,
    listing: Listing,
    lines: Vec<Line>,
    typed: TaskForm,
    problems: Problems,
}

/// `GET /tasks/{id}`.
#[derive(Template)]
#[template(path = "tasks/show.html")]
struct TaskPage {
    frame: Frame,
    id: String,
    typed: TaskForm,
    problems: Problems,
}

/// `GET /tasks/{id}/delete`.
#[derive(Template)]
#[template(path = "tasks/delete.html")]
struct DeletePage {
    frame: Frame,
    id: String,
    title: String,
}

/// One task in the list or on the board.
struct Line {
    id: String,
    title: String,
    status: TaskStatus,
    tags: Vec<String>,
    /// The day it must be done.
    due: Option<Moment>,
    overdue: bool,
}

/// A task as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TaskForm {
    title: String,
    description: String,
    status: String,
    /// A day, as `2027-01-31`; empty for none.
    due: String,
    tags: String,
    session_id: String,
}

/// Another place for a card, and the page it was moved on.
#[derive(Clone, Debug, Deserialize)]
pub struct Moved {
    status: Option<String>,
    next: Option<String>,
}

/// How tasks are listed: as the API lists them, or on a board.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    status: Option<String>,
    q: Option<String>,
    session_id: Option<String>,
    tags: Vec<String>,
    cursor: Option<String>,
    view: Option<String>,
}

/// The keys of what a status is called.
fn status_label(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Todo => "tasks.todo",
        TaskStatus::InProgress => "tasks.in_progress",
        TaskStatus::Done => "tasks.done",
        TaskStatus::Cancelled => "tasks.cancelled",
    }
}

impl TaskForm {
    /// A day ends where the reader is.
    fn due_at(&self, clock: Clock) -> AppResult<String> {
        match self.due.as_str() {
            "" => Ok(String::new()),
            day => clock.end_of(day).ok_or_else(|| AppError::field("due_at", "not_a_day")),
        }
    }

    fn as_new(&self, clock: Clock) -> AppResult<NewTask> {
        Ok(NewTask {
            title: Some(self.title.clone()),
            description: Some(self.description.clone()),
            status: None,
            session_id: Some(self.session_id.clone()),
            due_at: Some(self.due_at(clock)?),
            tags: Some(words(&self.tags)),
        })
    }

    fn as_change(&self, clock: Clock) -> AppResult<UpdateTask> {
        Ok(UpdateTask {
            title: Some(self.title.clone()),
            description: Some(self.description.clone()),
            status: Some(self.status.clone()),
            due_at: Some(Some(self.due_at(clock)?)),
            tags: Some(words(&self.tags)),
        })
    }

    fn of(task: Task, clock: Clock) -> Self {
        Self {
            title: task.title,
            description: task.description,
            status: task.status.as_str().to_owned(),
            due: task.due_at.map(|at| clock.day_of(at.millis())).unwrap_or_default(),
            tags: task.tags.words().join(", "),
            session_id: task.session_id.unwrap_or_default(),
        }
    }
}

impl TasksPage {
    fn load(
        conn: &mut DbConn,
        user: &User,
        reader: Reader,
        asked: Asked,
        typed: TaskForm,
        problems: Problems,
    ) -> AppResult<Self> {
        let board = asked.view.as_deref() == Some("board");
        let wanted = ListTasks {
            status: asked.status,
            q: asked.q,
            session_id: asked.session_id,
            tags: asked.tags,
            limit: Some(if board { CARDS } else { LINES }.to_owned()),
            cursor: asked.cursor,
            page: None,
        };
        let found = tasks::list(conn, user, &wanted)?;
        let clock = reader.clock();
        let listing = Listing::new(paths::TASKS, wanted.q.as_deref(), &wanted.tags)
            .with("status", wanted.status.as_deref())
            .with("session_id", wanted.session_id.as_deref())
            .with("view", board.then_some("board"))
            .paged(wanted.cursor.as_deref(), found.next_cursor.as_deref());
        let lines = found.items.into_iter().map(|task| Line::new(task, clock)).collect();
        Ok(Self { frame: reader.frame(conn, user, None)?, listing, lines, typed, problems })
    }

    fn column(&self, status: &TaskStatus) -> impl Iterator<Item = &Line> {
        let status = *status;
        self.lines.iter().filter(move |line| line.status == status)
    }
}

impl Line {
    fn new(task: Task, clock: Clock) -> Self {
        Self {
            overdue: task.status.is_open() && task.due_at.is_some_and(|at| at.millis() < clock.now),
            due: task.due_at.map(|at| clock.day(at.millis())),
            status: task.status,
            tags: task.tags.words(),
            id: task.id,
            title: task.title,
        }
    }
}

/// Lists the reader's tasks.
pub async fn index(user: PageUser, app: App, reader: Reader, asked: Query<Asked>) -> WebResult<HttpResponse> {
    let typed =
        TaskForm { session_id: asked.0.session_id.clone().unwrap_or_default(), ..TaskForm::default() };
    let load =
        move |conn: &mut DbConn| TasksPage::load(conn, &user.0, reader, asked.0, typed, Problems::default());
    page(&app.db.read(load).await?)
}

/// Notes a task down.
pub async fn create(
    user: PageUser,
    app: App,
    reader: Reader,
    session: Session,
    form: Form<TaskForm>,
) -> WebResult<HttpResponse> {
    let (clock, owner, typed) = (reader.clock(), user.0.clone(), form.0.clone());
    let create = move |conn: &mut DbConn| tasks::create(conn, &owner, &form.0.as_new(clock)?);
    let Err(error) = app.db.write(create).await else {
        return done(&session, "flash.task_noted", paths::TASKS);
    };
    let status = app_status(&error);
    let problems = Problems::from_error(error, reader.locale(Some(&user.0)))?;
    let reader = reader.at(paths::TASKS);
    let load =
        move |conn: &mut DbConn| TasksPage::load(conn, &user.0, reader, Asked::default(), typed, problems);
    page_with(status, &app.db.read(load).await?)
}

/// Shows a task in its form.
pub async fn show(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let task = tasks::find(conn, &user.0, &id.0)?;
        let typed = TaskForm::of(task, reader.clock());
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(TaskPage { frame, id: id.0, typed, problems: Problems::default() })
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
    let change = move |conn: &mut DbConn| tasks::update(conn, &owner, &place, &form.0.as_change(clock)?);
    let Err(error) = app.db.write(change).await else {
        return done(&session, "flash.saved", &paths::task(&id.0));
    };
    let status = app_status(&error);
    let problems = Problems::from_error(error, reader.locale(Some(&user.0)))?;
    let reader = reader.at(paths::task(&id.0));
    let frame = app.db.read(move |conn| reader.frame(conn, &user.0, None)).await?;
    page_with(status, &TaskPage { frame, id: id.0, typed, problems })
}

/// Moves a task to another status.
pub async fn set_status(
    user: PageUser,
    app: App,
    session: Session,
    id: Id,
    form: Form<Moved>,
) -> WebResult<HttpResponse> {
    let input = UpdateTask { status: form.0.status, ..UpdateTask::default() };
    let place = form.0.next.map_or(paths::TASKS.to_owned(), |path| paths::safe_next(Some(&path)).to_owned());
    app.db.write(move |conn| tasks::update(conn, &user.0, &id.0, &input)).await?;
    done(&session, "flash.task_moved", &place)
}

/// Asks whether a task may be deleted.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let title = tasks::find(conn, &user.0, &id.0)?.title;
        Ok(DeletePage { frame: reader.frame(conn, &user.0, None)?, id: id.0, title })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a task.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    app.db.write(move |conn| tasks::delete(conn, &user.0, &id.0)).await?;
    done(&session, "flash.task_deleted", paths::TASKS)
}
