//! What watches over the process ask: is it alive, is it ready.

use actix_web::HttpResponse;

use super::App;
use crate::services::health;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: the database is reachable and up to date; else 503.
pub async fn readyz(app: App) -> HttpResponse {
    match app.db.read(health::check).await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("not ready\n")
        }
    }
}
