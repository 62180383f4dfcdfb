//! An invitation to become a member.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::user::Role;
use crate::db::Time;
use crate::schema::invitations;

/// A row of `invitations`; the secret in the link is never kept.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, Identifiable, Serialize, ToSchema,
)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    /// UUIDv7.
    pub id: String,
    #[serde(skip)]
    /// SHA-256 of the secret in the link, hexadecimal.
    pub code_hash: String,
    /// Whom it is for, in lower case; whoever has the link when `null`.
    #[schema(example = "grace@example.com", required)]
    pub email: Option<String>,
    /// What the new member will be.
    pub role: Role,
    #[serde(skip)]
    /// The admin who made it.
    pub invited_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it stops working.
    #[schema(value_type = String, format = DateTime, example = "2026-11-30T06:35:00.123Z")]
    pub expires_at: Time,
}
