//! Members.

use diesel::prelude::*;

use super::counts::{Counted, PUBLIC};
use super::filters::{containing, lower};
use crate::db::{DailyTokens, DbConn, MultiBackend};
use crate::error::AppResult;
use crate::models::user::{NewUser, User, UserChanges};
use crate::schema::{counts, users};

/// Which members are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Only with that text in the name.
    pub q: Option<String>,
    /// Search in e-mail addresses, too.
    pub by_email: bool,
}

/// The changes that make an earlier answer of [`list`] untrue, as triggers name them.
pub const LIST_CHANGES: &[&str] = &["INSERT ON users", "UPDATE ON users", "DELETE ON users"];

fn filtered(filter: &UserFilter) -> users::BoxedQuery<'_, MultiBackend> {
    let query = users::table.into_boxed::<MultiBackend>();
    let Some(q) = &filter.q else { return query };
    let pattern = containing(&q.to_lowercase());
    let named = lower(users::name).like(pattern.clone()).escape('\\');
    match filter.by_email {
        true => query.filter(named.nullable().or(users::email.like(pattern).escape('\\'))),
        false => query.filter(named),
    }
}

/// Members after `after` (or from row `offset`), in the order in which they joined: ids grow with time.
///
/// # Errors
/// When the database fails.
pub fn list(
    conn: &mut DbConn,
    filter: &UserFilter,
    after: Option<&str>,
    offset: i64,
    limit: i64,
) -> AppResult<Vec<User>> {
    let mut query = filtered(filter);
    if let Some(id) = after {
        query = query.filter(users::id.gt(id));
    }
    Ok(query.order(users::id.asc()).offset(offset).limit(limit).load(conn)?)
}

/// How many members [`list`] would list in all.
///
/// # Errors
/// When the database fails.
pub fn count_found(conn: &mut DbConn, filter: &UserFilter) -> AppResult<i64> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// Makes other changes of roles wait until the transaction ends: the row with the number of members stands for all of
/// them. (On SQLite the one writer is lock enough; the update that takes PostgreSQL's row lock costs nothing there.)
///
/// # Errors
/// When the database fails.
pub fn lock_roles(conn: &mut DbConn) -> AppResult<()> {
    let row = counts::table.find((PUBLIC, Counted::Users.kind()));
    diesel::update(row).set(counts::n.eq(counts::n)).execute(conn)?;
    Ok(())
}

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

/// What a member may spend a day, where that is not as for everybody.
///
/// # Errors
/// When the database fails.
pub fn daily_tokens(conn: &mut DbConn, id: &str) -> AppResult<Option<DailyTokens>> {
    let own: Option<Option<DailyTokens>> =
        users::table.find(id).select(users::daily_tokens).first(conn).optional()?;
    Ok(own.flatten())
}

/// Adds a member.
///
/// # Errors
/// `Conflict` when the e-mail address is taken.
pub fn insert(conn: &mut DbConn, user: &NewUser) -> AppResult<User> {
    Ok(diesel::insert_into(users::table).values(user).returning(users::all_columns).get_result(conn)?)
}

/// Changes a member who has no password and is not disabled; `None` when there is none such (any more).
///
/// # Errors
/// When the database fails.
pub fn update_without_password(
    conn: &mut DbConn,
    id: &str,
    changes: &UserChanges,
) -> AppResult<Option<User>> {
    let waiting = users::table.find(id).filter(users::password_hash.is_null().and(users::disabled.eq(false)));
    let row = diesel::update(waiting).set(changes).returning(users::all_columns);
    Ok(row.get_result(conn).optional()?)
}

/// Changes a member.
///
/// # Errors
/// `NotFound` when there is no such member.
pub fn update(conn: &mut DbConn, id: &str, changes: &UserChanges) -> AppResult<User> {
    Ok(diesel::update(users::table.find(id)).set(changes).returning(users::all_columns).get_result(conn)?)
}
