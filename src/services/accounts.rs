//! Members: signing in with a password, and what they may change about themselves and others.

use serde::Deserialize;
use utoipa::ToSchema;

use super::given::given;
use super::passwords;
use super::text::{Email, ShortName, parse_id};
use crate::db::{DailyTokens, DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::i18n::Locale;
use crate::models::new_id;
use crate::models::user::{NewUser, Role, Theme, User, UserChanges};
use crate::repositories::{api_tokens, identities, invitations, login_sessions, users};

/// A person about to become a member; the password is already hashed.
pub struct NewAccount {
    /// Where they are reached, and how they sign in.
    pub email: Email,
    /// As shown.
    pub name: ShortName,
    /// What they may do.
    pub role: Role,
    /// Argon2id in PHC form; without one they cannot sign in here.
    pub password_hash: Option<String>,
}

/// Makes somebody a member.
///
/// # Errors
/// `Conflict("email_taken")`.
pub fn create(conn: &mut DbConn, account: NewAccount) -> AppResult<User> {
    expect_free(conn, &account.email)?;
    let now = Time::now();
    let row = NewUser {
        id: new_id(),
        email: Some(account.email.into_string()),
        name: account.name.into_string(),
        role: account.role,
        avatar_url: None,
        locale: None,
        password_hash: account.password_hash,
        disabled: false,
        created_at: now,
        updated_at: now,
    };
    users::insert(conn, &row)
}

/// Refuses an address that a member has.
pub(super) fn expect_free(conn: &mut DbConn, email: &Email) -> AppResult<()> {
    match users::find_by_email(conn, email.as_str())? {
        Some(_) => Err(AppError::Conflict("email_taken")),
        None => Ok(()),
    }
}

/// Whether an account still waits for its owner: nobody can sign in to it, nothing acts for it, and it is not disabled.
///
/// # Errors
/// When the database fails.
pub(super) fn is_waiting(conn: &mut DbConn, user: &User) -> AppResult<bool> {
    Ok(!user.disabled
        && user.email.is_some()
        && user.password_hash.is_none()
        && identities::list_owned(conn, &user.id)?.is_empty()
        && api_tokens::list_owned(conn, &user.id)?.is_empty())
}

/// Gives a waiting account its owner's name and password; all else about it stays. `None` when somebody was faster.
///
/// # Errors
/// When the database fails.
pub(super) fn take_over(
    conn: &mut DbConn,
    waiting: &User,
    name: ShortName,
    password_hash: String,
) -> AppResult<Option<User>> {
    let changes = UserChanges {
        name: Some(name.into_string()),
        password_hash: Some(Some(password_hash)),
        updated_at: Some(Time::now()),
        ..UserChanges::default()
    };
    users::update_without_password(conn, &waiting.id, &changes)
}

/// Who wants to sign in, by what was typed as their e-mail address.
///
/// # Errors
/// When the database fails.
pub fn find_claimed(conn: &mut DbConn, email: &str) -> AppResult<Option<User>> {
    match Email::parse(email) {
        Ok(email) => users::find_by_email(conn, email.as_str()),
        Err(_) => Ok(None),
    }
}

/// The member [`find_claimed`] found, if that is their password. Slow on purpose, so no connection is held meanwhile.
///
/// # Errors
/// `BadRequest("sign_in_failed")`, the same for an unknown address, a wrong password and a disabled account.
pub async fn sign_in(user: Option<User>, password: String) -> AppResult<User> {
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    if !passwords::verify(password, hash).await? {
        return Err(AppError::BadRequest("sign_in_failed"));
    }
    user.filter(|user| !user.disabled).ok_or(AppError::BadRequest("sign_in_failed"))
}

/// The member of that id, if they may still act.
///
/// # Errors
/// When the database fails.
pub fn find_active(conn: &mut DbConn, id: &str) -> AppResult<Option<User>> {
    Ok(users::find_optional(conn, id)?.filter(|user| !user.disabled))
}

/// The member of that e-mail address.
///
/// # Errors
/// `NotFound`, when there is none.
pub fn find_by_email(conn: &mut DbConn, email: &Email) -> AppResult<User> {
    users::find_by_email(conn, email.as_str())?.ok_or(AppError::NotFound(Thing::Resource))
}

/// What may be changed about a member: the first three by themselves, the others by admins.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct UpdateUser {
    /// As shown, 1 to 100 characters.
    #[schema(example = "Ada")]
    pub name: Option<String>,
    /// `zh-CN`, `en`, or empty for the browser's choice.
    #[schema(example = "zh-CN")]
    pub locale: Option<String>,
    /// `light`, `dark`, or empty for the system's choice.
    #[schema(example = "dark")]
    pub theme: Option<String>,
    /// `admin` or `member`.
    pub role: Option<String>,
    /// May not sign in.
    pub disabled: Option<bool>,
    /// What they may spend a day: a number of tokens up to 10^12, 0 for none at all, or `unlimited`; `null` for as much as
    /// everybody.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DailyTokens>)]
    pub daily_tokens: Option<Option<DailyTokens>>,
}

/// Changes a member.
///
/// # Errors
/// `Invalid` for wrong values, `Forbidden` for what only admins may do, `NotFound` for unknown members,
/// `Conflict("own_account")` when an admin would shut themselves out.
pub fn update(conn: &mut DbConn, caller: &User, id: &str, input: &UpdateUser) -> AppResult<User> {
    let own = caller.id == id;
    let shuts_out = input.role.is_some() || input.disabled.is_some();
    if !own || shuts_out || input.daily_tokens.is_some() {
        require_lasting_admin(conn, caller)?;
    }
    if own && shuts_out {
        return Err(AppError::Conflict("own_account"));
    }
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    let before = users::find_optional(conn, &id)?.ok_or(AppError::NotFound(Thing::Resource))?;
    let after = users::update(conn, &id, &changes(input)?)?;
    if after.disabled != before.disabled {
        end_access(conn, &after)?;
    }
    if after.disabled || after.role != Role::Admin {
        // Else somebody could keep a way back in as an admin.
        invitations::delete_by_inviter(conn, &after.id)?;
    }
    Ok(after)
}

/// Ends what lets a member in without a password: browsers and tokens. Both when they are disabled and when they are
/// enabled again, so that nothing that was made in the very moment between comes to life.
fn end_access(conn: &mut DbConn, user: &User) -> AppResult<()> {
    login_sessions::delete_all(conn, &user.id)?;
    api_tokens::delete_all(conn, &user.id)
}

/// A member as they are by now.
///
/// # Errors
/// `Unauthorized` when they may not act any more.
pub fn still_active(conn: &mut DbConn, user: &User) -> AppResult<User> {
    find_active(conn, &user.id)?.ok_or(AppError::Unauthorized)
}

/// Refuses whoever is no admin.
///
/// # Errors
/// `Forbidden("admin_only")`.
pub fn require_admin(user: &User) -> AppResult<()> {
    match user.role {
        Role::Admin => Ok(()),
        Role::Member => Err(AppError::Forbidden("admin_only")),
    }
}

/// The same, and whoever passes stays an admin until the transaction ends: so two admins cannot take each other's role
/// away and leave none, and nobody makes a way back in while theirs is taken.
///
/// # Errors
/// As [`require_admin`], and `Unauthorized` when they may not act any more.
pub(super) fn require_lasting_admin(conn: &mut DbConn, caller: &User) -> AppResult<()> {
    users::lock_roles(conn)?;
    require_admin(&still_active(conn, caller)?)
}

fn changes(input: &UpdateUser) -> AppResult<UserChanges> {
    Ok(UserChanges {
        name: input.name.as_deref().map(ShortName::parse).transpose()?.map(ShortName::into_string),
        role: parse_optional(input.role.as_deref(), "role", Role::parse)?,
        locale: parse_clearable(input.locale.as_deref(), "locale", Locale::parse)?
            .map(|choice| choice.map(|locale| locale.tag().to_owned())),
        theme: parse_clearable(input.theme.as_deref(), "theme", Theme::parse)?,
        disabled: input.disabled,
        daily_tokens: input.daily_tokens.map(parse_budget).transpose()?,
        updated_at: Some(Time::now()),
        ..UserChanges::default()
    })
}

fn parse_budget(budget: Option<DailyTokens>) -> AppResult<Option<DailyTokens>> {
    let wrong = || AppError::field("daily_tokens", "out_of_range");
    budget.map(|budget| budget.sensible().ok_or_else(wrong)).transpose()
}

pub(super) fn parse_optional<T>(
    text: Option<&str>,
    field: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> AppResult<Option<T>> {
    text.map(|text| parse(text).ok_or_else(|| AppError::field(field, "unknown_value"))).transpose()
}

/// Absent: unchanged. Empty: cleared. Otherwise a value.
fn parse_clearable<T>(
    text: Option<&str>,
    field: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> AppResult<Option<Option<T>>> {
    match text {
        Some("") => Ok(Some(None)),
        text => Ok(parse_optional(text, field, parse)?.map(Some)),
    }
}

/// Whether `current` is the member's password; to be asked before it is changed. Slow on purpose.
///
/// # Errors
/// `Invalid`, with the field `current_password`.
pub async fn check_password(user: &User, current: String) -> AppResult<()> {
    match passwords::verify(current, user.password_hash.clone()).await? {
        true => Ok(()),
        false => Err(AppError::field("current_password", "wrong_password")),
    }
}

/// Sets a member's password and signs all their browsers but `device` out.
///
/// # Errors
/// When the database fails.
pub fn set_password(conn: &mut DbConn, user: &User, hash: String, device: &str) -> AppResult<()> {
    let changes = UserChanges {
        password_hash: Some(Some(hash)),
        updated_at: Some(Time::now()),
        ..UserChanges::default()
    };
    users::update(conn, &user.id, &changes)?;
    login_sessions::delete_others(conn, &user.id, device)
}
