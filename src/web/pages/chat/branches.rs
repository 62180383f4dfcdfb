//! Which branch of a conversation is shown, and the end of one.

use actix_session::Session;
use actix_web::HttpResponse;

use crate::db::DbConn;
use crate::services::branches;
use crate::services::snippet::Terms;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::Ids;
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::{done, page, see_other};
use crate::web::{App, paths};

/// Shows the branch through a message, at that message.
pub async fn select(user: PageUser, app: App, ids: Ids) -> WebResult<HttpResponse> {
    let Ids(id, message) = ids;
    let place = paths::at_message(&id, &message);
    app.write_as(user.0, move |conn, user| branches::select(conn, user, &id, &message)).await?;
    Ok(see_other(&place))
}

/// Asks whether a message may be deleted with all that was said after it.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, ids: Ids) -> WebResult<HttpResponse> {
    let Ids(id, message) = ids;
    let load = move |conn: &mut DbConn| {
        let (message, messages) = branches::weigh(conn, &user.0, &id, &message)?;
        let frame = reader.frame(conn, &user.0, Some(&id))?;
        let words = Terms::split("").excerpt(&message.content).text;
        Ok(Confirm {
            title: "branch.delete",
            question: match words.is_empty() {
                true => frame.t("branch.delete_question").into_owned(),
                false => frame.t_with("delete.question", "name", words),
            },
            consequence: Some(match messages {
                1 => frame.t("branch.delete_alone").into_owned(),
                n => frame.t_with("branch.delete_consequence", "n", n),
            }),
            yes: Yes::DELETE,
            action: paths::delete_message(&id, &message.id),
            back: paths::at_message(&id, &message.id),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Deletes a message with all that was said after it.
pub async fn delete(user: PageUser, app: App, session: Session, ids: Ids) -> WebResult<HttpResponse> {
    let Ids(id, message) = ids;
    let place = paths::latest(&id);
    app.write_as(user.0, move |conn, user| branches::delete(conn, user, &id, &message)).await?;
    done(&session, "flash.message_deleted", &place)
}
