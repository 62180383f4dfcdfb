//! Shared conversations.

use actix_web::web::Json as Body;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::NotFound;
use super::{SUCCESS, Success};
use crate::db::Time;
use crate::models::share::Share;
use crate::services::shares;
use crate::state::AppState;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::Id;
use crate::web::{App, paths};

/// The share of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareBody {
    /// The share.
    pub share: ShareJson,
}

/// Where a frozen copy of a session can be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Share)]
pub struct ShareJson {
    /// The whole address: whoever has it can read the copy.
    #[schema(example = "https://stoa.example/share/Zk3wq0m6Vb8s1TnXr5yJ2cLh4dGfAeP9uKiOoQxMvRE")]
    pub url: String,
    /// The part of it that nobody can guess.
    #[schema(example = "Zk3wq0m6Vb8s1TnXr5yJ2cLh4dGfAeP9uKiOoQxMvRE")]
    pub key: String,
    /// The session's title in the copy.
    #[schema(example = "写锁与 WAL")]
    pub name: String,
    /// When the copy was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

impl ShareBody {
    fn new(app: &AppState, share: Share) -> Self {
        let url = format!("{}{}", app.base_url, paths::shared(&share.key));
        Self { share: ShareJson { url, key: share.key, name: share.name, created_at: share.created_at } }
    }
}

/// Shows where a session is shared.
#[utoipa::path(get, path = "/api/chat/sessions/{id}/share",
    responses((status = 200, body = ShareBody), NotFound))]
pub async fn show(user: ApiUser, app: App, id: Id) -> WebResult<Body<ShareBody>> {
    let share = app.db.read(move |conn| shares::find(conn, &user.0, &id.0)).await?;
    Ok(Body(ShareBody::new(&app, share)))
}

/// Shares a session as it is now, or replaces the copy that is shared; its address stays.
#[utoipa::path(post, path = "/api/chat/sessions/{id}/share", responses((status = 200, body = ShareBody)))]
pub async fn freeze(user: ApiUser, app: App, id: Id) -> WebResult<Body<ShareBody>> {
    let share = app.write_as(user.0, move |conn, user| shares::freeze(conn, user, &id.0)).await?;
    Ok(Body(ShareBody::new(&app, share)))
}

/// Takes a share back: its address leads nowhere any more.
#[utoipa::path(delete, path = "/api/chat/sessions/{id}/share",
    responses((status = 200, body = Success), NotFound))]
pub async fn revoke(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| shares::revoke(conn, user, &id.0)).await?;
    Ok(Body(SUCCESS))
}
