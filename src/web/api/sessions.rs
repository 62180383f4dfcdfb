//! Chat and research sessions.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusals::{InvalidType, MissingId, MissingParameter, SessionNotFound, WrongName};
use super::remembered::remembered;
use super::{SUCCESS, Success};
use crate::db::DbConn;
use crate::error::AppError;
use crate::models::chat_session::ChatSession;
use crate::services::known;
use crate::services::sessions::{self, ListSessions, NewSession, UpdateSession};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::client::ApiLocale;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json, Query};

/// A part of the caller's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// Pinned ones first, then newest activity first.
    pub sessions: Vec<ChatSession>,
    /// How many there are in all.
    #[schema(example = 1)]
    pub total: i64,
    /// To be given as `cursor` for the next part; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// The session.
    pub session: ChatSession,
}

/// A session to be renamed.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RenameSession {
    /// Which.
    #[schema(example = "01a20750-065f-7622-966a-1aef5b302e93")]
    pub id: Option<String>,
    /// Its new title.
    #[schema(example = "写锁与 WAL")]
    pub name: Option<String>,
}

/// A session to be deleted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DeleteSession {
    /// Which.
    #[schema(example = "01a20750-065f-7622-966a-1aef5b302e93")]
    pub id: Option<String>,
}

/// Lists the caller's sessions.
#[utoipa::path(get, path = "/api/chat/sessions", params(ListSessions),
    responses((status = 200, body = SessionList), InvalidType))]
pub async fn list(
    user: ApiUser,
    app: App,
    request: HttpRequest,
    query: Query<ListSessions>,
) -> WebResult<HttpResponse> {
    let reader = user.0.id.clone();
    let load = move |conn: &mut DbConn| {
        let page = sessions::list(conn, &user.0, &query.0)?;
        Ok(SessionList { sessions: page.items, total: page.total, next_cursor: page.next_cursor })
    };
    remembered(&app, &request, known::SESSIONS, &reader, load).await
}

/// Begins a session.
#[utoipa::path(post, path = "/api/chat/sessions",
    responses((status = 200, body = ChatSession), InvalidType, WrongName))]
pub async fn create(
    user: ApiUser,
    app: App,
    locale: ApiLocale,
    body: Json<NewSession>,
) -> WebResult<HttpResponse> {
    let session =
        app.write_as(user.0, move |conn, user| sessions::create(conn, user, &body.0, locale.0)).await?;
    let location = format!("/api/chat/sessions/{}", session.id);
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(session))
}

/// Renames a session.
#[utoipa::path(patch, path = "/api/chat/sessions",
    responses((status = 200, body = Success), MissingParameter, WrongName, SessionNotFound))]
pub async fn rename(user: ApiUser, app: App, body: Json<RenameSession>) -> WebResult<Body<Success>> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (Some(id), Some(name)) = (given(body.0.id), given(body.0.name)) else {
        return Err(AppError::BadRequest("missing_parameter").into());
    };
    let input = UpdateSession { name: Some(name), ..UpdateSession::default() };
    app.write_as(user.0, move |conn, user| sessions::update(conn, user, &id, &input)).await?;
    Ok(Body(SUCCESS))
}

/// Deletes a session with its messages and runs.
#[utoipa::path(delete, path = "/api/chat/sessions",
    responses((status = 200, body = Success), MissingId, SessionNotFound))]
pub async fn delete_by_body(user: ApiUser, app: App, body: Json<DeleteSession>) -> WebResult<Body<Success>> {
    let id = body.0.id.filter(|id| !id.is_empty()).ok_or(AppError::BadRequest("missing_id"))?;
    delete(user, app, Id(id)).await
}

/// Shows a session.
#[utoipa::path(get, path = "/api/chat/sessions/{id}", responses((status = 200, body = SessionBody)))]
pub async fn show(user: ApiUser, app: App, id: Id) -> WebResult<Body<SessionBody>> {
    let session = app.db.read(move |conn| sessions::find(conn, &user.0, &id.0)).await?;
    Ok(Body(SessionBody { session }))
}

/// Changes a session.
#[utoipa::path(patch, path = "/api/chat/sessions/{id}",
    responses((status = 200, body = Success), MissingParameter, WrongName))]
pub async fn update(user: ApiUser, app: App, id: Id, body: Json<UpdateSession>) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| sessions::update(conn, user, &id.0, &body.0)).await?;
    Ok(Body(SUCCESS))
}

/// Deletes a session with its messages and runs.
#[utoipa::path(delete, path = "/api/chat/sessions/{id}", responses((status = 200, body = Success)))]
pub async fn delete(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    let session = id.0.clone();
    app.write_as(user.0, move |conn, user| sessions::delete(conn, user, &id.0)).await?;
    app.runs.stop_session(&session);
    Ok(Body(SUCCESS))
}
