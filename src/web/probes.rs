//! What watches over the process ask: is it alive, is it ready.

use std::time::Duration;

use actix_web::HttpResponse;

use super::App;
use crate::db::Db;
use crate::error::AppResult;
use crate::services::health;

/// How long a write proves that there can be another, so that asking often costs no disk.
const PROOF: Duration = Duration::from_secs(1);

/// `GET /healthz`: the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: the database is reachable, up to date and can be written to; else 503.
pub async fn readyz(app: App) -> HttpResponse {
    match is_ready(&app.db).await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("not ready\n")
        }
    }
}

async fn is_ready(db: &Db) -> AppResult<()> {
    db.read(health::check).await?;
    match db.has_written_within(PROOF) {
        true => Ok(()),
        false => db.write(health::write).await,
    }
}
