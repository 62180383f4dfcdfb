//! Members.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{
    AdminOnly, EmailTaken, MissingName, OwnAccount, WrongDailyTokens, WrongEmail, WrongTheme,
};
use super::remembered::remembered_with_headers;
use crate::db::DbConn;
use crate::models::token_usage::DayUsage;
use crate::models::user::User;
use crate::services::accounts::{self, UpdateUser};
use crate::services::members::{self, ListMembers, Member, MemberToday, NewMember};
use crate::services::{budgets, known};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json, Query};

/// Where the length of a whole list stands when the body is a bare array.
const TOTAL: &str = "x-total-count";

/// Lists the members, in the order in which they joined. The body is a bare array; how many there are in all stands in
/// the header `X-Total-Count`, the next part's address in `Link`.
#[utoipa::path(get, path = "/api/users", params(ListMembers),
    responses(
        (status = 200, body = [Member], headers(
            ("X-Total-Count" = i64, description = "How many there are in all"),
            ("Link" = Option<String>, description = "`<address>; rel=\"next\"`, the next part; absent at the end")))))]
pub async fn list(
    user: ApiUser,
    app: App,
    request: HttpRequest,
    query: Query<ListMembers>,
) -> WebResult<HttpResponse> {
    // Administrators see more.
    let reader = format!("{} {}", user.0.id, user.0.role.as_str());
    let (path, asked) = (request.path().to_owned(), request.query_string().to_owned());
    let load = move |conn: &mut DbConn| {
        let page = members::list(conn, &user.0, &query.0)?;
        let next = page.next_cursor.map(|cursor| ("link", next_part(&path, &asked, &cursor)));
        let total = (TOTAL, page.total.to_string());
        Ok((page.items, [Some(total), next].into_iter().flatten().collect()))
    };
    remembered_with_headers(&app, &request, known::USERS, &reader, load).await
}

/// The same list from `cursor` on.
fn next_part(path: &str, asked: &str, cursor: &str) -> String {
    let mut query: Vec<(String, String)> = serde_html_form::from_str(asked).unwrap_or_default();
    query.retain(|(name, _)| !matches!(name.as_str(), "cursor" | "page"));
    query.push(("cursor".to_owned(), cursor.to_owned()));
    let query = serde_html_form::to_string(query).unwrap_or_default();
    format!("<{path}?{query}>; rel=\"next\"")
}

/// Adds a member, without an invitation; without an e-mail address a placeholder that may not sign in. For admins.
#[utoipa::path(post, path = "/api/users",
    responses((status = 200, body = Member), AdminOnly, MissingName, WrongEmail, EmailTaken))]
pub async fn create(user: ApiUser, app: App, body: Json<NewMember>) -> WebResult<HttpResponse> {
    let member = app.write_as(user.0, move |conn, user| members::add(conn, user, &body.0)).await?;
    let location = format!("/api/users/{}", member.id);
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(member))
}

/// The caller, and what they have spent today.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The caller.
    #[serde(flatten)]
    pub user: User,
    /// What they have spent today.
    pub usage: DayUsage,
}

/// Shows the caller, and what they have spent today.
#[utoipa::path(get, path = "/api/users/me", responses((status = 200, body = Me)))]
pub async fn me(user: ApiUser, app: App) -> WebResult<Body<Me>> {
    let (id, daily) = (user.0.id.clone(), app.daily_tokens);
    let usage = app.db.read(move |conn| budgets::today(conn, &id, daily)).await?;
    Ok(Body(Me { user: user.0, usage }))
}

/// Shows a member; to admins and to themselves also what they have spent today.
#[utoipa::path(get, path = "/api/users/{id}", responses((status = 200, body = MemberToday)))]
pub async fn show(user: ApiUser, app: App, id: Id) -> WebResult<Body<MemberToday>> {
    let daily = app.daily_tokens;
    Ok(Body(app.db.read(move |conn| members::find_today(conn, &user.0, &id.0, daily)).await?))
}

/// Changes a member: `name`, `locale` and `theme` by themselves, the others by admins. Disabling somebody signs their
/// browsers out and revokes their tokens. A budget counts at once, and for answers being made within two seconds.
#[utoipa::path(patch, path = "/api/users/{id}",
    responses((status = 200, body = User), WrongTheme, WrongDailyTokens, AdminOnly, OwnAccount))]
pub async fn update(user: ApiUser, app: App, id: Id, body: Json<UpdateUser>) -> WebResult<Body<User>> {
    Ok(Body(app.write_as(user.0, move |conn, user| accounts::update(conn, user, &id.0, &body.0)).await?))
}
