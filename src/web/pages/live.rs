//! The conversations at the side of a page that is being looked at, as they change.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

use super::frame::Frame;
use super::reader::Reader;
use crate::db::DbConn;
use crate::error::AppError;
use crate::web::auth::PageUser;
use crate::web::extract::Query;
use crate::web::live::{self, Scene};
use crate::web::{App, paths};

/// The list as it stands in the sidebar.
#[derive(Template)]
#[template(path = "_sessions.html")]
struct SidePart {
    frame: Frame,
}

/// Which page asks, and what it shows.
#[derive(Clone, Debug, Deserialize)]
pub struct Shown {
    /// The conversation it shows.
    current: Option<String>,
    /// The version of its list.
    have: Option<String>,
}

/// Follows the list: as HTML, whenever it is another than the page has.
pub async fn follow(user: PageUser, app: App, request: HttpRequest, query: Query<Shown>) -> HttpResponse {
    let (reader, id) = (Reader::of(&request), user.0.id.clone());
    let Shown { current, have } = query.0;
    let load = move |conn: &mut DbConn| {
        let frame = reader.clone().frame(conn, &user.0, current.as_deref())?;
        let version = frame.sidebar.version();
        let html = SidePart { frame }.render().map_err(|error| AppError::Internal(error.into()))?;
        Ok(Scene { event: "side", version, data: json!({ "html": html }) })
    };
    live::respond(&app, &id, &request, have, load)
}
