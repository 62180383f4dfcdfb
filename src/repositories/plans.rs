//! Plans of researches, one for each run that has one.

use diesel::prelude::*;

use crate::db::{DbConn, Json, Time};
use crate::error::AppResult;
use crate::models::plan::{Plan, PlanContent, PlanStatus};
use crate::schema::plans::{self, dsl};

/// Keeps a plan in place of the one its run has, if any.
///
/// # Errors
/// When the run is gone, or the database fails.
pub fn put(conn: &mut DbConn, plan: &Plan) -> AppResult<()> {
    diesel::delete(dsl::plans.find(&plan.run_id)).execute(conn)?;
    diesel::insert_into(plans::table).values(plan).execute(conn)?;
    Ok(())
}

/// The plan of a run, which was found through its owner.
///
/// # Errors
/// When the database fails.
pub fn find_optional(conn: &mut DbConn, run: &str) -> AppResult<Option<Plan>> {
    Ok(dsl::plans.find(run).first(conn).optional()?)
}

/// All plans of a session, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut DbConn, session: &str) -> AppResult<Vec<Plan>> {
    Ok(dsl::plans.filter(dsl::session_id.eq(session)).order((dsl::created_at, dsl::run_id)).load(conn)?)
}

/// Changes what a plan says and how it stands. `decided` is when its member said so; `None` leaves that as it is.
///
/// # Errors
/// When the database fails.
pub fn update(
    conn: &mut DbConn,
    run: &str,
    status: PlanStatus,
    content: &Json<PlanContent>,
    decided: Option<Time>,
) -> AppResult<()> {
    let changes =
        (dsl::status.eq(status), dsl::content.eq(content), decided.map(|at| dsl::decided_at.eq(at)));
    diesel::update(dsl::plans.find(run)).set(changes).execute(conn)?;
    Ok(())
}

/// Gives the plan of a run to the one that goes on with its work.
///
/// # Errors
/// When the database fails.
pub fn hand_over(conn: &mut DbConn, from: &str, to: &str) -> AppResult<()> {
    diesel::update(dsl::plans.find(from)).set(dsl::run_id.eq(to)).execute(conn)?;
    Ok(())
}
