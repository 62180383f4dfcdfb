//! Which branch of a conversation is shown, and the end of one.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;

use crate::db::DbConn;
use crate::services::branches;
use crate::services::snippet::Terms;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::Ids;
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, see_other};
use crate::web::{App, paths};

/// `GET /chat/{id}/messages/{message_id}/delete`.
#[derive(Template)]
#[template(path = "chat/delete_message.html")]
struct DeletePage {
    frame: Frame,
    id: String,
    message: String,
    /// The beginning of what it says.
    words: String,
    /// How many messages go, this one included.
    messages: usize,
}

/// Shows the branch through a message, at that message.
pub async fn select(user: PageUser, app: App, ids: Ids) -> WebResult<HttpResponse> {
    let Ids(id, message) = ids;
    let place = paths::at_message(&id, &message);
    app.db.write(move |conn| branches::select(conn, &user.0, &id, &message)).await?;
    Ok(see_other(&place))
}

/// Asks whether a message may be deleted with all that was said after it.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, ids: Ids) -> WebResult<HttpResponse> {
    let Ids(id, message) = ids;
    let load = move |conn: &mut DbConn| {
        let (message, messages) = branches::weigh(conn, &user.0, &id, &message)?;
        let frame = reader.frame(conn, &user.0, Some(&id))?;
        let words = Terms::split("").excerpt(&message.content).text;
        Ok(DeletePage { frame, id, words, message: message.id, messages })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a message with all that was said after it.
pub async fn delete(user: PageUser, app: App, session: Session, ids: Ids) -> WebResult<HttpResponse> {
    let Ids(id, message) = ids;
    let place = paths::latest(&id);
    app.db.write(move |conn| branches::delete(conn, &user.0, &id, &message)).await?;
    done(&session, "flash.message_deleted", &place)
}
