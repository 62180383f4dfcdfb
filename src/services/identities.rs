//! Members who sign in with a provider: who comes in, as whom, and what is linked to whom.
//!
//! An account is known by issuer and subject alone. An e-mail address never leads to an account, because whoever runs a
//! provider can write any address into it; roles, names and addresses of members are never touched by a sign-in.

use super::setup;
use super::text::{Email, ShortName, parse_id};
use crate::clients::identity::Claimed;
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::identity::{Identity, NewIdentity};
use crate::models::new_id;
use crate::models::user::{NewUser, Role, User, UserChanges};
use crate::repositories::{identities, users};

/// Longest id of a person at a provider, in characters: OpenID Connect allows no longer ones.
const SUBJECT: usize = 255;
/// Longest name taken over, in characters.
const NAME: usize = 100;
/// Longest address of a picture, in bytes.
const PICTURE: usize = 2000;

/// Who may become a member by signing in with a provider.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Only people with a verified address in one of these domains, in lower case; everybody when empty.
    pub domains: Vec<String>,
    /// Whether anybody may.
    pub sign_ups: bool,
}

/// The member a provider vouches for; who comes for the first time becomes one.
///
/// # Errors
/// `Forbidden("account_disabled")`, and for people who are no members: `Forbidden` with `setup_needed`, `sign_ups_closed`,
/// `email_not_verified` or `email_domain_refused`, `Conflict("identity_email_taken")`.
pub fn sign_in(conn: &mut DbConn, claimed: &Claimed, admission: &Admission) -> AppResult<User> {
    check_subject(claimed)?;
    match identities::find_user(conn, &claimed.issuer, &claimed.subject)? {
        Some(user) if user.disabled => Err(AppError::Forbidden("account_disabled")),
        Some(user) => Ok(user),
        None => sign_up(conn, claimed, admission),
    }
}

fn check_subject(claimed: &Claimed) -> AppResult<()> {
    let subject = &claimed.subject;
    match (1..=SUBJECT).contains(&subject.chars().count()) && !subject.contains('\0') {
        true => Ok(()),
        false => Err(AppError::BadRequest("identity_not_understood")),
    }
}

fn sign_up(conn: &mut DbConn, claimed: &Claimed, admission: &Admission) -> AppResult<User> {
    // The first account is the administrator's, and a provider makes nobody that.
    if setup::is_open(conn)? {
        return Err(AppError::Forbidden("setup_needed"));
    }
    let told = claimed.email.as_deref().and_then(|email| Email::parse(email).ok());
    admission.check(told.as_ref(), claimed.email_verified)?;
    if let Some(email) = &told
        && users::find_by_email(conn, email.as_str())?.is_some()
    {
        return Err(AppError::Conflict("identity_email_taken"));
    }
    let user = users::insert(conn, &member(claimed, told))?;
    insert(conn, &user, claimed)?;
    Ok(user)
}

impl Admission {
    fn check(&self, email: Option<&Email>, verified: bool) -> AppResult<()> {
        if !self.sign_ups {
            return Err(AppError::Forbidden("sign_ups_closed"));
        }
        if self.domains.is_empty() {
            return Ok(());
        }
        let Some(email) = email.filter(|_| verified) else {
            return Err(AppError::Forbidden("email_not_verified"));
        };
        let domain = email.as_str().rsplit('@').next().unwrap_or_default();
        match self.domains.iter().any(|allowed| allowed == domain) {
            true => Ok(()),
            false => Err(AppError::Forbidden("email_domain_refused")),
        }
    }
}

/// A new member: only an address that the provider has verified becomes theirs.
fn member(claimed: &Claimed, told: Option<Email>) -> NewUser {
    let now = Time::now();
    NewUser {
        id: new_id(),
        name: display_name(claimed),
        email: told.filter(|_| claimed.email_verified).map(Email::into_string),
        role: Role::Member,
        avatar_url: claimed.avatar_url.clone().filter(|url| is_picture(url)),
        locale: None,
        password_hash: None,
        disabled: false,
        created_at: now,
        updated_at: now,
    }
}

/// The name the provider tells, as far as it can be one here; else the first part of the address, else the subject.
fn display_name(claimed: &Claimed) -> String {
    let mailbox = claimed.email.as_deref().and_then(|email| email.split('@').next());
    let candidates = [claimed.name.as_deref(), mailbox, Some(claimed.subject.as_str())];
    let fitting = |text: &str| {
        let line: String = text.chars().filter(|c| !c.is_control()).collect();
        let short: String = line.trim().chars().take(NAME).collect();
        ShortName::parse(&short).ok().map(ShortName::into_string)
    };
    candidates.into_iter().flatten().find_map(fitting).unwrap_or_else(|| "?".to_owned())
}

fn is_picture(url: &str) -> bool {
    url.len() <= PICTURE && url.starts_with("https://") && !url.contains(|c: char| c.is_control())
}

fn insert(conn: &mut DbConn, user: &User, claimed: &Claimed) -> AppResult<()> {
    let email = claimed.email.as_deref().and_then(|email| Email::parse(email).ok());
    let row = NewIdentity {
        id: new_id(),
        user_id: user.id.clone(),
        issuer: claimed.issuer.clone(),
        subject: claimed.subject.clone(),
        email: email.map(Email::into_string),
        created_at: Time::now(),
    };
    identities::insert(conn, &row)
}

/// Lets a member sign in with an identity from now on; one that is theirs already stays so.
///
/// # Errors
/// `Conflict("identity_taken")` when it is another member's.
pub fn link(conn: &mut DbConn, user: &User, claimed: &Claimed) -> AppResult<()> {
    check_subject(claimed)?;
    match identities::find_user(conn, &claimed.issuer, &claimed.subject)? {
        Some(owner) if owner.id == user.id => Ok(()),
        Some(_) => Err(AppError::Conflict("identity_taken")),
        None => insert(conn, user, claimed),
    }
}

/// A member's identities, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut DbConn, owner: &User) -> AppResult<Vec<Identity>> {
    identities::list_owned(conn, &owner.id)
}

/// Whether a member could still sign in without the identity of that id: with a password, or with another identity of a
/// provider there is (`issuers`).
pub fn is_spare(owner: &User, all: &[Identity], id: &str, issuers: &[String]) -> bool {
    let has_password = owner.password_hash.is_some() && owner.email.is_some();
    has_password || all.iter().any(|other| other.id != id && issuers.contains(&other.issuer))
}

/// Takes an identity away from a member. Browsers that came in with it stay signed in, and are listed under
/// Settings.
///
/// # Errors
/// `NotFound` when the member has no such identity, `Conflict("last_way_in")` when nothing else lets them sign in.
pub fn unlink(conn: &mut DbConn, owner: &User, id: &str, issuers: &[String]) -> AppResult<()> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    // Writing to the member first makes a second request wait until this one is done, so that two at a time cannot take
    // the last two ways in.
    let seen = UserChanges { updated_at: Some(Time::now()), ..UserChanges::default() };
    let owner = users::update(conn, &owner.id, &seen)?;
    let all = identities::list_owned(conn, &owner.id)?;
    if !all.iter().any(|identity| identity.id == id) {
        return Err(AppError::NotFound(Thing::Resource));
    }
    if !is_spare(&owner, &all, &id, issuers) {
        return Err(AppError::Conflict("last_way_in"));
    }
    identities::delete_owned(conn, &owner.id, &id).map(|_| ())
}
