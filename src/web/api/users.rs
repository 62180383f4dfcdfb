//! Members.

use actix_web::web::Json as Body;

use super::problem::Problem;
use crate::models::user::User;
use crate::services::accounts::{self, UpdateUser};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json};

/// Shows the caller.
#[utoipa::path(get, path = "/api/users/me", tag = "users",
    responses((status = 200, body = User), (status = 401, body = Problem)))]
pub async fn me(user: ApiUser) -> Body<User> {
    Body(user.0)
}

/// Changes a member: `name`, `locale` and `theme` by themselves, the others by admins.
#[utoipa::path(patch, path = "/api/users/{id}", tag = "users", request_body = UpdateUser,
    params(("id" = String, Path, description = "The member's id")),
    responses((status = 200, body = User), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn update(user: ApiUser, app: App, id: Id, body: Json<UpdateUser>) -> WebResult<Body<User>> {
    Ok(Body(app.db.write(move |conn| accounts::update(conn, &user.0, &id.0, &body.0)).await?))
}
