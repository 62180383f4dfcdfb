//! Links by which admins let somebody in, for a week: each makes one account, or hands over one that was added for its
//! guest and that nobody can sign in to yet.

use serde::Deserialize;
use utoipa::ToSchema;

use super::accounts::{self, NewAccount, require_admin, require_lasting_admin};
use super::members::{Member, parse_email, parse_role};
use super::secrets;
use super::text::{Email, ShortName, parse_id};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::invitation::Invitation;
use crate::models::new_id;
use crate::models::user::{Role, User};
use crate::repositories::{invitations, users};

/// Seconds for which an invitation can be accepted.
const LIFETIME: i64 = 7 * 24 * 60 * 60;

/// An invitation to be made.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewInvitation {
    /// Whom it is for: they join with this address. Whoever has the link, with any address, when absent. Where a member
    /// was added with it who cannot sign in yet, that account becomes theirs.
    #[schema(example = "grace@example.com")]
    pub email: Option<String>,
    /// What they will be: `admin` or `member` (default). Who was added already keeps the role of that account.
    #[schema(value_type = Option<Role>)]
    pub role: Option<String>,
}

/// Makes an invitation; returns it with the secret for its link, which is kept nowhere.
///
/// # Errors
/// `Forbidden("admin_only")`, `Invalid`, `Conflict("email_taken")`.
pub fn create(conn: &mut DbConn, caller: &User, input: &NewInvitation) -> AppResult<(Invitation, String)> {
    require_lasting_admin(conn, caller)?;
    let (email, role) = (parse_email(input.email.as_deref())?, parse_role(input.role.as_deref())?);
    let waiting = match &email {
        Some(email) => find_waiting(conn, email.as_str())?,
        None => None,
    };
    let (code, now) = (secrets::random(), Time::now());
    invitations::delete_expired(conn, now)?;
    let row = Invitation {
        id: new_id(),
        code_hash: secrets::hash(&code),
        email: email.map(Email::into_string),
        role: waiting.map_or(role, |user| user.role),
        invited_by: caller.id.clone(),
        created_at: now,
        expires_at: now.plus_seconds(LIFETIME),
    };
    invitations::insert(conn, &row)?;
    Ok((row, code))
}

/// The account that was added for whoever is invited at that address.
///
/// # Errors
/// `Conflict("email_taken")` when it is somebody's already, or disabled.
fn find_waiting(conn: &mut DbConn, email: &str) -> AppResult<Option<User>> {
    match users::find_by_email(conn, email)? {
        Some(user) if accounts::is_waiting(conn, &user)? => Ok(Some(user)),
        Some(_) => Err(AppError::Conflict("email_taken")),
        None => Ok(None),
    }
}

/// Whether a member can be invited to the account that was added for them.
///
/// # Errors
/// `Forbidden("admin_only")`.
pub fn is_invitable(conn: &mut DbConn, caller: &User, member: &Member) -> AppResult<bool> {
    require_admin(caller)?;
    let found = users::find_optional(conn, &member.id)?;
    found.map_or(Ok(false), |user| accounts::is_waiting(conn, &user))
}

/// The invitations that can still be accepted, newest first.
///
/// # Errors
/// `Forbidden("admin_only")`.
pub fn list(conn: &mut DbConn, caller: &User) -> AppResult<Vec<Invitation>> {
    require_admin(caller)?;
    invitations::list_open(conn, Time::now())
}

/// An invitation that can still be accepted.
///
/// # Errors
/// `Forbidden("admin_only")`, `NotFound`.
pub fn find_open(conn: &mut DbConn, caller: &User, id: &str) -> AppResult<Invitation> {
    let found = list(conn, caller)?.into_iter().find(|one| one.id == id);
    found.ok_or(AppError::NotFound(Thing::Resource))
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

/// What an invitation knows of its guest.
#[derive(Clone, Debug, Default)]
pub struct Invited {
    /// The address they join with, when it is not left to them.
    pub email: Option<String>,
    /// What they are called in the account that was added for them.
    pub name: Option<String>,
}

/// Whom the invitation is for that a link holds the secret of.
///
/// # Errors
/// `Forbidden("invitation_invalid")`, the same for one that is used, over, taken back or was never made, and for one whose
/// address has become somebody's.
pub fn find(conn: &mut DbConn, code: &str) -> AppResult<Invited> {
    let found = invitations::find_open(conn, &secrets::hash(code), Time::now())?;
    let email = found.ok_or(AppError::Forbidden(INVALID))?.email;
    let waiting = expected(conn, email.as_deref())?;
    Ok(Invited { email, name: waiting.map(|user| user.name) })
}

/// The account that an open invitation hands over, if it does not make one.
fn expected(conn: &mut DbConn, email: Option<&str>) -> AppResult<Option<User>> {
    let Some(email) = email else { return Ok(None) };
    find_waiting(conn, email).map_err(|error| match error {
        AppError::Conflict(_) => AppError::Forbidden(INVALID),
        other => other,
    })
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

/// Uses an invitation up: its guest becomes a member, or the owner of the account that was added for them. Only an
/// address that the invitation itself names leads to an account, never one that the guest types.
///
/// # Errors
/// As [`find`], `Invalid` without an e-mail address, `Conflict("email_taken")`; then the invitation stays.
pub fn accept(conn: &mut DbConn, code: &str, guest: Guest) -> AppResult<User> {
    let taken = invitations::take_open(conn, &secrets::hash(code), Time::now())?;
    let invitation = taken.ok_or(AppError::Forbidden(INVALID))?;
    let Guest { name, email, password_hash } = guest;
    if let Some(waiting) = expected(conn, invitation.email.as_deref())? {
        let taken_over = accounts::take_over(conn, &waiting, name, password_hash)?;
        return taken_over.ok_or(AppError::Forbidden(INVALID));
    }
    let fixed = invitation.email.as_deref().map(Email::parse).transpose()?;
    let email = fixed.or(email).ok_or_else(|| AppError::field("email", "required"))?;
    let password_hash = Some(password_hash);
    accounts::create(conn, NewAccount { email, name, role: invitation.role, password_hash })
}
