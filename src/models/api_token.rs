//! A personal access token, by which programs act for a member.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Time;
use crate::schema::api_tokens;

/// A row of `api_tokens`; the secret itself is never kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct ApiToken {
    /// UUIDv7.
    pub id: String,
    #[serde(skip)]
    /// Whose.
    pub user_id: String,
    /// What its owner calls it.
    #[schema(example = "laptop")]
    pub name: String,
    /// The first characters of the secret, to tell tokens apart.
    #[schema(example = "stoa_5cPq")]
    pub prefix: String,
    #[serde(skip)]
    /// SHA-256 of the secret, hexadecimal.
    pub token_hash: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub last_used_at: Option<Time>,
    /// When it stops working; never when `null`.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub expires_at: Option<Time>,
}

/// A token about to be kept.
#[derive(Insertable)]
#[diesel(table_name = api_tokens)]
pub struct NewApiToken {
    /// UUIDv7.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// What its owner calls it.
    pub name: String,
    /// The first characters of the secret.
    pub prefix: String,
    /// SHA-256 of the secret, hexadecimal.
    pub token_hash: String,
    /// Now.
    pub created_at: Time,
    /// When it stops working.
    pub expires_at: Option<Time>,
}
