//! One artifact, and its end.

use std::sync::Arc;

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;

use super::content::{Shown, shown};
use super::list::kind_label;
use crate::db::DbConn;
use crate::models::artifact::ArtifactKind;
use crate::models::user::User;
use crate::services::artifacts::{self, FullArtifact};
use crate::services::research::view;
use crate::web::api::artifacts::WhichVersion;
use crate::web::auth::PageUser;
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Ids, Query};
use crate::web::pages::chat::turn::language;
use crate::web::pages::confirm::{Confirm, Yes};
use crate::web::pages::frame::Frame;
use crate::web::pages::listing::Listing;
use crate::web::pages::moment::Moment;
use crate::web::pages::origin::Origin;
use crate::web::pages::reader::Reader;
use crate::web::pages::research::report::ReportView;
use crate::web::pages::respond::{done, page};
use crate::web::{App, paths};

/// `GET /artifacts/{id}`.
#[derive(Template)]
#[template(path = "artifacts/show.html")]
struct ArtifactPage {
    frame: Frame,
    listing: Listing,
    id: String,
    title: String,
    kind: &'static str,
    origin: Option<Origin>,
    /// The version that is shown.
    version: i64,
    /// Whether there is a newer one.
    earlier: bool,
    tags: Vec<String>,
    updated: Moment,
    /// Whether browsers show the bytes as text rather than save them.
    readable: bool,
    content: Shown,
    /// What is known of it when it is a report.
    report: Option<ReportView>,
    /// The language of the text.
    lang: &'static str,
}

/// Shows an artifact, or an earlier version of it.
pub async fn show(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    which: Query<WhichVersion>,
) -> WebResult<HttpResponse> {
    let markdown = Arc::clone(&app.markdown);
    let load = move |conn: &mut DbConn| {
        let FullArtifact { artifact: row, content } =
            artifacts::find(conn, &user.0, &id.0, which.0.version.as_deref())?;
        let updated = reader.clock().ago(row.updated_at.millis(), reader.locale(Some(&user.0)));
        let origin = Origin::find(conn, &user.0, row.session_id.as_deref())?;
        let earlier = artifacts::newest_version(conn, &user.0, &row.id)? != row.version;
        let known = view::of_artifact(conn, &row)?;
        let (clock, frame) = (reader.clock(), reader.frame(conn, &user.0, None)?);
        Ok(move || ArtifactPage {
            report: known.map(|(report, cited, sources)| {
                let shown = ReportView::new(&cited, Some(&report), &content, clock, frame.locale);
                shown.with_sources(&cited, &sources, clock, frame.locale)
            }),
            lang: language(&content),
            frame,
            listing: Listing::new(paths::ARTIFACTS, None, &[]),
            origin,
            content: shown(row.kind, row.language.as_deref(), &content, &markdown),
            kind: kind_label(row.kind),
            readable: !matches!(row.kind, ArtifactKind::Html | ArtifactKind::Svg),
            version: row.version,
            earlier,
            tags: row.tags.words(),
            updated,
            id: row.id,
            title: row.title,
        })
    };
    page(&beside(app.db.read(load).await?).await?)
}

/// Keeps an answer as an artifact.
pub async fn keep_answer(user: PageUser, app: App, session: Session, ids: Ids) -> WebResult<HttpResponse> {
    let Ids(chat, message) = ids;
    let keep = move |conn: &mut DbConn, user: &User| artifacts::keep_answer(conn, user, &chat, &message);
    let kept = app.write_as(user.0, keep).await?;
    done(&session, "flash.artifact_kept", &paths::artifact(&kept.artifact.id))
}

/// Asks whether an artifact may be deleted.
pub async fn delete_form(user: PageUser, app: App, reader: Reader, id: Id) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let row = artifacts::find(conn, &user.0, &id.0, None)?.artifact;
        let frame = reader.frame(conn, &user.0, None)?;
        Ok(Confirm {
            title: "artifacts.delete",
            question: frame.t_with("delete.question", "name", row.title),
            consequence: Some(frame.t_with("artifacts.delete_consequence", "n", row.version)),
            yes: Yes::DELETE,
            action: paths::delete_artifact(&row.id),
            back: paths::artifact(&row.id),
            frame,
        })
    };
    page(&app.db.read(load).await?)
}

/// Deletes an artifact with all its versions.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    app.write_as(user.0, move |conn, user| artifacts::delete(conn, user, &id.0)).await?;
    done(&session, "flash.artifact_deleted", paths::ARTIFACTS)
}
