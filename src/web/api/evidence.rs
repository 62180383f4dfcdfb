//! Reports as files: to be read anywhere, or to be checked.

use actix_web::HttpResponse;
use actix_web::http::header::DispositionType;
use serde::Deserialize;
use utoipa::IntoParams;

use super::refusals::{EvidenceTooLarge, ResearchGone, WrongFormat, WrongVersion};
use super::research::ReportVersion;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::services::research::{evidence, reports};
use crate::web::auth::ApiUser;
use crate::web::beside::beside;
use crate::web::client::ApiLocale;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Query};
use crate::web::file_name::named;
use crate::web::{App, report_file};

/// As what a report is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportReport {
    /// `html` (default): one page that needs nothing else; `markdown`: its text.
    pub format: Option<String>,
    /// Counted from 1; the newest when absent.
    #[param(value_type = Option<i64>, minimum = 1)]
    pub version: Option<String>,
}

/// Gives a report with all that stands behind it as a zip file, which `stoa research verify` checks offline: `manifest.json`
/// with a hash of each file and the citations, the report, the plan, what was searched for, every text that was read and
/// every note. The same report gives the same bytes.
#[utoipa::path(get, path = "/api/artifacts/{id}/evidence", params(ReportVersion),
    responses((status = 200, body = String, content_type = "application/zip"),
        WrongVersion, ResearchGone, EvidenceTooLarge))]
pub async fn bundle(
    user: ApiUser,
    app: App,
    locale: ApiLocale,
    id: Id,
    which: Query<ReportVersion>,
) -> WebResult<HttpResponse> {
    let version = which.0.version;
    let load = move |conn: &mut DbConn| evidence::gather(conn, &user.0, &id.0, version.as_deref());
    let found = app.db.read(load).await?;
    let title = found.report.content.title.clone();
    let pack = move || report_file::page(&found.report, locale.0).and_then(|page| found.pack(page));
    let bytes = beside(pack).await??;
    Ok(file("application/zip", &title, "evidence", "zip").body(bytes))
}

/// Gives a report as a file to be read.
#[utoipa::path(get, path = "/api/artifacts/{id}/export", params(ExportReport),
    responses((status = 200, content((String = "text/html"), (String = "text/markdown"))), WrongFormat, WrongVersion))]
pub async fn export(
    user: ApiUser,
    app: App,
    locale: ApiLocale,
    id: Id,
    query: Query<ExportReport>,
) -> WebResult<HttpResponse> {
    let ExportReport { format, version } = query.0;
    let is_page = is_page(format.as_deref())?;
    let load = move |conn: &mut DbConn| reports::find(conn, &user.0, &id.0, version.as_deref());
    let report = app.db.read(load).await?;
    let title = report.content.title.clone();
    if !is_page {
        let text = report.artifact.content;
        return Ok(file("text/markdown; charset=utf-8", &title, "report", "md").body(text));
    }
    let page = beside(move || report_file::page(&report, locale.0)).await??;
    Ok(file("text/html; charset=utf-8", &title, "report", "html").body(page))
}

fn is_page(format: Option<&str>) -> AppResult<bool> {
    match format {
        None | Some("" | "html") => Ok(true),
        Some("markdown") => Ok(false),
        Some(_) => Err(AppError::field("format", "unknown_value")),
    }
}

fn file(content_type: &str, title: &str, kind: &str, ending: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    let disposition = named(DispositionType::Attachment, title, kind, ending);
    answer.content_type(content_type).insert_header(disposition);
    answer
}
