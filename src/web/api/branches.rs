//! Which branch of a conversation is shown, and the end of one.

use actix_web::web::Json as Body;

use super::refusals::{NotFound, RunActive};
use super::sessions::SessionBody;
use super::{SUCCESS, Success};
use crate::services::branches;
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::Ids;

/// Shows the branch through a message from now on, to the end where it was left.
#[utoipa::path(post, path = "/api/chat/sessions/{id}/messages/{message_id}/select",
    responses((status = 200, body = SessionBody), NotFound))]
pub async fn select(user: ApiUser, app: App, ids: Ids) -> WebResult<Body<SessionBody>> {
    let Ids(id, message) = ids;
    let session = app.write_as(user.0, move |conn, user| branches::select(conn, user, &id, &message)).await?;
    Ok(Body(SessionBody { session }))
}

/// Deletes a message with all that was said after it.
#[utoipa::path(delete, path = "/api/chat/sessions/{id}/messages/{message_id}",
    responses((status = 200, body = Success), NotFound, RunActive))]
pub async fn delete(user: ApiUser, app: App, ids: Ids) -> WebResult<Body<Success>> {
    let Ids(id, message) = ids;
    app.write_as(user.0, move |conn, user| branches::delete(conn, user, &id, &message)).await?;
    Ok(Body(SUCCESS))
}
