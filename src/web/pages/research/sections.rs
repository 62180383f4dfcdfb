//! A section of a report made anew.

use actix_web::HttpResponse;
use serde::Deserialize;

use crate::db::DbConn;
use crate::error::{AppError, Thing};
use crate::models::user::User;
use crate::services::research::sections::{self, SectionAgain};
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Form, Id};
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::see_other;
use crate::web::{App, paths};

/// Which section of which version, as the form sends it.
#[derive(Debug, Default, Deserialize)]
pub struct Again {
    version: Option<i64>,
    section: Option<usize>,
}

/// Has it made, and leads to where that can be followed.
pub async fn again(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    form: Form<Again>,
) -> WebResult<HttpResponse> {
    let section = form.0.section.ok_or(AppError::NotFound(Thing::Resource))?;
    let locale = reader.locale(Some(&user.0));
    let input = SectionAgain { artifact_id: id.0, version: form.0.version, section, client_id: None, locale };
    let terms = app.terms(None).await?;
    let rerun = move |conn: &mut DbConn, user: &User| sections::rerun(conn, user, &input, &terms);
    let sent = app.write_as(user.0, rerun).await?;
    app.runs.wake();
    Ok(see_other(&paths::latest(&sent.run.session_id)))
}
