//! One conversation.

use std::sync::Arc;

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::turn::{Scribe, Turn, is_open};
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::chat_session::{ChatSession, SessionKind};
use crate::models::run::RunStatus;
use crate::models::user::User;
use crate::services::messages::ListMessages;
use crate::services::research::view::{self, Researches};
use crate::services::{branches, runs, sessions};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Query};
use crate::web::pages::composer::{Asks, Choice, Composer, Typed};
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::research::backing::Reading;
use crate::web::pages::research::panel::Panel;
use crate::web::pages::respond::page;
use crate::web::sse::in_queue;
use crate::web::{App, paths};

/// Messages on one page.
const MESSAGES: &str = "50";
/// Messages after the one that a reader wants to see.
const BELOW: i64 = 20;

/// `GET /chat/{id}`.
#[derive(Template)]
#[template(path = "chat/show.html")]
pub struct ChatPage {
    frame: Frame,
    id: String,
    name: String,
    pinned: bool,
    archived: bool,
    /// Oldest first.
    turns: Vec<Turn>,
    /// Where the messages before these are.
    older: Option<String>,
    /// Whether these are not the newest.
    newer: bool,
    /// The run that is making an answer.
    run: Option<String>,
    /// What that run is busy with.
    status: String,
    /// Where a browser without scripts looks again while an answer is being made.
    again: Option<String>,
    /// Whether a plan waits for the reader.
    waiting: bool,
    /// The sources of a research.
    sources: Option<Panel>,
    composer: Composer,
}

/// Which part of the conversation is read.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Part {
    before: Option<String>,
    message: Option<String>,
}

/// Shows the conversation.
pub async fn show(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    query: Query<Part>,
) -> WebResult<HttpResponse> {
    page(&ChatPage::load(&app, user.0, reader, id.0, query.0, Typed::default()).await?)
}

impl Part {
    fn address(&self, id: &str) -> String {
        match (&self.before, &self.message) {
            (Some(before), _) => paths::before(id, before),
            (None, Some(message)) => paths::around(id, message),
            (None, None) => paths::chat(id),
        }
    }

    /// What to list for it, and whether newer messages follow.
    fn wanted(self, conn: &mut DbConn, user: &User, session: &str) -> AppResult<(ListMessages, bool)> {
        let limit = Some(MESSAGES.to_owned());
        match self {
            Self { before: None, message: Some(message) } => {
                let around = branches::around(conn, user, session, &message, BELOW)?;
                Ok((ListMessages { before: None, limit, branch: Some(around.last) }, !around.newest))
            }
            Self { before, .. } => {
                let newer = before.is_some();
                Ok((ListMessages { before, limit, branch: None }, newer))
            }
        }
    }
}

impl ChatPage {
    /// The newest part, or the one that `part` asks for, with what is `typed` in the box.
    ///
    /// # Errors
    /// `NotFound` for an unknown conversation and for somebody else's.
    pub async fn load(
        app: &AppState,
        user: User,
        reader: Reader,
        id: String,
        part: Part,
        typed: Typed,
    ) -> AppResult<Self> {
        let choice = Choice::of(app).await;
        let (markdown, known) = (Arc::clone(&app.markdown), app.search_sources.clone());
        let load = move |conn: &mut DbConn| {
            let session = sessions::find(conn, &user, &id)?;
            let reader = reader.at(part.address(&session.id));
            let (wanted, newer) = part.wanted(conn, &user, &session.id)?;
            let (said, run) = runs::list_messages(conn, &user, &session.id, &wanted)?;
            let siblings = branches::siblings(conn, &said.items)?;
            let scribe =
                Scribe { markdown, clock: reader.clock(), locale: reader.locale(Some(&user)), siblings };
            // A reader who is somewhere else stays there.
            let waiting = run.as_ref().is_some_and(|run| run.status == RunStatus::Waiting);
            let refused = typed.problem.is_some() || typed.plan.is_some();
            let waits = said.items.iter().any(is_open) && !waiting && !refused;
            let again = waits.then(|| paths::again(&session.id, reader.clock().now));
            let place = run.as_ref().map(|run| runs::queue_position(conn, run)).transpose()?.flatten();
            let is_research = session.kind == SessionKind::Deepresearch;
            let found = match is_research {
                true => view::of_messages(conn, &session.id, &said.items)?,
                false => Researches::default(),
            };
            let frame = reader.frame(conn, &user, Some(&session.id))?;
            let asks = if is_research { Asks::More { reported: found.reported } } else { Asks::Next };
            Ok(move || {
                let reading = Reading {
                    session: &session.id,
                    known: &known,
                    refused: typed.plan.as_ref(),
                    clock: scribe.clock,
                    locale: scribe.locale,
                };
                let (mut backings, panel) = reading.back(&said.items, &found)?;
                let mut turns = scribe.turns(said.items, &user.name, !newer);
                for turn in &mut turns {
                    turn.research = backings.remove(&turn.id).map(Box::new);
                }
                Ok(Self {
                    status: match place {
                        Some(place) => in_queue(frame.locale, place),
                        None if waiting => frame.t("research.waits_for_you").into_owned(),
                        None => frame.t("chat.answering").into_owned(),
                    },
                    turns,
                    waiting,
                    sources: is_research.then_some(panel),
                    older: said.next_cursor.map(|cursor| paths::before(&session.id, &cursor)),
                    newer,
                    again,
                    composer: composer(&choice, &session, run.is_some(), asks, typed),
                    run: run.map(|run| run.id),
                    frame,
                    name: session.name,
                    pinned: session.pinned,
                    archived: session.archived,
                    id: session.id,
                })
            })
        };
        beside(app.db.read(load).await?).await?
    }
}

fn composer(choice: &Choice, session: &ChatSession, running: bool, asks: Asks, typed: Typed) -> Composer {
    Composer {
        action: paths::messages(&session.id),
        draft: session.id.clone(),
        models: choice.options(typed.model.as_deref().or(session.model.as_deref())),
        typed,
        stop: running.then(|| paths::stop(&session.id)),
        placeholder: "composer.placeholder_next",
        asks,
    }
}
