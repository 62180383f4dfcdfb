//! Answers being made.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::refusals::{BudgetSpent, NotWaiting, WrongAfter};
use super::{SUCCESS, Success};
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::run::RunJson;
use crate::services::runs;
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json, Query};
use crate::web::sse::{self, View};

/// One run.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunBody {
    /// The run.
    pub run: RunJson,
}

/// How to read a run's stream.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReadStream {
    /// Only events after that number; `Last-Event-ID` means the same and wins.
    #[param(value_type = Option<i64>, minimum = 0)]
    pub after: Option<String>,
    /// `blocks`: the text as server-rendered Markdown blocks instead of pieces, from the beginning.
    pub view: Option<String>,
}

/// Shows a run.
#[utoipa::path(get, path = "/api/runs/{id}", responses((status = 200, body = RunBody)))]
pub async fn show(user: ApiUser, app: App, id: Id) -> WebResult<Body<RunBody>> {
    let find = move |conn: &mut DbConn| {
        let run = runs::find(conn, &user.0, &id.0)?;
        let queue_position = runs::queue_position(conn, &run)?;
        Ok(RunJson { queue_position, ..run.into() })
    };
    Ok(Body(RunBody { run: app.db.read(find).await? }))
}

/// Follows a run: its events so far, then those to come, until `end`. Closing the connection stops nothing.
#[utoipa::path(get, path = "/api/runs/{id}/stream",
    params(ReadStream, ("Last-Event-ID" = Option<i64>, Header, description = "Only events after that number")),
    responses((status = 200, content_type = "text/event-stream", body = String,
            description = "Events `run`, `delta`, `reasoning`, `block`, `step`, `title`, `message`, `error`, `end`; \
                each with its number as `id`. Before them `queue`, without a number, for a run that waits"), WrongAfter))]
pub async fn stream(
    user: ApiUser,
    app: App,
    id: Id,
    request: HttpRequest,
    query: Query<ReadStream>,
) -> WebResult<HttpResponse> {
    let after = parse_after(&request, query.0.after.as_deref())?;
    let view = View::parse(query.0.view.as_deref())?;
    let run = app.db.read(move |conn| runs::find(conn, &user.0, &id.0)).await?;
    Ok(sse::respond(&app, run, after, view, &request))
}

/// Stops a run; what it has made is kept. Nothing happens when it is over.
#[utoipa::path(post, path = "/api/runs/{id}/cancel", responses((status = 200, body = Success)))]
pub async fn cancel(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    let run = app.db.read(move |conn| runs::find(conn, &user.0, &id.0)).await?;
    app.runs.cancel(&run.id).await?;
    Ok(Body(SUCCESS))
}

/// Answers what a waiting run asked, and lets it go on.
#[utoipa::path(post, path = "/api/runs/{id}/resume",
    request_body(content = Object, example = json!({ "action": "approve" })),
    responses((status = 200, body = RunBody), NotWaiting, BudgetSpent))]
pub async fn resume(
    user: ApiUser,
    app: App,
    id: Id,
    answer: Json<Map<String, Value>>,
) -> WebResult<Body<RunBody>> {
    let daily = app.daily_tokens;
    let run =
        app.write_as(user.0, move |conn, user| runs::resume(conn, user, &id.0, &answer.0, daily)).await?;
    app.runs.wake();
    Ok(Body(RunBody { run: run.into() }))
}

fn parse_after(request: &HttpRequest, query: Option<&str>) -> AppResult<i64> {
    let header = request.headers().get(header::HeaderName::from_static("last-event-id"));
    let header = header.map(|value| value.to_str().unwrap_or("?"));
    let Some(text) = header.or(query).filter(|text| !text.is_empty()) else { return Ok(0) };
    let number = text.parse::<i64>().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| AppError::field("after", "not_a_number"))
}
