//! Why nobody was signed in, in terms that somebody who configures a provider can act on.

/// Why a provider vouched for nobody. The text of a variant is for the log and holds no secret; people read the
/// sentence the catalogue holds for [`IdentityError::code`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// No connection, no answer in time, or a failure on its side (5xx).
    #[error("the sign-in provider cannot be reached: {0}")]
    Unreachable(String),
    /// An answer that is too large, malformed, or not what the protocol asks for.
    #[error("the sign-in provider is not understood: {0}")]
    NotUnderstood(String),
    /// It calls itself by another name than the configured one.
    #[error("the sign-in provider is another than configured: {0}")]
    WrongIssuer(String),
    /// It does not know the client, or not with that secret.
    #[error("the sign-in provider refused client_id or client_secret: {0}")]
    ClientRefused(String),
    /// The redirect URI is not among those registered with it.
    #[error("the sign-in provider refused the redirect URI: {0}")]
    RedirectRefused(String),
    /// It refused one of the scopes.
    #[error("the sign-in provider refused the scopes: {0}")]
    ScopeRefused(String),
    /// The code was redeemed before, or is too old, or was made for another redirect URI.
    #[error("the sign-in provider refused the code: {0}")]
    CodeRefused(String),
    /// The person, or the provider on their behalf, said no.
    #[error("the sign-in was refused at the provider: {0}")]
    AccessDenied(String),
    /// It refused for another reason.
    #[error("the sign-in provider refused: {0}")]
    Refused(String),
    /// The id token says that it is over, or not yet made.
    #[error("the id token is not valid at this time: {0}")]
    ClockSkew(String),
    /// Something that must be told was not.
    #[error("the sign-in provider left something out: {0}")]
    MissingClaim(String),
    /// The id token is meant for somebody else.
    #[error("the id token has another audience: {0}")]
    WrongAudience(String),
    /// The id token answers another question.
    #[error("the id token has another nonce: {0}")]
    WrongNonce(String),
    /// The id token was signed by another key, or in a way that proves nothing.
    #[error("the signature of the id token does not hold: {0}")]
    WrongSignature(String),
}

impl IdentityError {
    /// A stable name for programs, and the key of the sentence for people (`error.<code>`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "identity_unreachable",
            Self::NotUnderstood(_) => "identity_not_understood",
            Self::WrongIssuer(_) => "identity_wrong_issuer",
            Self::ClientRefused(_) => "identity_client_refused",
            Self::RedirectRefused(_) => "identity_redirect_refused",
            Self::ScopeRefused(_) => "identity_scope_refused",
            Self::CodeRefused(_) => "identity_code_refused",
            Self::AccessDenied(_) => "identity_access_denied",
            Self::Refused(_) => "identity_refused",
            Self::ClockSkew(_) => "identity_clock_skew",
            Self::MissingClaim(_) => "identity_missing_claim",
            Self::WrongAudience(_) => "identity_wrong_audience",
            Self::WrongNonce(_) => "identity_wrong_nonce",
            Self::WrongSignature(_) => "identity_wrong_signature",
        }
    }

    /// What the name of a refusal means: those of RFC 6749, of OpenID Connect, and GitHub's own. `said` is for the log.
    pub(super) fn from_refusal(name: &str, said: String) -> Self {
        match name {
            "access_denied"
            | "login_required"
            | "consent_required"
            | "interaction_required"
            | "account_selection_required" => Self::AccessDenied(said),
            "invalid_client" | "unauthorized_client" | "incorrect_client_credentials" => {
                Self::ClientRefused(said)
            }
            "redirect_uri_mismatch" | "invalid_redirect_uri" => Self::RedirectRefused(said),
            "invalid_scope" => Self::ScopeRefused(said),
            "invalid_grant" | "bad_verification_code" => Self::CodeRefused(said),
            "server_error" | "temporarily_unavailable" => Self::Unreachable(said),
            _ => Self::Refused(said),
        }
    }
}
