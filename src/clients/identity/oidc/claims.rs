//! What a provider says of a person: in the id token, and at its userinfo endpoint where the token says too little.

use std::ops::Deref;

use openidconnect::core::{CoreIdTokenClaims, CoreUserInfoClaims};
use openidconnect::{AccessToken, LocalizedClaim, SubjectIdentifier, UserInfoError};

use super::super::exchange::{Exchange, SendError, not_parsed, said};
use super::super::{Claimed, IdentityError};
use super::ReadyClient;

/// What a checked id token says.
pub(super) fn of_id_token(claims: &CoreIdTokenClaims, trust_email: bool) -> Claimed {
    let user_name = claims.preferred_username().map(|name| name.to_string());
    Claimed {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        email: claims.email().map(|email| email.to_string()),
        email_verified: claims.email_verified().unwrap_or(trust_email),
        name: any_language(claims.name()).or(user_name),
        avatar_url: any_language(claims.picture()),
        end_session: None,
    }
}

/// Fills in what the id token left out from the userinfo endpoint, if there is one. It must speak of the same person.
pub(super) async fn ask_for_more(
    http: &Exchange,
    client: &ReadyClient,
    token: &AccessToken,
    claimed: &mut Claimed,
    trust_email: bool,
) -> Result<(), IdentityError> {
    let subject = SubjectIdentifier::new(claimed.subject.clone());
    let Ok(request) = client.user_info(token.clone(), Some(subject)) else { return Ok(()) };
    let told: CoreUserInfoClaims = request.request_async(http).await.map_err(userinfo_error)?;
    if claimed.email.is_none() {
        claimed.email = told.email().map(|email| email.to_string());
        claimed.email_verified = told.email_verified().unwrap_or(trust_email);
    }
    if claimed.name.is_none() {
        let user_name = told.preferred_username().map(|name| name.to_string());
        claimed.name = any_language(told.name()).or(user_name);
    }
    if claimed.avatar_url.is_none() {
        claimed.avatar_url = any_language(told.picture());
    }
    Ok(())
}

/// The text without a language, else the first one.
fn any_language<T: Deref<Target = String>>(claim: Option<&LocalizedClaim<T>>) -> Option<String> {
    let claim = claim?;
    let first = || claim.iter().next().map(|(_, text)| text);
    claim.get(None).or_else(first).map(|text| text.deref().clone())
}

fn userinfo_error(error: UserInfoError<SendError>) -> IdentityError {
    match error {
        UserInfoError::Request(error) => error.into(),
        UserInfoError::Parse(error) => not_parsed(&error.path().to_string(), &error.inner().to_string()),
        UserInfoError::ClaimsVerification(error) => {
            IdentityError::NotUnderstood(said(&format!("userinfo: {error}")))
        }
        UserInfoError::Response(status, _, words) => {
            IdentityError::NotUnderstood(format!("userinfo answered {status}: {}", said(&words)))
        }
        other => IdentityError::NotUnderstood(format!("userinfo: {other}")),
    }
}
