//! Links by which admins let somebody in: one account each, for a week.

use serde::Deserialize;
use utoipa::ToSchema;

use super::accounts::{self, NewAccount, expect_free, require_admin};
use super::members::{parse_email, parse_role};
use super::secrets;
use super::text::{Email, ShortName, parse_id};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::invitation::Invitation;
use crate::models::new_id;
use crate::models::user::{Role, User};
use crate::repositories::invitations;

/// Seconds for which an invitation can be accepted.
const LIFETIME: i64 = 7 * 24 * 60 * 60;

/// An invitation to be made.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewInvitation {
    /// Whom it is for: they join with this address. Whoever has the link, with any address, when absent.
    #[schema(example = "grace@example.com")]
    pub email: Option<String>,
    /// What they will be: `admin` or `member` (default).
    #[schema(value_type = Option<Role>)]
    pub role: Option<String>,
}

/// Makes an invitation; returns it with the secret for its link, which is kept nowhere.
///
/// # Errors
/// `Forbidden("admin_only")`, `Invalid`, `Conflict("email_taken")`.
pub fn create(conn: &mut DbConn, caller: &User, input: &NewInvitation) -> AppResult<(Invitation, String)> {
    require_admin(caller)?;
    let email = parse_email(input.email.as_deref())?;
    if let Some(email) = &email {
        expect_free(conn, email)?;
    }
    let (code, now) = (secrets::random(), Time::now());
    invitations::delete_expired(conn, now)?;
    let row = Invitation {
        id: new_id(),
        code_hash: secrets::hash(&code),
        email: email.map(Email::into_string),
        role: parse_role(input.role.as_deref())?,
        invited_by: caller.id.clone(),
        created_at: now,
        expires_at: now.plus_seconds(LIFETIME),
    };
    invitations::insert(conn, &row)?;
    Ok((row, code))
}

/// The invitations that can still be accepted, newest first.
///
/// # Errors
/// `Forbidden("admin_only")`.
pub fn list(conn: &mut DbConn, caller: &User) -> AppResult<Vec<Invitation>> {
    require_admin(caller)?;
    invitations::list_open(conn, Time::now())
}

/// Takes an invitation back.
///
/// # Errors
/// `Forbidden("admin_only")`, `NotFound`.
pub fn revoke(conn: &mut DbConn, caller: &User, id: &str) -> AppResult<()> {
    require_admin(caller)?;
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    match invitations::delete(conn, &id)? {
        true => Ok(()),
        false => Err(AppError::NotFound(Thing::Resource)),
    }
}

/// The invitation a link holds the secret of.
///
/// # Errors
/// `Forbidden("invitation_invalid")`, the same for one that is used, over, taken back or was never made.
pub fn find(conn: &mut DbConn, code: &str) -> AppResult<Invitation> {
    invitations::find_open(conn, &secrets::hash(code), Time::now())?.ok_or(AppError::Forbidden(INVALID))
}

const INVALID: &str = "invitation_invalid";

/// Somebody who accepts an invitation.
pub struct Guest {
    /// As shown.
    pub name: ShortName,
    /// Where they are reached, where the invitation leaves it to them.
    pub email: Option<Email>,
    /// Argon2id in PHC form.
    pub password_hash: String,
}

/// Uses an invitation up and makes its guest a member.
///
/// # Errors
/// As [`find`], `Invalid` without an e-mail address, `Conflict("email_taken")`; then the invitation stays.
pub fn accept(conn: &mut DbConn, code: &str, guest: Guest) -> AppResult<User> {
    let taken = invitations::take_open(conn, &secrets::hash(code), Time::now())?;
    let invitation = taken.ok_or(AppError::Forbidden(INVALID))?;
    let fixed = invitation.email.as_deref().map(Email::parse).transpose()?;
    let email = fixed.or(guest.email).ok_or_else(|| AppError::field("email", "required"))?;
    let password_hash = Some(guest.password_hash);
    accounts::create(conn, NewAccount { email, name: guest.name, role: invitation.role, password_hash })
}
