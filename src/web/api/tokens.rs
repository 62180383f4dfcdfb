//! Personal access tokens.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Json as Body;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{MissingName, WrongExpiry};
use super::{SUCCESS, Success};
use crate::models::api_token::ApiToken;
use crate::services::tokens::{self, NewToken};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json};

/// The caller's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenList {
    /// Newest first.
    pub tokens: Vec<ApiToken>,
}

/// A token just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenBody {
    /// The secret, shown this once.
    #[schema(example = "stoa_5cP…")]
    pub token: String,
    /// Its id.
    pub id: String,
    /// Its name.
    #[schema(example = "laptop")]
    pub name: String,
    /// When it stops working.
    #[schema(value_type = Option<String>, format = DateTime, example = "2036-11-23T06:35:00.000Z", required)]
    pub expires_at: Option<crate::db::Time>,
}

/// Lists the caller's tokens.
#[utoipa::path(get, path = "/api/tokens", responses((status = 200, body = TokenList)))]
pub async fn list(user: ApiUser, app: App) -> WebResult<Body<TokenList>> {
    let tokens = app.db.read(move |conn| tokens::list(conn, &user.0)).await?;
    Ok(Body(TokenList { tokens }))
}

/// Makes a token.
#[utoipa::path(post, path = "/api/tokens",
    responses((status = 200, body = TokenBody), MissingName, WrongExpiry))]
pub async fn create(user: ApiUser, app: App, body: Json<NewToken>) -> WebResult<HttpResponse> {
    let (row, token) = app.write_as(user.0, move |conn, user| tokens::create(conn, user, &body.0)).await?;
    let location = format!("/api/tokens/{}", row.id);
    let body = TokenBody { token, id: row.id, name: row.name, expires_at: row.expires_at };
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(body))
}

/// Revokes a token.
#[utoipa::path(delete, path = "/api/tokens/{id}", responses((status = 200, body = Success)))]
pub async fn delete(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| tokens::delete(conn, user, &id.0)).await?;
    Ok(Body(SUCCESS))
}
