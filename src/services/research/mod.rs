//! Research as members see it: what a question in a session leads to, plans, and what came out.

pub mod evidence;
pub mod plans;
pub mod questions;
pub mod reports;
pub mod sections;
pub mod sources;
pub mod steps;
pub mod surroundings;
pub mod view;

use super::messages::SendMessage;
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::chat_session::{ChatSession, SessionKind};
use crate::models::message::Message;
use crate::models::research_request::{REQUEST, ResearchRequest};
use crate::models::run::{Run, RunKind, RunStatus};
use crate::repositories::{checkpoints, notes, plans as plan_rows, reports as report_rows, runs};

/// What a run is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// What makes the answer.
    pub kind: RunKind,
    /// What a research is asked for beside its question.
    pub request: Option<ResearchRequest>,
}

impl Work {
    /// Keeps for a new run what it is asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn keep(&self, conn: &mut DbConn, run: &Run) -> AppResult<()> {
        let Some(request) = &self.request else { return Ok(()) };
        checkpoints::put(conn, &run.id, REQUEST, &serde_json::json!(request).to_string())
    }
}

/// What a question in a session leads to: in a research its plan, and once there is a report an answer from what was
/// gathered.
///
/// # Errors
/// When the database fails.
pub(super) fn work(conn: &mut DbConn, session: &ChatSession, input: &SendMessage) -> AppResult<Work> {
    let kind = match session.kind {
        SessionKind::Chat => return Ok(Work { kind: RunKind::Chat, request: None }),
        SessionKind::Deepresearch if input.research == Some(true) => RunKind::Research,
        SessionKind::Deepresearch => match report_rows::newest(conn, &session.id)? {
            Some(_) if !was_asked_back(conn, session)? => RunKind::Followup,
            _ => RunKind::Research,
        },
    };
    let request = ResearchRequest { auto_approve: input.auto_approve, section: None };
    Ok(Work { kind, request: Some(request) })
}

/// Whether the last answer is a question of a research to its member: it has made one, and no report.
fn was_asked_back(conn: &mut DbConn, session: &ChatSession) -> AppResult<bool> {
    let Some(last) = &session.head_id else { return Ok(false) };
    let run = runs::latest_of_message(conn, last)?;
    let run = run.filter(|run| run.kind == RunKind::Research && run.status == RunStatus::Succeeded);
    let Some(run) = run else { return Ok(false) };
    Ok(report_rows::find_of_run(conn, &run.id)?.is_none())
}

/// What the run that made an answer did.
///
/// # Errors
/// When the database fails.
pub(super) fn same_work(conn: &mut DbConn, answer: &Message) -> AppResult<Work> {
    let Some(run) = runs::latest_of_message(conn, &answer.id)? else {
        return Ok(Work { kind: RunKind::Chat, request: None });
    };
    let kept = checkpoints::find_optional(conn, &run.id, REQUEST)?;
    let request = kept.map(|text| serde_json::from_str(&text)).transpose();
    let request = request.map_err(|error| AppError::Internal(error.into()))?;
    let is_research = run.kind != RunKind::Chat;
    Ok(Work { kind: run.kind, request: request.or(is_research.then(ResearchRequest::default)) })
}

/// Gives what a run has gathered to the one that goes on with its work.
///
/// # Errors
/// When the database fails.
pub(super) fn hand_over(conn: &mut DbConn, from: &Run, to: &Run) -> AppResult<()> {
    plan_rows::hand_over(conn, &from.id, &to.id)?;
    notes::hand_over(conn, &from.id, &to.id)
}
