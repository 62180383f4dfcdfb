//! What is said in a conversation, and the end of the answer being made.

use actix_web::HttpResponse;

use super::show::{ChatPage, Part};
use crate::error::AppResult;
use crate::models::user::User;
use crate::services::messages::{self, SendMessage};
use crate::services::{runs, sessions};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Id};
use crate::web::pages::composer::Typed;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{page_with, see_other};
use crate::web::{App, paths};

/// Says something; what cannot be sent stands in the box again, with the reason.
pub async fn send(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    form: Form<SendMessage>,
) -> WebResult<HttpResponse> {
    let (user, form) = (user.0, form.0);
    match say(&app, user.clone(), id.0.clone(), form.clone()).await {
        Ok(()) => Ok(see_other(&paths::latest(&id.0))),
        Err(error) => {
            let (status, locale) = (app_status(&error), reader.locale(Some(&user)));
            let typed = Typed::refused(form.content, form.model, error, locale)?;
            let reader = reader.at(paths::chat(&id.0));
            page_with(status, &ChatPage::load(&app, user, reader, id.0, Part::default(), typed).await?)
        }
    }
}

async fn say(app: &AppState, user: User, id: String, input: SendMessage) -> AppResult<()> {
    let terms = app.terms(input.model.as_deref()).await?;
    app.write_as(user, move |conn, user| messages::send(conn, user, &id, &input, &terms)).await?;
    app.runs.wake();
    Ok(())
}

/// Stops the answer being made, if there is one; what there is of it stays.
pub async fn stop(user: PageUser, app: App, id: Id) -> WebResult<HttpResponse> {
    let place = paths::latest(&id.0);
    let find = app.db.read(move |conn| {
        let session = sessions::find(conn, &user.0, &id.0)?;
        runs::find_active(conn, &session.id)
    });
    if let Some(run) = find.await? {
        app.runs.cancel(&run.id).await?;
    }
    Ok(see_other(&place))
}
