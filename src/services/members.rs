//! The directory of members: who there is, and somebody new without an invitation.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::accounts::{expect_free, parse_optional, require_admin};
use super::budgets;
use super::page_request::{Page, PageRequest};
use super::text::{Email, ShortName, parse_id, parse_search, required};
use crate::db::{DailyTokens, DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::new_id;
use crate::models::token_usage::DayUsage;
use crate::models::user::{NewUser, Role, User};
use crate::repositories::counts::{self, Counted};
use crate::repositories::users::{self, UserFilter};

/// A member, as another one may see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Member {
    /// UUIDv7.
    #[schema(example = "019ab2f0-7c1e-7d55-9a3e-0f6c1b2a3d4e")]
    pub id: String,
    /// As shown beside what they wrote.
    #[schema(example = "Ada")]
    pub name: String,
    /// A picture, `http(s)`.
    #[schema(required)]
    pub avatar_url: Option<String>,
    /// What they may do.
    pub role: Role,
    /// When they joined.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// Only for admins and on oneself.
    #[serde(flatten)]
    #[schema(value_type = Private)]
    pub private: Option<Private>,
}

/// What only admins and they themselves see of a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Private {
    /// Lower case; `null` for a placeholder that cannot sign in.
    #[schema(example = "ada@example.com")]
    pub email: Option<String>,
    /// May not sign in.
    #[schema(required = false)]
    pub disabled: bool,
    /// What they may spend a day; as everybody when `null`.
    pub daily_tokens: Option<DailyTokens>,
}

impl Member {
    fn seen_by(viewer: &User, user: User) -> Self {
        let open = viewer.role == Role::Admin || viewer.id == user.id;
        Self {
            private: open.then_some(Private {
                email: user.email,
                disabled: user.disabled,
                daily_tokens: user.daily_tokens,
            }),
            id: user.id,
            name: user.name,
            avatar_url: user.avatar_url,
            role: user.role,
            created_at: user.created_at,
        }
    }
}

/// Which members to list, as it stands in the query string.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListMembers {
    /// Text in the name; for admins also in the e-mail address.
    pub q: Option<String>,
    /// See [`Paging`].
    pub page: Option<String>,
    /// See [`Paging`].
    pub limit: Option<String>,
    /// See [`Paging`].
    pub cursor: Option<String>,
}

/// The members, in the order in which they joined.
///
/// # Errors
/// `Invalid` for wrong parameters.
pub fn list(conn: &mut DbConn, viewer: &User, input: &ListMembers) -> AppResult<Page<Member>> {
    let filter = UserFilter { q: parse_search(input.q.as_deref())?, by_email: viewer.role == Role::Admin };
    let request =
        PageRequest::<String>::parse(input.page.as_deref(), input.limit.as_deref(), input.cursor.as_deref())?;
    let place = |id: &String| parse_id(id).ok_or_else(|| AppError::field("cursor", "invalid_cursor"));
    let after = request.after.as_ref().map(place).transpose()?;
    let rows = users::list(conn, &filter, after.as_deref(), request.offset, request.limit + 1)?;
    let total = match filter.q {
        None => counts::find(conn, counts::PUBLIC, Counted::Users)?,
        Some(_) => users::count_found(conn, &filter)?,
    };
    let members = rows.into_iter().map(|user| Member::seen_by(viewer, user)).collect();
    Ok(Page::from_rows(members, request.limit, total, |member: &Member| member.id.clone()))
}

/// A member.
///
/// # Errors
/// `NotFound` for an unknown id.
pub fn find(conn: &mut DbConn, viewer: &User, id: &str) -> AppResult<Member> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    let user = users::find_optional(conn, &id)?.ok_or(AppError::NotFound(Thing::Resource))?;
    Ok(Member::seen_by(viewer, user))
}

/// A member, and what they have spent today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberToday {
    /// The member.
    #[serde(flatten)]
    pub member: Member,
    /// Only for admins and on oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<DayUsage>,
}

/// A member, and what they have spent today of a budget of their own or of `default`.
///
/// # Errors
/// `NotFound` for an unknown id.
pub fn find_today(
    conn: &mut DbConn,
    viewer: &User,
    id: &str,
    default: DailyTokens,
) -> AppResult<MemberToday> {
    let member = find(conn, viewer, id)?;
    let usage = member.private.as_ref().map(|_| budgets::today(conn, &member.id, default)).transpose()?;
    Ok(MemberToday { member, usage })
}

/// A member to be added by an admin.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewMember {
    /// As shown, 1 to 100 characters.
    #[schema(example = "Ada")]
    pub name: Option<String>,
    /// Where they are reached; without one they are a placeholder that may not sign in.
    #[schema(example = "ada@example.com")]
    pub email: Option<String>,
    /// `admin` or `member` (default).
    #[schema(value_type = Option<Role>)]
    pub role: Option<String>,
}

/// Adds a member, who has no password.
///
/// # Errors
/// `Forbidden("admin_only")`, `BadRequest("missing_name")`, `Invalid`, `Conflict("email_taken")`.
pub fn add(conn: &mut DbConn, caller: &User, input: &NewMember) -> AppResult<Member> {
    require_admin(caller)?;
    let name = ShortName::parse(required(input.name.as_deref(), "missing_name")?)?;
    let email = parse_email(input.email.as_deref())?;
    if let Some(email) = &email {
        expect_free(conn, email)?;
    }
    let now = Time::now();
    let row = NewUser {
        id: new_id(),
        disabled: email.is_none(),
        email: email.map(Email::into_string),
        name: name.into_string(),
        role: parse_role(input.role.as_deref())?,
        avatar_url: None,
        locale: None,
        password_hash: None,
        created_at: now,
        updated_at: now,
    };
    Ok(Member::seen_by(caller, users::insert(conn, &row)?))
}

/// Reads an address that may be left out.
pub(super) fn parse_email(text: Option<&str>) -> AppResult<Option<Email>> {
    text.filter(|text| !text.trim().is_empty()).map(Email::parse).transpose()
}

/// Reads the role of somebody new.
pub(super) fn parse_role(text: Option<&str>) -> AppResult<Role> {
    Ok(parse_optional(text, "role", Role::parse)?.unwrap_or(Role::Member))
}
