//! Tasks.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{MissingParameter, MissingTitle, WrongStatus, WrongTitle};
use super::remembered::remembered;
use super::{SUCCESS, Success};
use crate::db::DbConn;
use crate::models::task::Task;
use crate::services::known;
use crate::services::tasks::{self, ListTasks, NewTask, UpdateTask};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json, Query};

/// A part of the caller's tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskList {
    /// Last changed first.
    pub tasks: Vec<Task>,
    /// How many there are in all.
    #[schema(example = 1)]
    pub total: i64,
    /// To be given as `cursor` for the next part; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One task.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskBody {
    /// The task.
    pub task: Task,
}

/// Lists the caller's tasks.
#[utoipa::path(get, path = "/api/tasks", params(ListTasks),
    responses((status = 200, body = TaskList), WrongStatus))]
pub async fn list(
    user: ApiUser,
    app: App,
    request: HttpRequest,
    query: Query<ListTasks>,
) -> WebResult<HttpResponse> {
    let reader = user.0.id.clone();
    let load = move |conn: &mut DbConn| {
        let page = tasks::list(conn, &user.0, &query.0)?;
        Ok(TaskList { tasks: page.items, total: page.total, next_cursor: page.next_cursor })
    };
    remembered(&app, &request, known::TASKS, &reader, load).await
}

/// Notes a task down.
#[utoipa::path(post, path = "/api/tasks",
    responses((status = 200, body = TaskBody), MissingTitle, WrongTitle))]
pub async fn create(user: ApiUser, app: App, body: Json<NewTask>) -> WebResult<HttpResponse> {
    let task = app.write_as(user.0, move |conn, user| tasks::create(conn, user, &body.0)).await?;
    let location = format!("/api/tasks/{}", task.id);
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(TaskBody { task }))
}

/// Shows a task.
#[utoipa::path(get, path = "/api/tasks/{id}", responses((status = 200, body = TaskBody)))]
pub async fn show(user: ApiUser, app: App, id: Id) -> WebResult<Body<TaskBody>> {
    let task = app.db.read(move |conn| tasks::find(conn, &user.0, &id.0)).await?;
    Ok(Body(TaskBody { task }))
}

/// Changes a task.
#[utoipa::path(put, path = "/api/tasks/{id}",
    responses((status = 200, body = TaskBody), MissingParameter, WrongTitle))]
pub async fn update(user: ApiUser, app: App, id: Id, body: Json<UpdateTask>) -> WebResult<Body<TaskBody>> {
    let task = app.write_as(user.0, move |conn, user| tasks::update(conn, user, &id.0, &body.0)).await?;
    Ok(Body(TaskBody { task }))
}

/// Deletes a task.
#[utoipa::path(delete, path = "/api/tasks/{id}", responses((status = 200, body = Success)))]
pub async fn delete(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| tasks::delete(conn, user, &id.0)).await?;
    Ok(Body(SUCCESS))
}
