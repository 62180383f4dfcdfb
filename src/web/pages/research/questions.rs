//! Tasks out of what a report could not answer.

use actix_session::Session;
use actix_web::HttpResponse;
use serde::Deserialize;

use crate::db::DbConn;
use crate::error::AppError;
use crate::models::user::User;
use crate::services::research::questions;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Form, Id};
use crate::web::pages::respond::done_with_link;
use crate::web::{App, paths};

/// Which questions of which version, as the form sends it.
#[derive(Debug, Default, Deserialize)]
pub struct Noted {
    version: Option<String>,
    /// From 0; all of them when absent.
    question: Option<String>,
    /// Where the reader was.
    next: Option<String>,
}

/// Notes them down.
pub async fn note(
    user: PageUser,
    app: App,
    session: Session,
    id: Id,
    form: Form<Noted>,
) -> WebResult<HttpResponse> {
    let Noted { version, question, next } = form.0;
    let number = |text: String| text.parse::<i64>().map_err(|_| AppError::field("version", "not_a_number"));
    let version = version.map(number).transpose()?.unwrap_or_default();
    let which = question.map(|text| text.parse::<usize>().unwrap_or(usize::MAX));
    let back = next.unwrap_or_else(|| paths::artifact(&id.0));
    let note = move |conn: &mut DbConn, user: &User| questions::to_tasks(conn, user, &id.0, version, which);
    let noted = app.write_as(user.0, note).await?;
    let to = match noted.as_slice() {
        [one] => paths::task(&one.id),
        [first, ..] => first.session_id.as_deref().map_or_else(|| paths::TASKS.to_owned(), paths::tasks_of),
        [] => paths::TASKS.to_owned(),
    };
    let key = if noted.len() == 1 { "flash.question_noted" } else { "flash.questions_noted" };
    done_with_link(&session, key, &to, paths::safe_next(Some(&back)))
}
