//! Answers being made.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::refusals::{BudgetSpent, NotWaiting, WrongAction, WrongAfter};
use super::{SUCCESS, Success};
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::plan::PlanJson;
use crate::models::run::RunJson;
use crate::models::user::User;
use crate::services::research::plans::{self, Decision};
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

/// A run that was told how to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResumedBody {
    /// The run.
    pub run: RunJson,
    /// Its plan.
    pub plan: PlanJson,
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

/// Answers what a waiting run asks, which is what to do with the plan of a research.
#[utoipa::path(post, path = "/api/runs/{id}/resume",
    responses((status = 200, body = ResumedBody), WrongAction, NotWaiting, BudgetSpent))]
pub async fn resume(
    user: ApiUser,
    app: App,
    id: Id,
    decision: Json<Decision>,
) -> WebResult<Body<ResumedBody>> {
    let terms = app.plan_terms();
    let decide = move |conn: &mut DbConn, user: &User| plans::decide(conn, user, &id.0, &decision.0, &terms);
    let decided = app.write_as(user.0, decide).await?;
    app.runs.wake();
    Ok(Body(ResumedBody { run: decided.run.into(), plan: decided.plan.try_into()? }))
}

fn parse_after(request: &HttpRequest, query: Option<&str>) -> AppResult<i64> {
    let header = request.headers().get(header::HeaderName::from_static("last-event-id"));
    let header = header.map(|value| value.to_str().unwrap_or("?"));
    let Some(text) = header.or(query).filter(|text| !text.is_empty()) else { return Ok(0) };
    let number = text.parse::<i64>().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| AppError::field("after", "not_a_number"))
}
