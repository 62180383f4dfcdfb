//! Runs that wait for their member.

use diesel::prelude::*;
use stoa::db::{DbConn, Json, Time};
use stoa::models::plan::{Budget, Plan, PlanContent, PlanStatus};
use stoa::models::run::RunStatus;
use stoa::repositories::{plans, runs};
use stoa::schema;
use stoa::state::AppState;

/// What a test's plan says.
pub fn content() -> PlanContent {
    PlanContent {
        brief: "How the write lock of SQLite is shared".to_owned(),
        questions: vec!["Who holds the lock?".to_owned(), "What does WAL change?".to_owned()],
        sources: vec!["library".to_owned()],
        missing: Vec::new(),
        budget: Budget { tokens: 60_000, pages: 40, minutes: 20 },
        finish: false,
    }
}

/// Makes a run wait.
pub async fn wait(state: &AppState, run: &str) {
    let run = run.to_owned();
    let wait = move |conn: &mut DbConn| {
        let row = schema::runs::table.find(run);
        diesel::update(row).set(schema::runs::status.eq(RunStatus::Waiting)).execute(conn)?;
        Ok(())
    };
    state.db.write(wait).await.unwrap();
}

/// Makes a run wait with a plan, as if its agent had made one.
pub async fn propose(state: &AppState, run: &str, status: PlanStatus) {
    let run = run.to_owned();
    let wait = move |conn: &mut DbConn| {
        let found = runs::find_optional(conn, &run)?.unwrap();
        let plan = Plan {
            run_id: run.clone(),
            session_id: found.session_id,
            status,
            content: Json::write(&content())?,
            created_at: Time::now(),
            decided_at: None,
        };
        plans::put(conn, &plan)?;
        let row = schema::runs::table.find(run);
        diesel::update(row).set(schema::runs::status.eq(RunStatus::Waiting)).execute(conn)?;
        Ok(())
    };
    state.db.write(wait).await.unwrap();
}
