//! What is said in a session.

use actix_web::http::header;
use actix_web::web::Json as Body;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::{BudgetSpent, NoModel, NotFound, RunActive, WrongContent};
use crate::db::DbConn;
use crate::models::message::{Message, MessageJson};
use crate::models::run::RunJson;
use crate::services::branches;
use crate::services::messages::{self, ListMessages, SendMessage, Sent};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::client::header_text;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Json, Query};
use crate::web::sse::{self, View};

/// A message in a branch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedMessage {
    /// The message.
    #[serde(flatten)]
    pub message: MessageJson,
    /// The ids of all messages that follow what it follows, in the order they were said, itself included.
    #[schema(example = json!(["01a20750-065f-7622-966a-1aef5b302e93"]))]
    pub siblings: Vec<String>,
}

/// A part of a branch.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageList {
    /// Oldest first within the page; the newest page comes first.
    pub messages: Vec<ListedMessage>,
    /// Messages in all branches of the session.
    #[schema(example = 1)]
    pub total: i64,
    /// To be given as `before` for the page above; `null` at the beginning.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// What was said, and the answer being made to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentBody {
    /// What was said.
    pub message: MessageJson,
    /// The answer being made.
    pub run: RunJson,
}

impl From<Sent> for SentBody {
    fn from(sent: Sent) -> Self {
        Self { message: sent.message.into(), run: sent.run.into() }
    }
}

/// Lists a branch of a session.
#[utoipa::path(get, path = "/api/chat/sessions/{id}/messages", params(ListMessages),
    responses((status = 200, body = MessageList), NotFound))]
pub async fn list(
    user: ApiUser,
    app: App,
    id: Id,
    query: Query<ListMessages>,
) -> WebResult<Body<MessageList>> {
    let load = move |conn: &mut DbConn| {
        let page = messages::list(conn, &user.0, &id.0, &query.0)?;
        Ok((branches::siblings(conn, &page.items)?, page))
    };
    let (siblings, page) = app.db.read(load).await?;
    let listed = |row: Message| ListedMessage { siblings: siblings.of(&row).to_vec(), message: row.into() };
    let messages = page.items.into_iter().map(listed).collect();
    Ok(Body(MessageList { messages, total: page.total, next_cursor: page.next_cursor }))
}

/// Says something and starts the answer. With `Accept: text/event-stream` the answer is the run's stream.
#[utoipa::path(post, path = "/api/chat/sessions/{id}/messages",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same as `client_id`")),
    responses((status = 202, body = SentBody),
        (status = 200, description = "The run's stream, for `Accept: text/event-stream`",
            content_type = "text/event-stream", body = String), NotFound, WrongContent, RunActive, NoModel, BudgetSpent))]
pub async fn send(
    user: ApiUser,
    app: App,
    id: Id,
    request: HttpRequest,
    body: Json<SendMessage>,
) -> WebResult<HttpResponse> {
    let mut input = body.0;
    input.client_id = input.client_id.or_else(|| idempotency_key(&request));
    let terms = app.terms(input.model.as_deref()).await?;
    let sent = app.write_as(user.0, move |conn, user| messages::send(conn, user, &id.0, &input, &terms));
    Ok(answer(&app, &request, sent.await?))
}

/// The stream of a run that was queued for `request`, or what was queued.
pub(super) fn answer(app: &App, request: &HttpRequest, sent: Sent) -> HttpResponse {
    app.runs.wake();
    let accepts = header_text(request, &header::ACCEPT).unwrap_or_default();
    if accepts.contains("text/event-stream") {
        return sse::respond(app, sent.run, 0, View::Events, request);
    }
    let location = format!("/api/runs/{}", sent.run.id);
    HttpResponse::Accepted().insert_header((header::LOCATION, location)).json(SentBody::from(sent))
}

/// What makes a retry of `request` the same request.
pub(super) fn idempotency_key(request: &HttpRequest) -> Option<String> {
    header_text(request, &header::HeaderName::from_static("idempotency-key")).map(str::to_owned)
}
