//! Changes of the caller's sessions, as they happen.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::db::DbConn;
use crate::services::sessions::{self, ListSessions};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::live::{self, Scene};

/// Sessions that are told of.
const NEWEST: &str = "50";

/// Follows the caller's sessions: the newest 50, as in the list, whenever one of them has changed, has a run that begins or
/// ends, appears or goes. Who comes back with `Last-Event-ID` is told what is different now.
#[utoipa::path(get, path = "/api/live",
    params(("Last-Event-ID" = Option<String>, Header, description = "The last event's `id`: nothing is told while all stands as then")),
    responses((status = 200, content_type = "text/event-stream", body = String,
        description = "Events `sessions` with `{\"sessions\":[…]}`, and a comment every 10 s")))]
pub async fn follow(user: ApiUser, app: App, request: HttpRequest) -> HttpResponse {
    let id = user.0.id.clone();
    let load = move |conn: &mut DbConn| {
        let newest = ListSessions { limit: Some(NEWEST.to_owned()), ..ListSessions::default() };
        let data = json!({ "sessions": sessions::list(conn, &user.0, &newest)?.items });
        Ok(Scene { event: "sessions", version: live::version(&data.to_string()), data })
    };
    live::respond(&app, &id, &request, None, load)
}
