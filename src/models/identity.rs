//! A way for a member to sign in with a provider.

use diesel::prelude::*;

use crate::db::Time;
use crate::schema::identities;

/// A row of `identities`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = identities)]
pub struct Identity {
    /// UUIDv7.
    pub id: String,
    /// Who signs in with it.
    pub user_id: String,
    /// Who vouches, by the provider's own name.
    pub issuer: String,
    /// Their id there; one member's alone together with `issuer`.
    pub subject: String,
    /// The e-mail address the provider told when it was linked, verified or not: to know it by.
    pub email: Option<String>,
    /// When it was linked.
    pub created_at: Time,
}

/// An identity about to be linked.
#[derive(Insertable)]
#[diesel(table_name = identities)]
pub struct NewIdentity {
    /// UUIDv7.
    pub id: String,
    /// Who will sign in with it.
    pub user_id: String,
    /// Who vouches.
    pub issuer: String,
    /// Their id there.
    pub subject: String,
    /// Their e-mail address there.
    pub email: Option<String>,
    /// Now.
    pub created_at: Time,
}
