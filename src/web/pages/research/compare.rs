//! Two reports beside each other: what each rests on, which sources they share, and how their texts differ.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;
use similar::ChangeTag;

use super::panel::address;
use super::report::ReportView;
use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::user::User;
use crate::services::artifacts::{self, FullArtifact};
use crate::services::research::view::{self, Cited, Known};
use crate::web::App;
use crate::web::auth::PageUser;
use crate::web::beside::beside;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Query};
use crate::web::pages::artifacts::changes::Changes;
use crate::web::pages::frame::Frame;
use crate::web::pages::reader::Reader;
use crate::web::pages::respond::page;
use crate::web::paths;

/// `GET /artifacts/{id}/compare`.
#[derive(Template)]
#[template(path = "research/compare.html")]
struct ComparePage {
    frame: Frame,
    id: String,
    title: String,
    others: Vec<Other>,
    pair: Option<Pair>,
}

/// A report to choose.
struct Other {
    id: String,
    title: String,
    /// The day on which it was made.
    day: String,
    chosen: bool,
}

/// Two reports.
struct Pair {
    sides: [Side; 2],
    /// Sources that both cite.
    shared: Vec<Shared>,
    changes: Changes,
}

/// One of them.
struct Side {
    id: String,
    title: String,
    report: ReportView,
    /// Sources that it alone cites.
    own: Vec<Place>,
    /// Sources that it cites in all.
    sources: usize,
}

/// A source that both cite.
struct Shared {
    source: Place,
    /// What each quotes.
    quotes: [Vec<String>; 2],
    /// Whether both quote the same.
    same: bool,
}

/// A source.
struct Place {
    title: String,
    url: Option<String>,
    outside: bool,
}

/// Which report is put beside.
#[derive(Debug, Default, Deserialize)]
pub struct Compared {
    with: Option<String>,
}

/// Shows the form, and both reports once another one is chosen.
pub async fn show(
    user: PageUser,
    app: App,
    reader: Reader,
    id: Id,
    compared: Query<Compared>,
) -> WebResult<HttpResponse> {
    let load = move |conn: &mut DbConn| {
        let (clock, locale) = (reader.clock(), reader.locale(Some(&user.0)));
        let with = compared.0.with.filter(|id| !id.is_empty());
        let (left, known, cited) = find(conn, &user.0, &id.0)?;
        let right = with.as_deref().map(|id| find(conn, &user.0, id)).transpose()?;
        let others = view::reports(conn, &user.0)?.into_iter();
        let others =
            others.filter(|(_, report)| report.artifact_id != left.artifact.id).map(|(title, report)| {
                let chosen = with.as_ref() == Some(&report.artifact_id);
                Other { title, day: clock.day_of(report.created_at.millis()), chosen, id: report.artifact_id }
            });
        let (others, frame) = (others.collect(), reader.frame(conn, &user.0, None)?);
        let (id, title) = (left.artifact.id.clone(), left.artifact.title.clone());
        Ok(move || {
            let side = |full: &FullArtifact, known: &Known, cited: &Cited| Side {
                id: full.artifact.id.clone(),
                title: full.artifact.title.clone(),
                report: ReportView::new(cited, Some(known), &full.content, clock, locale),
                own: Vec::new(),
                sources: by_source(known).len(),
            };
            let pair = right.map(|(right, other, theirs)| {
                let mut sides = [side(&left, &known, &cited), side(&right, &other, &theirs)];
                let shared = share(&mut sides, [&known, &other]);
                Pair { sides, shared, changes: Changes::between(&left.content, &right.content) }
            });
            ComparePage { frame, id, title, others, pair }
        })
    };
    page(&beside(app.db.read(load).await?).await?)
}

fn find(conn: &mut DbConn, user: &User, id: &str) -> AppResult<(FullArtifact, Known, Cited)> {
    let full = artifacts::find(conn, user, id, None)?;
    let (known, cited, _) =
        view::of_artifact(conn, &full.artifact)?.ok_or(AppError::NotFound(Thing::Artifact))?;
    Ok((full, known, cited))
}

/// What a report quotes from each source, by its address.
fn by_source(report: &Known) -> BTreeMap<&str, (Place, Vec<String>)> {
    let mut found: BTreeMap<&str, (Place, Vec<String>)> = BTreeMap::new();
    for citation in report.content.citations.iter().filter(|citation| citation.source.is_some()) {
        let (url, outside) = address(&citation.url);
        let title = if citation.title.is_empty() { citation.url.clone() } else { citation.title.clone() };
        let source = Place { title, url, outside };
        let (_, quotes) = found.entry(citation.url.as_str()).or_insert((source, Vec::new()));
        if !quotes.contains(&citation.quote) {
            quotes.push(citation.quote.clone());
        }
    }
    found
}

/// Gives each side what it alone cites; what both cite comes back.
fn share(sides: &mut [Side; 2], reports: [&Known; 2]) -> Vec<Shared> {
    let [left, right] = sides;
    let [ours, mut theirs] = reports.map(by_source);
    let mut shared = Vec::new();
    for (url, (source, quotes)) in ours {
        match theirs.remove(url) {
            None => left.own.push(source),
            Some((_, others)) => {
                let alike = quotes.iter().all(|quote| others.contains(quote));
                let same = alike && quotes.len() == others.len();
                shared.push(Shared { source, quotes: [quotes, others], same });
            }
        }
    }
    right.own.extend(theirs.into_values().map(|(source, _)| source));
    shared
}
