//! The versions of an artifact, and what changed from one to another.

use std::time::Duration;

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

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

/// Lines around a change that are shown.
const CONTEXT: usize = 3;
/// Most lines of a comparison that are shown.
const LINES: usize = 3000;
/// After this the comparison becomes coarser instead of longer.
const PATIENCE: Duration = Duration::from_millis(500);

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
    /// Places that changed, each with the lines around it.
    places: Vec<Vec<DiffLine>>,
    /// Whether there are more lines.
    cut: bool,
}

/// A line of a comparison: in which of the two texts it stands.
struct DiffLine {
    tag: ChangeTag,
    text: String,
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
        let versions = found.items.into_iter().map(|version| VersionLine {
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
        let old = artifacts::find(conn, &user.0, &id.0, compared.0.from.as_deref())?;
        let new = artifacts::find(conn, &user.0, &id.0, compared.0.to.as_deref())?;
        let (places, cut) = changes(&old.content, &new.content);
        let (from, to) = (old.artifact.version, new.artifact.version);
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(DiffPage { frame, id: id.0, title: new.artifact.title, from, to, places, cut })
    };
    page(&app.db.read(load).await?)
}

fn changes(old: &str, new: &str) -> (Vec<Vec<DiffLine>>, bool) {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let (mut places, mut left) = (Vec::new(), LINES);
    for group in diff.grouped_ops(CONTEXT) {
        let lines = group.iter().flat_map(|op| diff.iter_changes(op));
        let lines = lines.take(left).map(|change| DiffLine {
            tag: change.tag(),
            text: change.value().trim_end_matches('\n').to_owned(),
        });
        let lines: Vec<_> = lines.collect();
        left -= lines.len();
        if !lines.is_empty() {
            places.push(lines);
        }
    }
    (places, left == 0)
}

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn only_what_changed_is_shown_with_its_surroundings() {
        let old: String = (0..100).map(|n| format!("{n}\n")).collect();
        let (places, cut) = changes(&old, &old.replace("\n50\n", "\nfifty\n"));
        let lines: Vec<_> = places.iter().flatten().map(|line| line.text.as_str()).collect();
        assert_eq!((lines, cut), (vec!["47", "48", "49", "50", "fifty", "51", "52", "53"], false));
        assert!(changes(&old, &old).0.is_empty());
    }
}
