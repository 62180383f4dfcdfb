//! Personal access tokens: a secret shown once, by which programs act for a member.

use serde::Deserialize;
use utoipa::ToSchema;

use super::secrets;
use super::text::{ShortName, parse_id, required};
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::models::api_token::{ApiToken, NewApiToken};
use crate::models::new_id;
use crate::models::user::User;
use crate::repositories::api_tokens;

/// What every secret begins with, so that scanners recognise a leaked one.
const MARK: &str = "stoa_";
/// Characters of the secret shown in lists.
const PREFIX: usize = 11;
/// Uses within this many milliseconds are noted once.
const TOUCH_INTERVAL: i64 = 60_000;

/// A token to be made.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewToken {
    /// What it is for, 1 to 100 characters.
    #[schema(example = "laptop")]
    pub name: Option<String>,
    /// When it stops working (RFC 3339, in the future); never when absent.
    #[schema(value_type = Option<String>, format = DateTime, example = "2036-11-23T06:35:00Z")]
    pub expires_at: Option<String>,
}

/// Makes a token; returns it with its secret, which is kept nowhere.
///
/// # Errors
/// `BadRequest("missing_name")`, or `Invalid`.
pub fn create(conn: &mut DbConn, owner: &User, input: &NewToken) -> AppResult<(ApiToken, String)> {
    let name = ShortName::parse(required(input.name.as_deref(), "missing_name")?)?;
    let secret = format!("{MARK}{}", secrets::random());
    let row = NewApiToken {
        id: new_id(),
        user_id: owner.id.clone(),
        name: name.into_string(),
        prefix: secret.chars().take(PREFIX).collect(),
        token_hash: secrets::hash(&secret),
        created_at: Time::now(),
        expires_at: input.expires_at.as_deref().map(parse_expiry).transpose()?,
    };
    Ok((api_tokens::insert(conn, &row)?, secret))
}

fn parse_expiry(text: &str) -> AppResult<Time> {
    let expires: Time = serde_json::from_value(serde_json::json!(text))
        .map_err(|_| AppError::field("expires_at", "not_a_time"))?;
    match expires > Time::now() {
        true => Ok(expires),
        false => Err(AppError::field("expires_at", "in_the_past")),
    }
}

/// A member's tokens, newest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut DbConn, owner: &User) -> AppResult<Vec<ApiToken>> {
    api_tokens::list_owned(conn, &owner.id)
}

/// A member's token.
///
/// # Errors
/// `NotFound` when they have no such token.
pub fn find(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<ApiToken> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    api_tokens::find_owned(conn, &owner.id, &id)
}

/// Revokes a token.
///
/// # Errors
/// `NotFound` when the member has no such token.
pub fn delete(conn: &mut DbConn, owner: &User, id: &str) -> AppResult<()> {
    let id = parse_id(id).ok_or(AppError::NotFound(Thing::Resource))?;
    api_tokens::delete_owned(conn, &owner.id, &id)
}

/// Who a secret acts for; `None` when it is unknown, over, or its owner may not act.
///
/// # Errors
/// When the database fails.
pub fn authenticate(conn: &mut DbConn, secret_hash: &str) -> AppResult<Option<(ApiToken, User)>> {
    let found = api_tokens::find_by_hash(conn, secret_hash)?;
    Ok(found.filter(|(token, user)| !user.disabled && !is_over(token)))
}

/// Whether a token has stopped working.
pub fn is_over(token: &ApiToken) -> bool {
    token.expires_at.is_some_and(|end| end <= Time::now())
}

/// Whether a use of the token now is worth noting.
pub fn is_touch_due(token: &ApiToken) -> bool {
    token.last_used_at.is_none_or(|last| Time::now().millis() - last.millis() > TOUCH_INTERVAL)
}

/// Notes that a token was used.
///
/// # Errors
/// When the database fails.
pub fn touch(conn: &mut DbConn, id: &str) -> AppResult<()> {
    api_tokens::touch(conn, id, Time::now())
}
