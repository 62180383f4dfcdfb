//! Invitations, for admins.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Json as Body;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{AdminOnly, EmailTaken, WrongEmail};
use super::{SUCCESS, Success};
use crate::models::invitation::Invitation;
use crate::services::invitations::{self, NewInvitation};
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json};
use crate::web::{App, paths};

/// The invitations that can still be accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationList {
    /// Newest first.
    pub invitations: Vec<Invitation>,
}

/// An invitation just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationBody {
    /// The invitation with its link.
    pub invitation: LinkedInvitation,
}

/// An invitation with its link.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedInvitation {
    /// What is kept.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// The link to pass on; shown this once.
    #[schema(example = "https://stoa.example/invite/5cP…")]
    pub url: String,
}

/// Lists the open invitations.
#[utoipa::path(get, path = "/api/users/invitations",
    responses((status = 200, body = InvitationList), AdminOnly))]
pub async fn list(user: ApiUser, app: App) -> WebResult<Body<InvitationList>> {
    let invitations = app.db.read(move |conn| invitations::list(conn, &user.0)).await?;
    Ok(Body(InvitationList { invitations }))
}

/// Makes an invitation: one account, within seven days.
#[utoipa::path(post, path = "/api/users/invitations",
    responses((status = 200, body = InvitationBody), AdminOnly, WrongEmail, EmailTaken))]
pub async fn create(user: ApiUser, app: App, body: Json<NewInvitation>) -> WebResult<HttpResponse> {
    let made = app.write_as(user.0, move |conn, user| invitations::create(conn, user, &body.0)).await;
    let (invitation, code) = made?;
    let location = format!("/api/users/invitations/{}", invitation.id);
    let url = format!("{}{}", app.base_url, paths::invitation(&code));
    let body = InvitationBody { invitation: LinkedInvitation { invitation, url } };
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(body))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/users/invitations/{id}",
    responses((status = 200, body = Success), AdminOnly))]
pub async fn delete(user: ApiUser, app: App, id: Id) -> WebResult<Body<Success>> {
    app.write_as(user.0, move |conn, user| invitations::revoke(conn, user, &id.0)).await?;
    Ok(Body(SUCCESS))
}
