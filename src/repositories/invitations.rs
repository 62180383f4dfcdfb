//! Invitations. They belong to the installation: every admin sees them all.

use diesel::prelude::*;

use crate::db::{DbConn, Time};
use crate::error::AppResult;
use crate::models::invitation::Invitation;
use crate::schema::{invitations, invitations::dsl};

/// Keeps an invitation.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut DbConn, invitation: &Invitation) -> AppResult<()> {
    diesel::insert_into(invitations::table).values(invitation).execute(conn)?;
    Ok(())
}

/// Invitations that can still be accepted, newest first.
///
/// # Errors
/// When the database fails.
pub fn list_open(conn: &mut DbConn, now: Time) -> AppResult<Vec<Invitation>> {
    Ok(dsl::invitations.filter(dsl::expires_at.gt(now)).order(dsl::id.desc()).load(conn)?)
}

/// The invitation whose secret has that hash, if it can still be accepted.
///
/// # Errors
/// When the database fails.
pub fn find_open(conn: &mut DbConn, code_hash: &str, now: Time) -> AppResult<Option<Invitation>> {
    let open = dsl::code_hash.eq(code_hash).and(dsl::expires_at.gt(now));
    Ok(dsl::invitations.filter(open).first(conn).optional()?)
}

/// Uses an invitation up; of two who try, one is given it.
///
/// # Errors
/// When the database fails.
pub fn take_open(conn: &mut DbConn, code_hash: &str, now: Time) -> AppResult<Option<Invitation>> {
    let open = dsl::code_hash.eq(code_hash).and(dsl::expires_at.gt(now));
    let row = diesel::delete(dsl::invitations.filter(open)).returning(invitations::all_columns);
    Ok(row.get_result(conn).optional()?)
}

/// Takes an invitation back; returns whether there was one.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut DbConn, id: &str) -> AppResult<bool> {
    Ok(diesel::delete(dsl::invitations.find(id)).execute(conn)? > 0)
}

/// Takes back all invitations that somebody made.
///
/// # Errors
/// When the database fails.
pub fn delete_by_inviter(conn: &mut DbConn, inviter: &str) -> AppResult<()> {
    diesel::delete(dsl::invitations.filter(dsl::invited_by.eq(inviter))).execute(conn)?;
    Ok(())
}

/// Forgets invitations whose time is over.
///
/// # Errors
/// When the database fails.
pub fn delete_expired(conn: &mut DbConn, now: Time) -> AppResult<()> {
    diesel::delete(dsl::invitations.filter(dsl::expires_at.le(now))).execute(conn)?;
    Ok(())
}
