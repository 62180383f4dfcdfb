//! One section of a report made anew: said as a message of the report's session, done by a run.

use serde::Deserialize;

use super::Work;
use crate::db::{DbConn, Time};
use crate::error::{AppError, AppResult, Thing};
use crate::i18n::Locale;
use crate::models::chat_session::ChatSession;
use crate::models::message::{MessageRole, MessageStatus, NewMessage};
use crate::models::new_id;
use crate::models::research_request::{ResearchRequest, SectionRequest};
use crate::models::run::RunKind;
use crate::models::user::User;
use crate::repositories::{artifacts, messages, reports};
use crate::services::budgets::Terms;
use crate::services::messages::{Sent, choose_model, find_first, lock, queue_answer, refuse_another};
use crate::services::text::{parse_id, parse_key};

/// Which section is to be made anew.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct SectionAgain {
    /// The report.
    pub artifact_id: String,
    /// The version that was read, which must be the newest; the newest when absent.
    pub version: Option<i64>,
    /// Which of its sections, from 0.
    pub section: usize,
    /// A name the caller gives the wish, so that a retry does not say it twice.
    pub client_id: Option<String>,
    /// The language of the request, for members who have chosen none.
    #[serde(skip)]
    pub locale: Locale,
}

/// Says in the session of a member's report that a section is wanted anew, in the member's language, and queues the run
/// that makes it. Only sections that answer a question of the plan can be made anew. A repeated `client_id` returns what the
/// first call returned.
///
/// # Errors
/// `NotFound` for an unknown report, for somebody else's, and for a section that it does not have;
/// `Conflict("stale_version")`, `Conflict("research_gone")` when the session was deleted, `Conflict("run_active")`,
/// `Conflict("no_model")`, or `BudgetSpent`.
pub fn rerun(conn: &mut DbConn, owner: &User, input: &SectionAgain, terms: &Terms) -> AppResult<Sent> {
    let unknown = || AppError::NotFound(Thing::Artifact);
    let id = parse_id(&input.artifact_id).ok_or_else(unknown)?;
    let artifact = artifacts::find_owned(conn, &owner.id, &id)?;
    let version = input.version.unwrap_or(artifact.version);
    let report = reports::find_optional(conn, &artifact.id, version)?.ok_or_else(unknown)?;
    let session = report.session_id.ok_or(AppError::Conflict("research_gone"))?;
    let session = lock(conn, owner, &session)?;
    if let Some(first) = find_first(conn, &session, input.client_id.as_deref())? {
        return Ok(first);
    }
    if version != artifact.version {
        return Err(AppError::Conflict("stale_version"));
    }
    let content = report.content.read()?;
    let section = content.sections.into_iter().nth(input.section).filter(|one| one.question.is_some());
    let section = section.ok_or(AppError::NotFound(Thing::Resource))?;
    refuse_another(conn, &session, terms)?;
    let request =
        SectionRequest { artifact_id: artifact.id, version: artifact.version, section: input.section };
    let locale = owner.locale.as_deref().and_then(Locale::parse).unwrap_or(input.locale);
    let words = locale.t_with("report.section_again", &[("heading", &section.heading)]);
    say(conn, &session, words, request, parse_key(input.client_id.as_deref())?, terms)
}

fn say(
    conn: &mut DbConn,
    session: &ChatSession,
    words: String,
    request: SectionRequest,
    key: Option<String>,
    terms: &Terms,
) -> AppResult<Sent> {
    let model = choose_model([session.model.as_deref(), terms.model.as_deref()])?;
    let wish = NewMessage {
        id: new_id(),
        session_id: session.id.clone(),
        parent_id: session.head_id.clone(),
        role: MessageRole::User,
        content: words,
        model: None,
        status: MessageStatus::Complete,
        created_at: Time::now(),
    };
    let wish_id = wish.id.clone();
    let request = ResearchRequest { auto_approve: None, section: Some(request) };
    let work = Work { kind: RunKind::Section, request: Some(request) };
    let run = queue_answer(conn, session, vec![wish], &wish_id, model, key, &work)?;
    Ok(Sent { message: messages::find_in_session(conn, &session.id, &wish_id)?, run })
}
