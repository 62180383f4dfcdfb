//! Settings: the providers one can sign in with.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::frame::Frame;
use super::login;
use super::moment::{Clock, Moment};
use super::reader::Reader;
use super::respond::{done, page};
use crate::clients::identity::IdentityProviders;
use crate::db::DbConn;
use crate::models::identity::Identity;
use crate::services::identities;
use crate::web::auth::PageUser;
use crate::web::errors::WebResult;
use crate::web::extract::{Id, Query};
use crate::web::{App, paths};

/// `GET /settings/identities`.
#[derive(Template)]
#[template(path = "settings/identities.html")]
struct IdentitiesPage {
    frame: Frame,
    /// Oldest first.
    identities: Vec<IdentityLine>,
    /// Those that can be linked.
    providers: Vec<Choice>,
    /// Why the last one could not be linked.
    problem: Option<String>,
    /// The id under which the log tells more about that.
    request_id: Option<String>,
}

/// One linked identity.
struct IdentityLine {
    id: String,
    /// The provider's label; its issuer, when it is not configured any more.
    provider: String,
    /// Whether its provider is configured, so that it can be used.
    usable: bool,
    /// The address told when it was linked.
    email: Option<String>,
    /// Its owner's id there, when there is no address to know it by.
    subject: String,
    linked: Moment,
    /// Whether there is another way to sign in.
    spare: bool,
}

/// One provider.
struct Choice {
    name: String,
    label: String,
}

/// What the way back from a provider may say.
#[derive(Deserialize)]
pub struct Outcome {
    error: Option<String>,
    id: Option<String>,
}

/// Lists the identities.
pub async fn list(
    user: PageUser,
    app: App,
    reader: Reader,
    query: Query<Outcome>,
) -> WebResult<HttpResponse> {
    let (user, known, outcome) = (user.0, app.identity_providers.clone(), query.0);
    let load = move |conn: &mut DbConn| {
        let (clock, locale) = (reader.clock(), reader.locale(Some(&user)));
        let (rows, issuers) = (identities::list(conn, &user)?, issuers(&known));
        let spare = |row: &Identity| identities::is_spare(&user, &rows, &row.id, &issuers);
        let lines = rows.iter().map(|row| IdentityLine::new(row, &known, spare(row), clock)).collect();
        Ok(IdentitiesPage {
            identities: lines,
            providers: known.iter().map(|one| Choice::of(one.name(), one.label())).collect(),
            problem: outcome.error.as_deref().map(|reason| login::failure(locale, Some(reason))),
            request_id: outcome.id.filter(|id| outcome.error.is_some() && login::is_request_id(id)),
            frame: reader.at(paths::IDENTITIES).frame(conn, &user, None)?,
        })
    };
    page(&app.db.read(load).await?)
}

/// Takes an identity away.
pub async fn delete(user: PageUser, app: App, session: Session, id: Id) -> WebResult<HttpResponse> {
    let issuers = issuers(&app.identity_providers);
    app.write_as(user.0, move |conn, user| identities::unlink(conn, user, &id.0, &issuers)).await?;
    done(&session, "flash.identity_unlinked", paths::IDENTITIES)
}

fn issuers(providers: &IdentityProviders) -> Vec<String> {
    providers.iter().map(|provider| provider.issuer().to_owned()).collect()
}

impl IdentityLine {
    fn new(row: &Identity, known: &IdentityProviders, spare: bool, clock: Clock) -> Self {
        let provider = known.iter().find(|provider| provider.issuer() == row.issuer);
        Self {
            id: row.id.clone(),
            usable: provider.is_some(),
            provider: provider.map_or_else(|| row.issuer.clone(), |provider| provider.label().to_owned()),
            email: row.email.clone(),
            subject: row.subject.clone(),
            linked: clock.day(row.created_at.millis()),
            spare,
        }
    }
}

impl Choice {
    fn of(name: &str, label: &str) -> Self {
        Self { name: name.to_owned(), label: label.to_owned() }
    }
}
