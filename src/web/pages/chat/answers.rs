//! Other words for a question, other answers to it, and the rest of an answer that broke off.

use actix_web::HttpResponse;
use askama::Template;

use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::user::User;
use crate::services::answers::{self, EditMessage, Regenerate};
use crate::services::{messages, sessions};
use crate::state::AppState;
use crate::web::auth::PageUser;
use crate::web::errors::{WebResult, app_status};
use crate::web::extract::{Form, Ids};
use crate::web::pages::composer::{Choice, ModelOption, Typed};
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{page, page_with, see_other};
use crate::web::{App, paths};

/// `GET /chat/{id}/messages/{message_id}/edit`.
#[derive(Template)]
#[template(path = "chat/edit_question.html")]
struct EditPage {
    frame: Frame,
    id: String,
    message: String,
    typed: Typed,
    models: Vec<ModelOption>,
}

/// `GET /chat/{id}/messages/{message_id}/regenerate`.
#[derive(Template)]
#[template(path = "chat/regenerate.html")]
struct RegeneratePage {
    frame: Frame,
    id: String,
    message: String,
    models: Vec<ModelOption>,
}

/// Shows a question to be put into other words.
pub async fn edit_form(user: PageUser, app: App, reader: Reader, ids: Ids) -> WebResult<HttpResponse> {
    page(&EditPage::load(&app, user.0, reader, ids, None).await?)
}

/// Asks in other words; what cannot be asked stands in the form again, with the reason.
pub async fn edit(
    user: PageUser,
    app: App,
    reader: Reader,
    ids: Ids,
    form: Form<EditMessage>,
) -> WebResult<HttpResponse> {
    let (user, form) = (user.0, form.0);
    match ask_anew(&app, user.clone(), &ids, form.clone()).await {
        Ok(()) => Ok(see_other(&paths::latest(&ids.0))),
        Err(error) => {
            let (status, locale) = (app_status(&error), reader.locale(Some(&user)));
            let typed = Typed::refused(form.content, form.model, error, locale)?;
            page_with(status, &EditPage::load(&app, user, reader, ids, Some(typed)).await?)
        }
    }
}

async fn ask_anew(app: &AppState, user: User, ids: &Ids, input: EditMessage) -> AppResult<()> {
    let (id, message) = (ids.0.clone(), ids.1.clone());
    let terms = app.terms(input.model.as_deref()).await?;
    let asked =
        app.write_as(user, move |conn, user| answers::edit(conn, user, &id, &message, &input, &terms));
    asked.await?;
    app.runs.wake();
    Ok(())
}

impl EditPage {
    async fn load(
        app: &AppState,
        user: User,
        reader: Reader,
        ids: Ids,
        typed: Option<Typed>,
    ) -> AppResult<Self> {
        let (choice, Ids(id, message)) = (Choice::of(app).await, ids);
        let load = move |conn: &mut DbConn| {
            let session = sessions::find(conn, &user, &id)?;
            let question = answers::find_question(conn, &user, &id, &message)?;
            let typed = typed.unwrap_or(Typed { content: question.content, ..Typed::default() });
            let reader = reader.at(paths::edit_message(&id, &message));
            Ok(Self {
                frame: reader.frame(conn, &user, Some(&id))?,
                models: choice.options(typed.model.as_deref().or(session.model.as_deref())),
                typed,
                id,
                message,
            })
        };
        app.db.read(load).await
    }
}

/// Asks which model shall make another answer.
pub async fn regenerate_form(user: PageUser, app: App, reader: Reader, ids: Ids) -> WebResult<HttpResponse> {
    let (choice, Ids(id, message)) = (Choice::of(&app).await, ids);
    let load = move |conn: &mut DbConn| {
        let session = sessions::find(conn, &user.0, &id)?;
        messages::find_owned(conn, &user.0, &id, &message)?;
        let frame = reader.frame(conn, &user.0, Some(&id))?;
        Ok(RegeneratePage { frame, models: choice.options(session.model.as_deref()), id, message })
    };
    page(&app.db.read(load).await?)
}

/// Asks for another answer in place of one.
pub async fn regenerate(
    user: PageUser,
    app: App,
    ids: Ids,
    form: Form<Regenerate>,
) -> WebResult<HttpResponse> {
    let (Ids(id, answer), input) = (ids, form.0);
    let place = paths::latest(&id);
    let terms = app.terms(input.model.as_deref()).await?;
    let again =
        app.write_as(user.0, move |conn, user| answers::regenerate(conn, user, &id, &answer, &input, &terms));
    again.await?;
    app.runs.wake();
    Ok(see_other(&place))
}

/// Lets the model go on with an answer that broke off.
pub async fn go_on(user: PageUser, app: App, ids: Ids) -> WebResult<HttpResponse> {
    let Ids(id, answer) = ids;
    let place = paths::latest(&id);
    let terms = app.terms(None).await?;
    let rest = app.write_as(user.0, move |conn, user| answers::go_on(conn, user, &id, &answer, &terms));
    rest.await?;
    app.runs.wake();
    Ok(see_other(&place))
}
