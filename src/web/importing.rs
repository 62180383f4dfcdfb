//! Runs an import beside the request that brought the file, so that whoever sent it may go; knows neither JSON nor pages.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::rt::{spawn, task::JoinHandle};

use super::App;
use super::beside::beside;
use super::upload::Upload;
use crate::db::DbConn;
use crate::error::AppResult;
use crate::i18n::Locale;
use crate::models::user::User;
use crate::services::import::{self, Imported, Incoming, Standing};

/// An import under way.
pub struct Started {
    /// Its id.
    pub id: String,
    /// Ends with it; nobody has to wait.
    pub task: JoinHandle<AppResult<Imported>>,
}

/// Reads a file beside the threads that serve, then stores it on a task of its own.
///
/// # Errors
/// Those of [`import::read`], and when the database fails.
pub async fn start(app: &App, user: User, file: Upload, locale: Locale) -> AppResult<Started> {
    let owner = user.clone();
    // Held from now on, so that a process told to end waits for all that it has promised.
    let promise = app.importing.token();
    let incoming = beside(move || import::read(&file.0, &owner, locale)).await??;
    let total = incoming.messages();
    let id = app.write_as(user.clone(), move |conn, user| import::begin(conn, user, total)).await?;
    // Begun here, so that nobody finds the import before it is counted.
    let stored = app.imports.begin(&id);
    let work = work(app.clone(), user, id.clone(), incoming, stored);
    let task = spawn(async move {
        let done = work.await;
        drop(promise);
        done
    });
    Ok(Started { id, task })
}

async fn work(
    app: App,
    user: User,
    id: String,
    incoming: Incoming,
    stored: Arc<AtomicUsize>,
) -> AppResult<Imported> {
    let (owner, place, counter) = (user.clone(), id.clone(), stored.clone());
    let store = move |conn: &mut DbConn, user: &User| import::store(conn, user, &place, incoming, &counter);
    let done = app.write_as(owner, store).await;
    if let Err(error) = &done {
        tracing::error!(%error, import = id, "an import failed and left nothing behind");
        let code = error.code();
        app.db.write(move |conn| import::fail(conn, &user, &id, code)).await?;
    }
    drop(stored);
    // Not waited for: the import is over, and its messages are only not found yet.
    spawn(async move { index(&app).await });
    done
}

/// Gives imports under way `grace` to finish; the others leave nothing behind.
pub async fn drain(app: &App, grace: Duration) {
    app.importing.close();
    if timeout(grace, app.importing.wait()).await.is_err() {
        tracing::warn!(imports = app.importing.len(), "stopping before imports have finished");
    }
}

/// Has the search find what imports have put off, a little at a time, so that others' writes come in between.
pub async fn index(app: &App) {
    loop {
        match app.db.write(import::index_some).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return tracing::warn!(%error, "imported messages wait to be indexed"),
        }
    }
}

/// How a member's import stands.
///
/// # Errors
/// `NotFound` for an unknown id and for somebody else's.
pub async fn find(app: &App, user: User, id: String) -> AppResult<Standing> {
    let (progress, alone) = (app.imports.clone(), app.db.is_exclusive());
    app.db.read(move |conn| import::find(conn, &user, &id, &progress, alone)).await
}
