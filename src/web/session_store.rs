//! The browser's session as actix-session wants it kept: in the database, under the hash of the cookie's key.

use actix_session::SessionMiddleware;
use actix_session::config::{PersistentSession, TtlExtensionPolicy};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::error::InternalError;

use crate::db::Db;
use crate::error::AppError;
use crate::services::login_sessions::{self, SLIDING_DAYS, State};

/// The cookie's name.
pub const COOKIE: &str = "stoa_session";

/// Keeps sessions in `login_sessions`.
pub struct DbSessionStore {
    db: Db,
}

/// The middleware that loads and saves sessions. The cookie is signed with `key`, readable by the server alone,
/// and sent over https only when `secure`.
pub fn middleware(db: Db, key: Key, secure: bool) -> SessionMiddleware<DbSessionStore> {
    let lifetime = PersistentSession::default()
        .session_ttl(Duration::days(SLIDING_DAYS))
        .session_ttl_extension_policy(TtlExtensionPolicy::OnEveryRequest);
    SessionMiddleware::builder(DbSessionStore { db }, key)
        .cookie_name(COOKIE.to_owned())
        .cookie_secure(secure)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .session_lifecycle(lifetime)
        .build()
}

/// Whether a request failed because its session could not be read or kept: the database is away.
pub fn is_out_of_reach(error: &actix_web::Error) -> bool {
    error.as_error::<InternalError<anyhow::Error>>().is_some()
        || error.as_error::<InternalError<SaveError>>().is_some()
        || error.as_error::<InternalError<UpdateError>>().is_some()
}

impl SessionStore for DbSessionStore {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let key = key.as_ref().to_owned();
        self.db
            .read(move |conn| login_sessions::load(conn, &key))
            .await
            .map_err(|e| LoadError::Other(cause(e)))
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let saved = self.db.write(move |conn| login_sessions::save(conn, &state)).await;
        let key = saved.map_err(|e| SaveError::Other(cause(e)))?;
        key.try_into().map_err(|e| SaveError::Other(anyhow::anyhow!("{e}")))
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        let name = key.as_ref().to_owned();
        let written = self.db.write(move |conn| login_sessions::update(conn, &name, &state)).await;
        // When it was signed out meanwhile nothing was written, and the key names nothing any more.
        written.map(|_| key).map_err(|e| UpdateError::Other(cause(e)))
    }

    async fn update_ttl(&self, key: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        let name = key.as_ref().to_owned();
        let asked = name.clone();
        if self.db.read(move |conn| login_sessions::is_touch_due(conn, &asked)).await.map_err(cause)?
            && let Err(error) = self.db.write(move |conn| login_sessions::touch(conn, &name)).await
        {
            // The answer is made already; a note that is lost is made at the next use.
            tracing::warn!(%error, "the use of a session could not be noted");
        }
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let key = key.as_ref().to_owned();
        self.db.write(move |conn| login_sessions::delete(conn, &key)).await.map_err(cause)
    }
}

fn cause(error: AppError) -> anyhow::Error {
    match error {
        AppError::Internal(cause) | AppError::Unavailable(cause) => cause,
        other => anyhow::anyhow!("{other}"),
    }
}
