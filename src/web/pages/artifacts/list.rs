//! The list of artifacts.

use actix_web::HttpResponse;
use askama::Template;

use crate::db::DbConn;
use crate::models::artifact::ArtifactKind;
use crate::services::artifacts::{self, ListArtifacts};
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::Query;
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::Listing;
use crate::web::pages::moment::Moment;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::{App, paths};

/// Artifacts on one page.
const LINES: &str = "30";

/// `GET /artifacts`.
#[derive(Template)]
#[template(path = "artifacts/index.html")]
struct ArtifactsPage {
    frame: Frame,
    listing: Listing,
    lines: Vec<Line>,
}

/// One artifact.
struct Line {
    id: String,
    title: String,
    kind: &'static str,
    version: i64,
    tags: Vec<String>,
    updated: Moment,
}

/// Lists the reader's artifacts.
pub async fn index(
    user: PageUser,
    app: App,
    reader: Reader,
    query: Query<ListArtifacts>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let wanted = ListArtifacts { limit: Some(LINES.to_owned()), ..query.0 };
        let found = artifacts::list(conn, &user.0, &wanted)?;
        let (clock, locale) = (reader.clock(), reader.locale(Some(&user.0)));
        let listing = Listing::new(paths::ARTIFACTS, wanted.q.as_deref(), &wanted.tags)
            .with("kind", wanted.kind.as_deref())
            .with("session_id", wanted.session_id.as_deref())
            .paged(wanted.cursor.as_deref(), found.next_cursor.as_deref());
        let lines = found.items.into_iter().map(|row| Line {
            id: row.id,
            title: row.title,
            kind: kind_label(row.kind),
            version: row.version,
            tags: row.tags.words(),
            updated: clock.ago(row.updated_at.millis(), locale),
        });
        let lines = lines.collect();
        Ok(ArtifactsPage { frame: reader.frame(conn, &user.0, None)?, listing, lines })
    };
    page(&app.db.read(load).await?)
}

/// The key of a kind's name.
pub fn kind_label(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Markdown => "artifacts.kind_markdown",
        ArtifactKind::Code => "artifacts.kind_code",
        ArtifactKind::Html => "artifacts.kind_html",
        ArtifactKind::Svg => "artifacts.kind_svg",
        ArtifactKind::Csv => "artifacts.kind_csv",
        ArtifactKind::Json => "artifacts.kind_json",
        ArtifactKind::Text => "artifacts.kind_text",
    }
}
