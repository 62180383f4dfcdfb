//! Signing in and out, and what people set for themselves.

use super::{HOME, with_query};

/// Sign-in.
pub const LOGIN: &str = "/login";
/// Sign-out (POST).
pub const LOGOUT: &str = "/logout";
/// The first account.
pub const SETUP: &str = "/setup";
/// Profile and password.
pub const SETTINGS: &str = "/settings";
/// A new password (POST).
pub const PASSWORD: &str = "/settings/password";
/// Personal access tokens.
pub const TOKENS: &str = "/settings/tokens";
/// Signed-in devices.
pub const DEVICES: &str = "/settings/devices";
/// Ways to sign in with providers.
pub const IDENTITIES: &str = "/settings/identities";

/// Sign-in, and back to `next` afterwards.
pub fn login(next: &str) -> String {
    match next {
        "" | HOME => LOGIN.to_owned(),
        next => {
            serde_urlencoded::to_string([("next", next)]).map_or(LOGIN.to_owned(), |q| format!("{LOGIN}?{q}"))
        }
    }
}

/// Sign-in after a provider let nobody in: `reason` is one that the page has a sentence for, `id` that of the request.
pub fn login_failed(reason: Option<&str>, id: &str, next: &str) -> String {
    let next = Some(next).filter(|next| !matches!(*next, "" | HOME));
    let facts = [("error", Some("auth_failed")), ("reason", reason), ("id", Some(id)), ("next", next)];
    with_query(LOGIN, facts)
}

/// Goes to a provider to sign in, and on to `next`.
pub fn sign_in_with(provider: &str, next: &str) -> String {
    with_query(&format!("/api/auth/login/{provider}"), [("next", Some(next).filter(|next| *next != HOME))])
}

/// Goes to a provider to sign in with it from now on (POST).
pub fn link_with(provider: &str) -> String {
    format!("/api/auth/link/{provider}")
}

/// The ways to sign in after one could not be linked.
pub fn link_failed(reason: Option<&str>, id: &str) -> String {
    with_query(IDENTITIES, [("error", Some(reason.unwrap_or("auth_failed"))), ("id", Some(id))])
}

/// Takes a way to sign in away (POST).
pub fn delete_identity(id: &str) -> String {
    format!("/settings/identities/{id}/delete")
}

/// The link that creates the first account.
pub fn setup(code: &str) -> String {
    serde_urlencoded::to_string([("code", code)]).map_or(SETUP.to_owned(), |query| format!("{SETUP}?{query}"))
}

/// The question before a token is revoked.
pub fn delete_token(id: &str) -> String {
    format!("/settings/tokens/{id}/delete")
}

/// Signs a device out (POST).
pub fn delete_device(id: &str) -> String {
    format!("/settings/devices/{id}/delete")
}
