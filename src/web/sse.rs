//! A run's events as `text/event-stream`: what was logged, then what comes, a heartbeat in silence.

use std::time::{Duration, Instant};

use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::App;
use super::auth::Standing;
use super::client::page_locale;
use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::markdown::{Block, BlockRenderer};
use crate::models::run::Run;
use crate::runs::{Batch, Event, kind};
use crate::services::research::steps;
use crate::web::pages::research::steps::{StepLine, place};

/// Silence after which a comment tells the reader, and any proxy between, that we are here.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(10);
/// Sent at once, so that the reader sees its connection open; a broken one is tried again after a second.
pub(super) const OPENING: &[u8] = b": stoa\nretry: 1000\n\n";

/// Sent in silence.
pub(super) const STILL_HERE: &[u8] = b": still here\n\n";

/// What a reader wants of an answer's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Pieces of text, as the model wrote them: `delta`.
    Events,
    /// Markdown blocks, rendered: `block`. Always from the beginning, so that each block is whole; a block
    /// replaces the one of its index.
    Blocks,
}

impl View {
    /// Reads the parameter `view`.
    ///
    /// # Errors
    /// `Invalid`, with the field `view`.
    pub fn parse(text: Option<&str>) -> AppResult<Self> {
        match text {
            None | Some("") => Ok(Self::Events),
            Some("blocks") => Ok(Self::Blocks),
            Some(_) => Err(AppError::field("view", "unknown_value")),
        }
    }
}

/// The stream of `run` after event number `after`, for as long as who sent `request` may read it. Closing it stops
/// nothing.
pub fn respond(app: &App, run: Run, after: i64, view: View, request: &HttpRequest) -> HttpResponse {
    let after = if view == View::Blocks { 0 } else { after };
    let writer = FrameWriter {
        message_id: run.message_id.clone(),
        locale: page_locale(request),
        blocks: (view == View::Blocks).then(BlockRenderer::default),
    };
    let events = app.runs.follow(run, after);
    answer(frames(events, writer, Standing::of(request)))
}

/// An answer that goes on: with the headers that keep proxies from collecting, changing or compressing it.
pub(super) fn answer(frames: impl Stream<Item = Result<Bytes, actix_web::Error>> + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-cache, no-transform"))
        .insert_header(("X-Accel-Buffering", "no"))
        .insert_header(ContentEncoding::Identity)
        .streaming(frames)
}

fn frames(
    events: impl Stream<Item = AppResult<Batch>>,
    mut writer: FrameWriter,
    standing: Standing,
) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    async_stream::stream! {
        yield Ok(Bytes::from_static(OPENING));
        tokio::pin!(events);
        let mut asked = Instant::now();
        loop {
            // Who was signed out or disabled meanwhile is sent away, and not let in again.
            if asked.elapsed() >= HEARTBEAT {
                if !standing.holds().await {
                    return;
                }
                asked = Instant::now();
            }
            match timeout(HEARTBEAT, events.next()).await {
                Err(_) => yield Ok(Bytes::from_static(STILL_HERE)),
                Ok(None) => return,
                Ok(Some(Ok(batch))) => yield Ok(Bytes::from(writer.write(&batch))),
                // The reader comes back by itself and goes on where it was.
                Ok(Some(Err(error))) => {
                    tracing::warn!(%error, "a stream was cut off");
                    return;
                }
            }
        }
    }
}

/// Turns events into frames for one reader.
struct FrameWriter {
    message_id: String,
    locale: Locale,
    blocks: Option<BlockRenderer>,
}

impl FrameWriter {
    fn write(&mut self, batch: &Batch) -> String {
        let mut out = String::new();
        let mut rendered = 0;
        for numbered in batch {
            let (seq, event) = (numbered.seq, &numbered.event);
            if let (Some(blocks), Event::Delta(text)) = (&mut self.blocks, event) {
                blocks.push(text);
                rendered = seq;
                continue;
            }
            // The text stands before what came after it, and is whole before the answer is called finished.
            self.write_blocks(&mut out, rendered, event.kind() == kind::MESSAGE);
            rendered = 0;
            frame(&mut out, event.kind(), seq, &self.data(event));
        }
        self.write_blocks(&mut out, rendered, false);
        out
    }

    fn write_blocks(&mut self, out: &mut String, seq: i64, finish: bool) {
        let Some(renderer) = &mut self.blocks else { return };
        let blocks = match finish {
            true => renderer.finish(),
            false if seq > 0 => renderer.changed(),
            false => return,
        };
        for Block { index, html, open } in blocks {
            let data = json!({ "message_id": self.message_id, "index": index, "html": html, "open": open });
            frame(out, "block", seq, &data.to_string());
        }
    }

    /// An event's data, with the sentences that depend on the reader's language.
    fn data(&self, event: &Event) -> String {
        let data = event.to_json(&self.message_id);
        let name = match event.kind() {
            kind::ERROR => "error",
            kind::STEP | kind::QUEUE => "title",
            _ => return data,
        };
        let Ok(Value::Object(mut object)) = serde_json::from_str(&data) else { return data };
        if self.blocks.is_some()
            && let Some(step) = steps::parse(&data)
        {
            object.insert("place".to_owned(), Value::String(place(&step)));
            let html = StepLine::new(&step, self.locale).html(self.locale).unwrap_or_default();
            object.insert("html".to_owned(), Value::String(html));
        }
        if !object.contains_key(name) {
            let sentence = self.sentence(event.kind(), &object);
            object.insert(name.to_owned(), Value::String(sentence));
        }
        Value::Object(object).to_string()
    }

    fn sentence(&self, kind: &str, data: &Map<String, Value>) -> String {
        let word = |name| data.get(name).and_then(Value::as_str).unwrap_or_default();
        match kind {
            kind::ERROR => self.locale.t(&format!("error.{}", word("code"))).into_owned(),
            kind::STEP => self.locale.t(&format!("step.{}", word("name"))).into_owned(),
            _ => in_queue(self.locale, data.get("position").and_then(Value::as_i64).unwrap_or_default()),
        }
    }
}

/// Tells whoever waits how many runs are worked on before theirs, itself included.
pub fn in_queue(locale: Locale, position: i64) -> String {
    locale.t_with("chat.queued", &[("n", &position.to_string())])
}

/// One frame. JSON never holds a raw line end, so the data is one line. A frame without a number of its own
/// leaves the reader's place where it is.
fn frame(out: &mut String, kind: &str, seq: i64, data: &str) {
    out.push_str("event: ");
    out.push_str(kind);
    if seq > 0 {
        out.push_str("\nid: ");
        out.push_str(&seq.to_string());
    }
    out.push_str("\ndata: ");
    out.push_str(data);
    out.push_str("\n\n");
}
