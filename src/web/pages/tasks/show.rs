//! One task, its way through the statuses, and its end.

use std::sync::Arc;

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::due::Due;
use super::{status_icon, status_label};
use crate::db::DbConn;
use crate::models::task::TaskStatus;
use crate::services::tasks::{self, UpdateTask};
use crate::web::auth::PageUser;
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::{Form, Id};
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::Listing;
use crate::web::pages::moment::Moment;
use crate::web::pages::origin::Origin;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page};
use crate::web::{App, paths};

/// `GET /tasks/{id}`.
#[derive(Template)]
#[template(path = "tasks/show.html")]
struct TaskPage {
    frame: Frame,
    /// The list its tags lead to.
    listing: Listing,
    id: String,
    title: String,
    status: TaskStatus,
    due: Option<Due>,
    origin: Option<Origin>,
    tags: Vec<String>,
    updated: Moment,
    /// The description as safe HTML; empty when there is none.
    description: Arc<str>,
}

/// Another status for a task, and the page on which it was chosen.
#[derive(Clone, Debug, Deserialize)]
pub struct Moved {
    status: Option<String>,
    next: Option<String>,
}

/// Shows a task.
pub async fn show(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let markdown = Arc::clone(&app.markdown);
    let load = move |conn: &mut DbConn| {
        let task = tasks::find(conn, &user.0, &id.0)?;
        let (clock, locale) = (reader.clock(), reader.locale(Some(&user.0)));
        let origin = Origin::find(conn, &user.0, task.session_id.as_deref())?;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(move || TaskPage {
            origin,
            frame,
            listing: Listing::new(paths::TASKS, None, &[]),
            due: Due::of(&task, clock, locale),
            updated: clock.ago(task.updated_at.millis(), locale),
            description: markdown.render(&task.description),
            status: task.status,
            tags: task.tags.words(),
            id: task.id,
            title: task.title,
        })
    };
    page(&beside(app.db.read(load).await?).await?)
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
    app.write_as(user.0, move |conn, user| tasks::update(conn, user, &id.0, &input)).await?;
    done(&session, "flash.task_moved", &place)
}

/// Asks whether a task may be deleted.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let task = tasks::find(conn, &user.0, &id.0)?;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(Confirm {
            title: "tasks.delete",
            question: frame.t_with("delete.question", "name", task.title),
            consequence: Some(frame.t("tasks.delete_consequence").into_owned()),
            yes: Yes::DELETE,
            action: paths::delete_task(&task.id),
            back: paths::task(&task.id),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a task.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    app.write_as(user.0, move |conn, user| tasks::delete(conn, user, &id.0)).await?;
    done(&session, "flash.task_deleted", paths::TASKS)
}
