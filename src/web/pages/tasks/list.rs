//! The tasks, as a list or on a board, with a form for another on top.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::due::Due;
use super::edit::TaskForm;
use super::{status_icon, status_label};
use crate::db::DbConn;
use crate::error::AppResult;
use crate::i18n::Locale;
use crate::models::task::{Task, TaskStatus};
use crate::models::user::User;
use crate::services::tasks::{self, ListTasks};
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Query};
use crate::web::pages::form::Problems;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::Listing;
use crate::web::pages::moment::Clock;
use crate::web::pages::origin::Origin;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, page_with};
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
    board: bool,
    /// Whether a search, a tag or a status leaves some out.
    narrowed: bool,
    /// The conversation whose tasks these are.
    origin: Option<Origin>,
    lines: Vec<Line>,
    typed: TaskForm,
    problems: Problems,
}

/// One task in the list or on the board.
struct Line {
    id: String,
    title: String,
    status: TaskStatus,
    /// Whether something is still to be done.
    open: bool,
    /// Whether it was noted down from a conversation.
    session: Option<String>,
    tags: Vec<String>,
    due: Option<Due>,
}

/// How tasks are listed: as the API lists them, or on a board, where each status has its column.
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
            status: asked.status.filter(|_| !board),
            q: asked.q,
            session_id: asked.session_id,
            tags: asked.tags,
            limit: Some(if board { CARDS } else { LINES }.to_owned()),
            cursor: asked.cursor,
            page: None,
        };
        let found = tasks::list(conn, user, &wanted)?;
        let (clock, locale) = (reader.clock(), reader.locale(Some(user)));
        let listing = Listing::new(paths::TASKS, wanted.q.as_deref(), &wanted.tags)
            .with("status", wanted.status.as_deref());
        let narrowed = listing.is_narrowed();
        let listing = listing
            .with("session_id", wanted.session_id.as_deref())
            .with("view", board.then_some("board"))
            .paged(wanted.cursor.as_deref(), found.next_cursor.as_deref());
        let lines = found.items.into_iter().map(|task| Line::new(task, clock, locale)).collect();
        let origin = Origin::find(conn, user, wanted.session_id.as_deref())?;
        let frame = reader.frame(conn, user, None)?;
        Ok(Self { frame, listing, board, narrowed, origin, lines, typed, problems })
    }

    fn column(&self, status: &TaskStatus) -> Vec<&Line> {
        self.lines.iter().filter(|line| line.status == *status).collect()
    }
}

impl Line {
    fn new(task: Task, clock: Clock, locale: Locale) -> Self {
        Self {
            due: Due::of(&task, clock, locale),
            open: task.status.is_open(),
            status: task.status,
            session: task.session_id,
            tags: task.tags.words(),
            id: task.id,
            title: task.title,
        }
    }
}

/// Lists the reader's tasks.
pub async fn index(user: PageUser, app: App, reader: Reader, asked: Query<Asked>) -> WebResult<HttpResponse> {
    let typed = TaskForm::from_session(asked.0.session_id.clone());
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
    let create = move |conn: &mut DbConn, user: &User| tasks::create(conn, user, &form.0.as_new(clock)?);
    let Err(error) = app.write_as(owner, create).await else {
        return done(&session, "flash.task_noted", &typed.back());
    };
    let status = app_status(&error);
    let problems = Problems::from_error(error, reader.locale(Some(&user.0)))?;
    let reader = reader.at(typed.back());
    let asked = Asked { session_id: typed.session(), view: typed.view(), ..Asked::default() };
    let load = move |conn: &mut DbConn| TasksPage::load(conn, &user.0, reader, asked, typed, problems);
    page_with(status, &app.db.read(load).await?)
}
