//! Ways for members to sign in with providers.

use diesel::prelude::*;

use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::identity::{Identity, NewIdentity};
use crate::models::user::User;
use crate::schema::{identities, identities::dsl, users};

/// The member whose identity this is.
///
/// # Errors
/// When the database fails.
pub fn find_user(conn: &mut DbConn, issuer: &str, subject: &str) -> AppResult<Option<User>> {
    let named = dsl::identities.filter(dsl::issuer.eq(issuer).and(dsl::subject.eq(subject)));
    Ok(named.inner_join(users::table).select(users::all_columns).first(conn).optional()?)
}

/// A member's identities, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list_owned(conn: &mut DbConn, owner: &str) -> AppResult<Vec<Identity>> {
    Ok(dsl::identities.filter(dsl::user_id.eq(owner)).order(dsl::id.asc()).load(conn)?)
}

/// Links an identity.
///
/// # Errors
/// `Conflict` when it is linked already, to whomever.
pub fn insert(conn: &mut DbConn, identity: &NewIdentity) -> AppResult<()> {
    diesel::insert_into(identities::table).values(identity).execute(conn)?;
    Ok(())
}

/// Takes one of a member's identities away; returns whether there was one.
///
/// # Errors
/// When the database fails.
pub fn delete_owned(conn: &mut DbConn, owner: &str, id: &str) -> AppResult<bool> {
    let row = dsl::identities.filter(dsl::id.eq(id).and(dsl::user_id.eq(owner)));
    Ok(diesel::delete(row).execute(conn)? > 0)
}
