//! The directory of members; for admins also what may be changed about one.

pub mod budget;

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use self::budget::BudgetForm;
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::user::{Role, User};
use crate::services::accounts::{self, UpdateUser};
use crate::services::invitations;
use crate::services::members::{self, ListMembers, Member, MemberToday};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Form, Id, Query};
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::frame::{Frame, initial};
use crate::web::pages::listing::Listing;
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page};
use crate::web::pages::usage::Usage;
use crate::web::{App, paths};

/// Members on one page.
const LINES: &str = "50";

/// `GET /users`.
#[derive(Template)]
#[template(path = "users/index.html")]
struct UsersPage {
    frame: Frame,
    listing: Listing,
    /// In the order in which they joined.
    lines: Vec<MemberLine>,
    /// Whether the reader may invite.
    admin: bool,
}

/// `GET /users/{id}`.
#[derive(Template)]
#[template(path = "users/show.html")]
struct UserPage {
    frame: Frame,
    member: MemberLine,
    /// Whether the reader may change this member.
    changeable: bool,
    /// Whether the account waits for its owner, who can be invited to it.
    invitable: bool,
    /// What the member has spent today; only for admins and on oneself.
    usage: Option<Usage>,
    /// Only for admins.
    budget: Option<BudgetForm>,
}

/// A member, as the reader may see them.
struct MemberLine {
    id: String,
    name: String,
    role: Role,
    joined: Moment,
    /// Only for admins and on oneself.
    email: Option<String>,
    disabled: bool,
    /// Whether it is the reader.
    own: bool,
}

impl MemberLine {
    fn new(member: Member, reader: &User, clock: Clock) -> Self {
        Self {
            own: member.id == reader.id,
            joined: clock.day(member.created_at.millis()),
            disabled: member.private.as_ref().is_some_and(|private| private.disabled),
            email: member.private.and_then(|private| private.email),
            id: member.id,
            name: member.name,
            role: member.role,
        }
    }

    /// The key of what the role is called.
    fn role_key(&self) -> &'static str {
        match self.role {
            Role::Admin => "role.admin",
            Role::Member => "role.member",
        }
    }

    /// The letter in the round mark beside the name.
    fn initial(&self) -> String {
        initial(&self.name)
    }

    fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }
}

/// Lists the members.
pub async fn list(
    user: PageUser,
    app: App,
    reader: Reader,
    query: Query<ListMembers>,
) -> WebResult<HttpResponse> {
    page(&app.db.read(move |conn| UsersPage::load(conn, &user.0, reader, query.0)).await?)
}

impl UsersPage {
    fn load(conn: &mut DbConn, user: &User, reader: Reader, asked: ListMembers) -> AppResult<Self> {
        let wanted = ListMembers { limit: Some(LINES.to_owned()), ..asked };
        let found = members::list(conn, user, &wanted)?;
        let listing = Listing::new(paths::USERS, wanted.q.as_deref(), &[]);
        let clock = reader.clock();
        let lines = found.items.into_iter().map(|member| MemberLine::new(member, user, clock));
        Ok(Self {
            listing: listing.paged(wanted.cursor.as_deref(), found.next_cursor.as_deref()),
            lines: lines.collect(),
            frame: reader.frame(conn, user, None)?,
            admin: user.role == Role::Admin,
        })
    }
}

/// Shows a member.
pub async fn show(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    page(&UserPage::load(&app, user.0, reader, id.0, None).await?)
}

impl UserPage {
    /// The page with what was `typed` in the form of the budget, else with the budget there is.
    async fn load(
        app: &AppState,
        user: User,
        reader: Reader,
        id: String,
        typed: Option<BudgetForm>,
    ) -> AppResult<Self> {
        let daily = app.daily_tokens;
        let load = move |conn: &mut DbConn| {
            let MemberToday { member: found, usage } = members::find_today(conn, &user, &id, daily)?;
            let (admin, locale) = (user.role == Role::Admin, reader.locale(Some(&user)));
            let changeable = admin && found.id != user.id;
            let own = found.private.as_ref().and_then(|private| private.daily_tokens);
            let clock = reader.clock();
            Ok(Self {
                frame: reader.frame(conn, &user, None)?,
                invitable: changeable && invitations::is_invitable(conn, &user, &found)?,
                usage: usage.map(|day| Usage::new(&day, locale)),
                budget: admin.then(|| typed.unwrap_or_else(|| BudgetForm::of(own, daily, locale))),
                member: MemberLine::new(found, &user, clock),
                changeable,
            })
        };
        app.db.read(load).await
    }
}

/// A role as it was chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewRole {
    role: String,
}

/// Gives a member another role.
pub async fn set_role(
    user: PageUser,
    app: App,
    session: Session,
    id: Id,
    form: Form<NewRole>,
) -> WebResult<HttpResponse> {
    let input = UpdateUser { role: Some(form.0.role), ..UpdateUser::default() };
    change(user.0, &app, &session, id.0, input, "flash.role_changed").await
}

/// Asks whether a member may be disabled.
pub async fn disable_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        accounts::require_admin(&user.0)?;
        let member = members::find(conn, &user.0, &id.0)?;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(Confirm {
            title: "users.disable_title",
            question: frame.t_with("users.disable_question", "name", member.name),
            consequence: Some(frame.t("users.disable_lead").into_owned()),
            yes: Yes { word: "users.disable", icon: None },
            action: paths::disable_user(&member.id),
            back: paths::user(&member.id),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Shuts a member out.
pub async fn disable(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    let input = UpdateUser { disabled: Some(true), ..UpdateUser::default() };
    change(user.0, &app, &session, id.0, input, "flash.user_disabled").await
}

/// Lets a member in again.
pub async fn enable(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    let input = UpdateUser { disabled: Some(false), ..UpdateUser::default() };
    change(user.0, &app, &session, id.0, input, "flash.user_enabled").await
}

async fn change(
    user: User,
    app: &App,
    session: &Session,
    id: String,
    input: UpdateUser,
    flash: &str,
) -> WebResult<HttpResponse> {
    let changed = app.write_as(user, move |conn, user| accounts::update(conn, user, &id, &input)).await?;
    done(session, flash, &paths::user(&changed.id))
}
