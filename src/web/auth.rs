//! Who calls. A handler that needs somebody has one of these as a parameter, so it cannot forget to ask.
//!
//! One function decides for cookies and tokens alike, and reads the member's row anew unless it is certain that it
//! has not changed: somebody who was disabled or signed out is out at once.

use std::future::Future;
use std::pin::Pin;

use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};

use super::App;
use super::client::{Sender, header_text};
use super::errors::{WebError, WebResult};
use crate::error::{AppError, AppResult};
use crate::models::login_session::LoginSession;
use crate::models::new_id;
use crate::models::user::User;
use crate::services::login_sessions::{self, keys};
use crate::services::{accounts, known, secrets, tokens};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, WebError>>>>;

/// Somebody, or a 401.
pub struct ApiUser(pub User);

impl FromRequest for ApiUser {
    type Error = WebError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = Caller::of(request);
        Box::pin(async move { Ok(Self(caller.user().await?.ok_or(AppError::Unauthorized)?)) })
    }
}

/// Somebody signed in in a browser, or the way to sign-in and back.
pub struct PageUser(pub User);

impl FromRequest for PageUser {
    type Error = WebError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = Caller::of(request);
        let next = match request.method().is_safe() {
            true => request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            false => String::new(),
        };
        Box::pin(async move { Ok(Self(caller.user().await?.ok_or(WebError::SignIn { next })?)) })
    }
}

/// Somebody or nobody: for public pages.
pub struct MaybeUser(pub Option<User>);

impl FromRequest for MaybeUser {
    type Error = WebError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = Caller::of(request);
        Box::pin(async move { Ok(Self(caller.user().await?)) })
    }
}

/// Whether a caller may still be served, for answers that take long.
pub struct Standing {
    caller: Caller,
    device: Option<String>,
}

impl Standing {
    /// That of whoever sends `request`.
    pub fn of(request: &HttpRequest) -> Self {
        Self { caller: Caller::of(request), device: device_id(&request.get_session()) }
    }

    /// Whether the token, or the session in the browser, still holds. Nobody is sent away because the database is.
    pub async fn holds(&self) -> bool {
        match self.caller.user().await {
            Ok(Some(user)) => self.is_signed_in(user).await,
            Ok(None) => false,
            Err(_) => true,
        }
    }

    async fn is_signed_in(&self, user: User) -> bool {
        let (Some(app), Credential::Session(_)) = (&self.caller.app, &self.caller.credential) else {
            return true;
        };
        let devices = app.db.read(move |conn| login_sessions::list(conn, &user)).await;
        let known = |device: &LoginSession| Some(&device.id) == self.device.as_ref();
        devices.is_err() || devices.is_ok_and(|devices| devices.iter().any(known))
    }
}

/// What a request presents to be known by.
struct Caller {
    app: Option<App>,
    credential: Credential,
}

#[derive(Clone)]
enum Credential {
    Bearer(String),
    Session(String),
    Nothing,
}

impl Caller {
    fn of(request: &HttpRequest) -> Self {
        let app = request.app_data::<web::Data<crate::state::AppState>>().cloned();
        Self { app, credential: Credential::of(request) }
    }

    async fn user(&self) -> WebResult<Option<User>> {
        let Some(app) = &self.app else { return Ok(None) };
        Ok(match self.credential.clone() {
            Credential::Bearer(secret) => by_token(app, &secret).await?,
            Credential::Session(id) => app.db.read(move |conn| accounts::find_active(conn, &id)).await?,
            Credential::Nothing => None,
        })
    }
}

impl Credential {
    /// A bearer token, even a bad one, is all that counts when there is one.
    fn of(request: &HttpRequest) -> Self {
        if request.headers().contains_key(header::AUTHORIZATION) {
            return bearer(request).map_or(Self::Nothing, |secret| Self::Bearer(secret.to_owned()));
        }
        match request.get_session().get::<String>(keys::USER_ID) {
            Ok(Some(id)) => Self::Session(id),
            _ => Self::Nothing,
        }
    }
}

/// The bearer token of a request.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    let (scheme, secret) = header_text(request, &header::AUTHORIZATION)?.split_once(' ')?;
    Some(secret.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
}

async fn by_token(app: &App, secret: &str) -> AppResult<Option<User>> {
    let hash = secrets::hash(secret);
    // Asked before the row is read, so that a change in between is not missed.
    let changes = app.db.changes(known::TOKENS);
    let known = changes.and_then(|changes| app.known_tokens.find(&hash, changes));
    if let Some((_, user)) = known.filter(|(token, _)| !tokens::is_over(token)) {
        return Ok(Some(user));
    }
    let asked = hash.clone();
    let found = app.db.read(move |conn| tokens::authenticate(conn, &asked)).await?;
    let Some((token, user)) = found else { return Ok(None) };
    if tokens::is_touch_due(&token) {
        let (db, id) = (app.db.clone(), token.id.clone());
        // Nobody waits for the note; losing one costs nothing.
        actix_web::rt::spawn(async move { db.write(move |conn| tokens::touch(conn, &id)).await });
    }
    if let Some(changes) = changes {
        app.known_tokens.remember(hash, (token, user.clone()), changes);
    }
    Ok(Some(user))
}

/// Where a browser's session keeps the address that ends the session at the provider it came in with.
const END_SESSION: &str = "end_session";
/// The longest such address that is kept, in bytes; servers read no longer ones.
const LONGEST_END: usize = 8000;

/// Signs `user` in in this browser under a new key, so that a key from before is worth nothing, and nothing of whoever
/// was signed in before is left.
///
/// # Errors
/// `Internal`, when the session cannot be written.
pub fn sign_in(session: &Session, user: &User, sender: &Sender) -> WebResult<()> {
    session.clear();
    session.renew();
    let facts = [
        (keys::USER_ID, &user.id),
        (keys::DEVICE_ID, &new_id()),
        (keys::USER_AGENT, &sender.user_agent),
        (keys::ADDRESS, &sender.address),
    ];
    for (key, value) in facts {
        session.insert(key, value).map_err(|error| AppError::Internal(anyhow::anyhow!("{error}")))?;
    }
    Ok(())
}

/// Remembers where the provider that vouched for who is signed in ends its own session.
///
/// # Errors
/// `Internal`, when the session cannot be written.
pub fn remember_provider(session: &Session, end: Option<&str>) -> WebResult<()> {
    match end.filter(|url| url.len() <= LONGEST_END) {
        Some(url) => session
            .insert(END_SESSION, url)
            .map_err(|error| AppError::Internal(anyhow::anyhow!("{error}")).into()),
        None => Ok(()),
    }
}

/// Signs this browser out; where the provider it came in with ends its session, if there is such a place.
pub fn sign_out(session: &Session) -> Option<String> {
    let end = session.get(END_SESSION).ok().flatten();
    session.purge();
    end
}

/// The id under which this browser stands in the list of signed-in devices.
pub fn device_id(session: &Session) -> Option<String> {
    session.get(keys::DEVICE_ID).ok().flatten()
}
