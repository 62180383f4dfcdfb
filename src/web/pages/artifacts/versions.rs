//! The versions of an artifact, and what changed from one to another.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;
use similar::ChangeTag;

use super::changes::Changes;
use crate::db::DbConn;
use crate::services::artifacts;
use crate::services::page_request::Paging;
use crate::web::App;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Query};
use crate::web::pages::frame::Frame;
use crate::web::pages::moment::Moment;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::paths;

/// `GET /artifacts/{id}/versions`.
#[derive(Template)]
#[template(path = "artifacts/versions.html")]
struct VersionsPage {
    frame: Frame,
    id: String,
    title: String,
    /// Newest first.
    versions: Vec<VersionLine>,
    newest: i64,
    next: Option<String>,
}

struct VersionLine {
    version: i64,
    title: String,
    size: i64,
    written: Moment,
    /// Whether it is the older or the newer one of those compared, until the reader chooses others.
    from: bool,
    to: bool,
}

/// `GET /artifacts/{id}/diff`.
#[derive(Template)]
#[template(path = "artifacts/diff.html")]
struct DiffPage {
    frame: Frame,
    id: String,
    title: String,
    from: i64,
    to: i64,
    newest: i64,
    changes: Changes,
}

/// Which versions are compared.
#[derive(Debug, Default, Deserialize)]
pub struct Compared {
    from: Option<String>,
    to: Option<String>,
}

/// Lists the versions.
pub async fn list(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    paging: Query<Paging>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let paging = Paging { limit: Some("50".to_owned()), ..paging.0 };
        let (row, found) = artifacts::versions(conn, &user.0, &id.0, &paging)?;
        let (clock, locale) = (reader.clock(), reader.locale(Some(&user.0)));
        let first = found.items.first().map_or(row.version, |version| version.version);
        let versions = found.items.into_iter().map(|version| VersionLine {
            from: version.version == first - 1,
            to: version.version == first,
            version: version.version,
            title: version.title,
            size: version.size,
            written: clock.ago(version.created_at.millis(), locale),
        });
        let versions = versions.collect();
        let next = found.next_cursor.map(|cursor| format!("{}?cursor={cursor}", paths::versions(&row.id)));
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(VersionsPage { frame, id: row.id, title: row.title, versions, newest: row.version, next })
    };
    page(&app.db.read(load).await?)
}

/// Compares two versions.
pub async fn diff(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    compared: Query<Compared>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let newest = artifacts::newest_version(conn, &user.0, &id.0)?;
        let old = artifacts::find(conn, &user.0, &id.0, compared.0.from.as_deref())?;
        let new = artifacts::find(conn, &user.0, &id.0, compared.0.to.as_deref())?;
        let changes = Changes::between(&old.content, &new.content);
        let (from, to) = (old.artifact.version, new.artifact.version);
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(DiffPage { frame, id: id.0, title: new.artifact.title, from, to, newest, changes })
    };
    page(&app.db.read(load).await?)
}
