//! What researches plan, read and report.

use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::messages::{SentBody, answer, idempotency_key};
use super::refusals::{BudgetSpent, NoModel, NotFound, ResearchGone, RunActive, StaleVersion, WrongVersion};
use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::plan::PlanJson;
use crate::models::report::ReportJson;
use crate::models::source::{FullSource, SourceJson};
use crate::models::task::Task;
use crate::models::user::User;
use crate::services::artifacts;
use crate::services::research::sections::{self, SectionAgain};
use crate::services::research::{plans, questions, reports, sources};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::client::ApiLocale;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Ids, OptionalJson, Query};

/// One plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanBody {
    /// The plan.
    pub plan: PlanJson,
}

/// All that the researches of a session have read.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceList {
    /// In the order of their numbers.
    pub sources: Vec<SourceJson>,
}

/// One source.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceBody {
    /// The source.
    pub source: FullSource,
}

/// One report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportBody {
    /// What is known of it; its text is the artifact's.
    pub report: ReportJson,
}

/// Which version of a report is meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportVersion {
    /// Counted from 1; the newest when absent.
    #[param(value_type = Option<i64>, minimum = 1)]
    pub version: Option<String>,
}

/// On which version of a report a section is made anew.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RerunSection {
    /// The version that was read, which must be the newest; the newest when absent.
    #[schema(example = 1)]
    pub version: Option<i64>,
    /// A name the caller gives the wish, so that a retry does not say it twice.
    pub client_id: Option<String>,
}

/// Which open questions are to be tasks.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct QuestionsToTasks {
    /// Which one, from 0; all of them when absent.
    #[schema(example = 0)]
    pub question: Option<usize>,
    /// Of which version of the report; of the newest when absent.
    pub version: Option<i64>,
}

/// The tasks that a report's open questions are now.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionTasks {
    /// In the order of the questions.
    pub tasks: Vec<Task>,
}

/// Shows what a research is going to do.
#[utoipa::path(get, path = "/api/runs/{id}/plan", responses((status = 200, body = PlanBody)))]
pub async fn plan(user: ApiUser, app: App, id: Id) -> WebResult<Body<PlanBody>> {
    let load = move |conn: &mut DbConn| {
        let plan = plans::find_optional(conn, &user.0, &id.0)?;
        plan.ok_or(AppError::NotFound(Thing::Resource))?.try_into()
    };
    Ok(Body(PlanBody { plan: app.db.read(load).await? }))
}

/// Lists what the researches of a session have read.
#[utoipa::path(get, path = "/api/chat/sessions/{id}/sources", responses((status = 200, body = SourceList)))]
pub async fn list_sources(user: ApiUser, app: App, id: Id) -> WebResult<Body<SourceList>> {
    let rows = app.db.read(move |conn| sources::list(conn, &user.0, &id.0)).await?;
    Ok(Body(SourceList { sources: rows.into_iter().map(Into::into).collect() }))
}

/// Shows a source with the text that was kept of it.
#[utoipa::path(get, path = "/api/chat/sessions/{id}/sources/{number}",
    params(("number" = i64, Path, description = "The number of the source in its session, from 1", example = 1)),
    responses((status = 200, body = SourceBody), NotFound))]
pub async fn show_source(user: ApiUser, app: App, ids: Ids) -> WebResult<Body<SourceBody>> {
    let source = app.db.read(move |conn| sources::find(conn, &user.0, &ids.0, &ids.1)).await?;
    Ok(Body(SourceBody { source: source.into() }))
}

/// Shows what is known of a report: which passage stands behind which sentence.
#[utoipa::path(get, path = "/api/artifacts/{id}/report", params(ReportVersion),
    responses((status = 200, body = ReportBody), WrongVersion))]
pub async fn report(
    user: ApiUser,
    app: App,
    id: Id,
    which: Query<ReportVersion>,
) -> WebResult<Body<ReportBody>> {
    let version = which.0.version;
    let load = move |conn: &mut DbConn| reports::find(conn, &user.0, &id.0, version.as_deref());
    Ok(Body(ReportBody { report: app.db.read(load).await?.row.try_into()? }))
}

/// Makes one section of a report anew, as the next version of it. With `Accept: text/event-stream` the answer is the
/// run's stream.
#[utoipa::path(post, path = "/api/artifacts/{id}/report/sections/{section}",
    params(("section" = usize, Path, description = "Which section, from 0; it must answer a question of the plan", example = 0),
        ("Idempotency-Key" = Option<String>, Header, description = "The same as `client_id`")),
    request_body = Option<RerunSection>,
    responses((status = 202, body = SentBody),
        (status = 200, description = "The run's stream, for `Accept: text/event-stream`",
            content_type = "text/event-stream", body = String),
        NotFound, StaleVersion, ResearchGone, RunActive, NoModel, BudgetSpent))]
pub async fn rerun_section(
    user: ApiUser,
    app: App,
    ids: Ids,
    request: HttpRequest,
    locale: ApiLocale,
    body: OptionalJson<RerunSection>,
) -> WebResult<HttpResponse> {
    let (section, locale) = (parse_section(&ids.1)?, locale.0);
    let RerunSection { version, client_id } = body.0;
    let client_id = client_id.or_else(|| idempotency_key(&request));
    let input = SectionAgain { artifact_id: ids.0, version, section, client_id, locale };
    let terms = app.terms(None).await?;
    let rerun = move |conn: &mut DbConn, user: &User| sections::rerun(conn, user, &input, &terms);
    Ok(answer(&app, &request, app.write_as(user.0, rerun).await?))
}

/// Makes tasks out of what a report could not answer. A question that is a task already stays that one.
#[utoipa::path(post, path = "/api/artifacts/{id}/report/tasks",
    request_body = Option<QuestionsToTasks>,
    responses((status = 200, body = QuestionTasks), NotFound))]
pub async fn make_tasks(
    user: ApiUser,
    app: App,
    id: Id,
    body: OptionalJson<QuestionsToTasks>,
) -> WebResult<Body<QuestionTasks>> {
    let QuestionsToTasks { question, version } = body.0;
    let make = move |conn: &mut DbConn, user: &User| {
        let version = version.map_or_else(|| artifacts::newest_version(conn, user, &id.0), Ok)?;
        questions::to_tasks(conn, user, &id.0, version, question)
    };
    Ok(Body(QuestionTasks { tasks: app.write_as(user.0, make).await? }))
}

fn parse_section(text: &str) -> AppResult<usize> {
    text.parse().map_err(|_| AppError::NotFound(Thing::Resource))
}
