//! A text that a research has read, as it was kept, with a passage marked.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::panel::address;
use super::place_name;
use crate::db::DbConn;
use crate::services::research::surroundings::around;
use crate::services::research::view;
use crate::web::App;
use crate::web::auth::PageUser;
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::{Ids, Query};
use crate::web::pages::chat::turn::language;
use crate::web::pages::frame::Frame;
use crate::web::pages::moment::Moment;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::paths;

/// `GET /chat/{id}/sources/{number}`.
#[derive(Template)]
#[template(path = "research/source.html")]
struct SourcePage {
    frame: Frame,
    session: String,
    number: i64,
    title: String,
    place: String,
    /// Where it was.
    url: Option<String>,
    outside: bool,
    kept: Moment,
    sha256: String,
    lang: &'static str,
    before: String,
    passage: String,
    after: String,
}

/// Which passage is marked, in bytes.
#[derive(Debug, Default, Deserialize)]
pub struct Marked {
    from: Option<String>,
    to: Option<String>,
}

/// Shows the text.
pub async fn show(
    user: PageUser,
    app: App,
    reader: Reader,
    ids: Ids,
    marked: Query<Marked>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let source = view::source(conn, &user.0, &ids.0, &ids.1)?;
        let (clock, frame) = (reader.clock(), reader.frame(conn, &user.0, Some(&source.session_id))?);
        let (url, outside) = address(&source.url);
        let (from, to) = (byte(marked.0.from.as_deref()), byte(marked.0.to.as_deref()));
        Ok(move || {
            let (before, passage, after) = around(&source.content, from, to);
            SourcePage {
                place: place_name(&source.origin, frame.locale),
                lang: language(&source.content),
                before: before.to_owned(),
                passage: passage.to_owned(),
                after: after.to_owned(),
                url,
                outside,
                kept: clock.at(source.fetched_at.millis()),
                number: source.number,
                title: source.title,
                sha256: source.sha256,
                session: source.session_id,
                frame,
            }
        })
    };
    page(&beside(app.db.read(load).await?).await?)
}

/// Nothing is marked where no number is given.
fn byte(text: Option<&str>) -> i64 {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}
