//! Artifacts and their versions.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::refusals::{MissingTitle, StaleVersion, WrongBaseVersion, WrongKind, WrongTitle, WrongVersion};
use super::remembered::remembered;
use super::{SUCCESS, Success};
use crate::db::DbConn;
use crate::models::artifact::{Artifact, VersionSummary};
use crate::services::artifacts::{self, FullArtifact, ListArtifacts, NewArtifact, UpdateArtifact};
use crate::services::known;
use crate::services::page_request::Paging;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json, Query};
use crate::web::{App, raw_file};

/// A part of the caller's artifacts, without their contents.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArtifactList {
    /// Last changed first.
    pub artifacts: Vec<Artifact>,
    /// How many there are in all.
    #[schema(example = 1)]
    pub total: i64,
    /// To be given as `cursor` for the next part; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One artifact with its content.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArtifactBody {
    /// The artifact.
    pub artifact: FullArtifact,
}

/// A part of an artifact's versions, without their contents.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionList {
    /// Newest first.
    pub versions: Vec<VersionSummary>,
    /// How many there are in all.
    #[schema(example = 1)]
    pub total: i64,
    /// To be given as `cursor` for the next part; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Which version is meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WhichVersion {
    /// Counted from 1; the newest when absent.
    #[param(value_type = Option<i64>, minimum = 1)]
    pub version: Option<String>,
    /// Given with any value: to be saved as a file, not shown.
    pub download: Option<String>,
}

/// Lists the caller's artifacts.
#[utoipa::path(get, path = "/api/artifacts", params(ListArtifacts),
    responses((status = 200, body = ArtifactList)))]
pub async fn list(
    user: ApiUser,
    app: App,
    request: HttpRequest,
    query: Query<ListArtifacts>,
) -> WebResult<HttpResponse> {
    let reader = user.0.id.clone();
    let load = move |conn: &mut DbConn| {
        let page = artifacts::list(conn, &user.0, &query.0)?;
        Ok(ArtifactList { artifacts: page.items, total: page.total, next_cursor: page.next_cursor })
    };
    remembered(&app, &request, known::ARTIFACTS, &reader, load).await
}

/// Keeps an artifact.
#[utoipa::path(post, path = "/api/artifacts",
    responses((status = 200, body = ArtifactBody), MissingTitle, WrongTitle, WrongKind))]
pub async fn create(user: ApiUser, app: App, body: Json<NewArtifact>) -> WebResult<HttpResponse> {
    let artifact = app.write_as(user.0, move |conn, user| artifacts::create(conn, user, &body.0)).await?;
    let location = format!("/api/artifacts/{}", artifact.artifact.id);
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(ArtifactBody { artifact }))
}

/// Shows an artifact, or an earlier version of it.
#[utoipa::path(get, path = "/api/artifacts/{id}", params(WhichVersion),
    responses((status = 200, body = ArtifactBody), WrongVersion))]
pub async fn show(
    user: ApiUser,
    app: App,
    id: Id,
    which: Query<WhichVersion>,
) -> WebResult<Body<ArtifactBody>> {
    let version = which.0.version;
    let load = move |conn: &mut DbConn| artifacts::find(conn, &user.0, &id.0, version.as_deref());
    Ok(Body(ArtifactBody { artifact: app.db.read(load).await? }))
}

/// Writes the next version of an artifact.
#[utoipa::path(put, path = "/api/artifacts/{id}",
    responses((status = 200, body = ArtifactBody), WrongBaseVersion, StaleVersion))]
pub async fn update(
    user: ApiUser,
    app: App,
    id: Id,
    body: Json<UpdateArtifact>,
) -> WebResult<Body<ArtifactBody>> {
    let artifact =
        app.write_as(user.0, move |conn, user| artifacts::update(conn, user, &id.0, &body.0)).await?;
    Ok(Body(ArtifactBody { artifact }))
}

/// Deletes an artifact with all its versions.
#[utoipa::path(delete, path = "/api/artifacts/{id}", responses((status = 200, body = Success)))]
pub async fn delete(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| artifacts::delete(conn, user, &id.0)).await?;
    Ok(Body(SUCCESS))
}

/// Lists the versions of an artifact.
#[utoipa::path(get, path = "/api/artifacts/{id}/versions", params(Paging),
    responses((status = 200, body = VersionList)))]
pub async fn versions(
    user: ApiUser,
    app: App,
    id: Id,
    paging: Query<Paging>,
) -> WebResult<Body<VersionList>> {
    let load = move |conn: &mut DbConn| artifacts::versions(conn, &user.0, &id.0, &paging.0);
    let (_, page) = app.db.read(load).await?;
    Ok(Body(VersionList { versions: page.items, total: page.total, next_cursor: page.next_cursor }))
}

/// The bytes of an artifact. HTML and SVG come as a file to be saved: they never run as a page of this server.
#[utoipa::path(get, path = "/api/artifacts/{id}/raw", params(WhichVersion),
    responses((status = 200, body = String, content_type = "text/plain"), WrongVersion))]
pub async fn raw(user: ApiUser, app: App, id: Id, which: Query<WhichVersion>) -> WebResult<HttpResponse> {
    let WhichVersion { version, download } = which.0;
    let load = move |conn: &mut DbConn| artifacts::find(conn, &user.0, &id.0, version.as_deref());
    Ok(raw_file::answer(app.db.read(load).await?, download.is_some()))
}
