//! `/users/invite`: admins make links that let somebody in, and take them back.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use serde::Deserialize;

use super::confirm::{Confirm, Yes};
use super::form::Problems;
use super::frame::Frame;
use super::moment::Moment;
use super::reader::Reader;
use super::respond::{done, page, page_with};
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::user::{Role, User};
use crate::services::invitations::{self, NewInvitation};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id};
use crate::web::{App, paths};

/// `GET /users/invite`, and the answer to a new one with its link.
#[derive(Template)]
#[template(path = "users/invite.html")]
struct InvitePage {
    frame: Frame,
    /// Newest first.
    open: Vec<InvitationLine>,
    typed: Typed,
}

/// What the form has to say.
#[derive(Default)]
struct Typed {
    /// The link just made: shown this once.
    link: Option<String>,
    form: InviteForm,
    problems: Problems,
}

/// One invitation that can still be accepted.
struct InvitationLine {
    id: String,
    email: Option<String>,
    admin: bool,
    expires: Moment,
}

/// An invitation as it was asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    email: String,
    role: String,
}

/// Shows the form and the open invitations.
pub async fn list(user: PageUser, app: App, reader: Reader) -> WebResult<HttpResponse> {
    page(&InvitePage::load(&app, user.0, reader, Typed::default()).await?)
}

/// Makes an invitation and shows its link, this once: the answer is kept nowhere.
pub async fn create(
    user: PageUser,
    app: App,
    reader: Reader,
    form: Form<InviteForm>,
) -> WebResult<HttpResponse> {
    let (user, form, reader) = (user.0, form.0, reader.at(paths::INVITE));
    let (status, typed) = match make(&app, user.clone(), form.clone()).await {
        Ok(link) => (StatusCode::OK, Typed { link: Some(link), ..Typed::default() }),
        Err(error) => {
            let status = app_status(&error);
            let problems = Problems::from_error(error, reader.locale(Some(&user)))?;
            (status, Typed { form, problems, link: None })
        }
    };
    let mut answer = page_with(status, &InvitePage::load(&app, user, reader, typed).await?)?;
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(answer)
}

async fn make(app: &AppState, user: User, form: InviteForm) -> AppResult<String> {
    let input = NewInvitation { email: Some(form.email), role: Some(form.role) };
    let (_, code) = app.write_as(user, move |conn, user| invitations::create(conn, user, &input)).await?;
    Ok(format!("{}{}", app.base_url, paths::invitation(&code)))
}

/// Asks whether an invitation may be taken back.
pub async fn revoke_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let invitation = invitations::find_open(conn, &user.0, &id.0)?;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(Confirm {
            title: "invite.revoke_title",
            question: match invitation.email {
                Some(email) => frame.t_with("invite.revoke_question", "email", email),
                None => frame.t("invite.revoke_question_open").into_owned(),
            },
            consequence: Some(frame.t("invite.revoke_consequence").into_owned()),
            yes: Yes { word: "invite.revoke", ..Yes::DELETE },
            action: paths::revoke_invitation(&invitation.id),
            back: paths::INVITE.to_owned(),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Takes an invitation back.
pub async fn revoke(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    app.write_as(user.0, move |conn, user| invitations::revoke(conn, user, &id.0)).await?;
    done(&session, "flash.invitation_revoked", paths::INVITE)
}

impl InvitePage {
    async fn load(app: &AppState, user: User, reader: Reader, typed: Typed) -> AppResult<Self> {
        let load = move |conn: &mut DbConn| {
            let clock = reader.clock();
            let line = |row: crate::models::invitation::Invitation| InvitationLine {
                id: row.id,
                email: row.email,
                admin: row.role == Role::Admin,
                expires: clock.day(row.expires_at.millis()),
            };
            let open = invitations::list(conn, &user)?.into_iter().map(line).collect();
            Ok(Self { frame: reader.frame(conn, &user, None)?, open, typed })
        };
        app.db.read(load).await
    }
}
