//! How a member's sessions stand, as `text/event-stream`: one stream for all of them, told when one changes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use actix_web::http::header::HeaderName;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::Stream;
use serde_json::Value;
use tokio::time::sleep;

use super::App;
use super::auth::Standing;
use super::client::header_text;
use super::sse::{self, HEARTBEAT, OPENING, STILL_HERE};
use crate::db::DbConn;
use crate::error::AppResult;

/// Changes that come within this time are told together.
const SETTLING: Duration = Duration::from_millis(100);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How things stand for one reader.
pub struct Scene {
    /// The name of the event.
    pub event: &'static str,
    /// A name for how they stand: who knows it is told nothing.
    pub version: String,
    /// A JSON object.
    pub data: Value,
}

/// A name for how something stands.
pub fn version(of: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    (hasher.finish() >> 1).to_string()
}

/// The stream of what `load` finds, whenever it is another than before: the first at once, unless the reader has it
/// already (`have`, or `Last-Event-ID` of one that comes back).
pub fn respond<L>(app: &App, user: &str, request: &HttpRequest, have: Option<String>, load: L) -> HttpResponse
where
    L: Fn(&mut DbConn) -> AppResult<Scene> + Clone + Send + 'static,
{
    let back = header_text(request, &LAST_EVENT_ID).map(str::to_owned);
    let have = back.or(have).unwrap_or_default();
    let standing = Standing::of(request);
    sse::answer(scenes(app.clone(), user.to_owned(), standing, have, load))
}

fn scenes<L>(
    app: App,
    user: String,
    standing: Standing,
    mut known: String,
    load: L,
) -> impl Stream<Item = Result<Bytes, actix_web::Error>>
where
    L: Fn(&mut DbConn) -> AppResult<Scene> + Clone + Send + 'static,
{
    async_stream::stream! {
        yield Ok(Bytes::from_static(OPENING));
        loop {
            let mut news = app.runs.watch_sessions(&user);
            match app.db.read(load.clone()).await {
                Ok(scene) if scene.version != known => {
                    let Scene { event, version, data } = scene;
                    yield Ok(Bytes::from(format!("event: {event}\nid: {version}\ndata: {data}\n\n")));
                    known = version;
                }
                Ok(_) => {}
                // The reader comes back by itself.
                Err(error) => {
                    tracing::warn!(%error, "a stream of sessions was cut off");
                    return;
                }
            }
            if news.wait(HEARTBEAT).await {
                sleep(SETTLING).await;
            } else if standing.holds().await {
                yield Ok(Bytes::from_static(STILL_HERE));
            } else {
                return;
            }
        }
    }
}
