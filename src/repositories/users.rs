//! Members.

use diesel::prelude::*;

use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::user::{NewUser, User, UserChanges};
use crate::schema::users;

/// How many members there are.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut DbConn) -> AppResult<i64> {
    Ok(users::table.count().get_result(conn)?)
}

/// The member of that id.
///
/// # Errors
/// When the database fails.
pub fn find_optional(conn: &mut DbConn, id: &str) -> AppResult<Option<User>> {
    Ok(users::table.find(id).first(conn).optional()?)
}

/// The member of that e-mail address, which is in lower case.
///
/// # Errors
/// When the database fails.
pub fn find_by_email(conn: &mut DbConn, email: &str) -> AppResult<Option<User>> {
    Ok(users::table.filter(users::email.eq(email)).first(conn).optional()?)
}

/// Adds a member.
///
/// # Errors
/// `Conflict` when the e-mail address is taken.
pub fn insert(conn: &mut DbConn, user: &NewUser) -> AppResult<User> {
    Ok(diesel::insert_into(users::table).values(user).returning(users::all_columns).get_result(conn)?)
}

/// Changes a member.
///
/// # Errors
/// `NotFound` when there is no such member.
pub fn update(conn: &mut DbConn, id: &str, changes: &UserChanges) -> AppResult<User> {
    Ok(diesel::update(users::table.find(id)).set(changes).returning(users::all_columns).get_result(conn)?)
}
