//! Whether an id token is the provider's, for us, for this sign-in, and for now.

use std::time::Duration;

use chrono::Utc;
use openidconnect::core::{CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm};
use openidconnect::{ClaimsVerificationError, Nonce, SignatureVerificationError};

use super::super::IdentityError;
use super::super::exchange::said;
use super::OidcProvider;
use super::discovery::{self, Metadata};

/// How far the provider's clock and ours may be apart.
const LENIENCE: Duration = Duration::from_secs(120);

/// Signatures that prove something: those made with a key that only the provider holds. `none` is no signature, and the
/// HMACs are made with the client's secret, or, in a known attack, with the provider's public key taken for a secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

impl OidcProvider {
    /// The claims of an id token that holds in every respect. A key nobody knows yet is asked for once: keys change.
    pub(super) async fn verify<'t>(
        &self,
        metadata: &Metadata,
        token: &'t CoreIdToken,
        nonce: &Nonce,
    ) -> Result<&'t CoreIdTokenClaims, IdentityError> {
        match token.claims(&self.verifier(metadata), nonce) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let metadata = self.learn(discovery::fetch_keys(&self.http, metadata).await?);
                token.claims(&self.verifier(&metadata), nonce).map_err(refusal)
            }
            checked => checked.map_err(refusal),
        }
    }

    fn verifier(&self, metadata: &Metadata) -> CoreIdTokenVerifier<'static> {
        let id = self.settings.credentials.id.clone();
        let verifier =
            CoreIdTokenVerifier::new_public_client(id, metadata.issuer().clone(), metadata.jwks().clone());
        verifier
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(|| Utc::now() - LENIENCE)
            .set_issue_time_verifier_fn(|issued| match issued > Utc::now() + LENIENCE {
                true => Err(format!("issued at {issued}, and here it is {}", Utc::now())),
                false => Ok(()),
            })
    }
}

fn refusal(error: ClaimsVerificationError) -> IdentityError {
    let said = said(&match &error {
        ClaimsVerificationError::SignatureVerification(cause) => cause.to_string(),
        other => other.to_string(),
    });
    match error {
        ClaimsVerificationError::Expired(_) => IdentityError::ClockSkew(said),
        ClaimsVerificationError::InvalidAudience(_) => IdentityError::WrongAudience(said),
        ClaimsVerificationError::InvalidIssuer(_) => IdentityError::WrongIssuer(said),
        ClaimsVerificationError::InvalidNonce(_) => IdentityError::WrongNonce(said),
        ClaimsVerificationError::SignatureVerification(_) => IdentityError::WrongSignature(said),
        _ => IdentityError::NotUnderstood(said),
    }
}
