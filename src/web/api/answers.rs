//! Other words for a question, other answers to it, and the rest of an answer that broke off.

use actix_web::{HttpRequest, HttpResponse};

use super::messages::{SentBody, answer, idempotency_key};
use super::refusals::{
    AnswerComplete, AnswerFollowed, BudgetSpent, NoModel, NotAQuestion, NotAnAnswer, NotFound, RunActive,
    WrongContent,
};
use crate::services::answers::{self, EditMessage, Regenerate};
use crate::web::App;
use crate::web::auth::ApiUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Ids, Json, OptionalJson};

/// Asks a question in other words: its sibling, with an answer of its own.
#[utoipa::path(post, path = "/api/chat/sessions/{id}/messages/{message_id}/edit",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same as `client_id`")),
    responses((status = 202, body = SentBody),
        (status = 200, description = "The run's stream, for `Accept: text/event-stream`",
            content_type = "text/event-stream", body = String), NotFound, NotAQuestion, WrongContent, RunActive, NoModel, BudgetSpent))]
pub async fn edit(
    user: ApiUser,
    app: App,
    ids: Ids,
    request: HttpRequest,
    body: Json<EditMessage>,
) -> WebResult<HttpResponse> {
    let (Ids(id, message), mut input) = (ids, body.0);
    input.client_id = input.client_id.or_else(|| idempotency_key(&request));
    let terms = app.terms(input.model.as_deref()).await?;
    let sent =
        app.write_as(user.0, move |conn, user| answers::edit(conn, user, &id, &message, &input, &terms));
    Ok(answer(&app, &request, sent.await?))
}

/// Makes another answer in place of one: its sibling.
#[utoipa::path(post, path = "/api/chat/sessions/{id}/messages/{message_id}/regenerate",
    request_body = Option<Regenerate>,
    responses((status = 202, body = SentBody),
        (status = 200, description = "The run's stream, for `Accept: text/event-stream`",
            content_type = "text/event-stream", body = String), NotFound, NotAnAnswer, RunActive, NoModel, BudgetSpent))]
pub async fn regenerate(
    user: ApiUser,
    app: App,
    ids: Ids,
    request: HttpRequest,
    body: OptionalJson<Regenerate>,
) -> WebResult<HttpResponse> {
    let (Ids(id, message), input) = (ids, body.0);
    let terms = app.terms(input.model.as_deref()).await?;
    let sent = app
        .write_as(user.0, move |conn, user| answers::regenerate(conn, user, &id, &message, &input, &terms));
    Ok(answer(&app, &request, sent.await?))
}

/// Goes on with an answer that broke off, in the same message. The new run's stream begins with all that was there.
#[utoipa::path(post, path = "/api/chat/sessions/{id}/messages/{message_id}/continue",
    responses((status = 202, body = SentBody),
        (status = 200, description = "The run's stream, for `Accept: text/event-stream`",
            content_type = "text/event-stream", body = String), NotFound, NotAnAnswer, AnswerComplete, AnswerFollowed, RunActive, NoModel, BudgetSpent))]
pub async fn go_on(user: ApiUser, app: App, ids: Ids, request: HttpRequest) -> WebResult<HttpResponse> {
    let Ids(id, message) = ids;
    let terms = app.terms(None).await?;
    let sent = app.write_as(user.0, move |conn, user| answers::go_on(conn, user, &id, &message, &terms));
    Ok(answer(&app, &request, sent.await?))
}
