//! What happens in a run, and how it stands in the log.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::db::Time;
use crate::models::run::{Run, RunJson};
use crate::models::run_event::RunEventRow;

/// The kinds of events that this layer itself makes or reads.
pub mod kind {
    /// A piece of the answer's text.
    pub const DELTA: &str = "delta";
    /// A piece of the model's thoughts.
    pub const REASONING: &str = "reasoning";
    /// How many runs are worked on before one that waits, itself included. Told to those who wait, never logged.
    pub const QUEUE: &str = "queue";
    /// The run as it began.
    pub const RUN: &str = "run";
    /// Something the run is busy with.
    pub const STEP: &str = "step";
    /// What a research is going to do, and how that stands.
    pub const PLAN: &str = "plan";
    /// Something that a research has read.
    pub const SOURCE: &str = "source";
    /// A report that a research has written.
    pub const ARTIFACT: &str = "artifact";
    /// The session has a new name.
    pub const TITLE: &str = "title";
    /// The finished answer.
    pub const MESSAGE: &str = "message";
    /// Why the answer broke off; the sentence is added for each reader's language.
    pub const ERROR: &str = "error";
    /// The last event.
    pub const END: &str = "end";

    /// What a research did on its way: kept for as long as the run is.
    pub const STEPS: [&str; 3] = [STEP, PLAN, SOURCE];
}

/// One event. Cheap to clone: readers share the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A piece of the answer's text.
    Delta(Arc<str>),
    /// A piece of the model's thoughts.
    Reasoning(Arc<str>),
    /// Anything else: a kind and a JSON object.
    Other(Arc<str>, Arc<str>),
}

impl Event {
    /// An event with a JSON object.
    pub fn new(kind: &str, data: &Value) -> Self {
        Self::Other(kind.into(), data.to_string().into())
    }

    /// The name of its kind.
    pub fn kind(&self) -> &str {
        match self {
            Self::Delta(_) => kind::DELTA,
            Self::Reasoning(_) => kind::REASONING,
            Self::Other(kind, _) => kind,
        }
    }

    /// The piece of text that it is; empty for anything else.
    pub fn text(&self) -> &str {
        match self {
            Self::Delta(text) | Self::Reasoning(text) => text,
            Self::Other(..) => "",
        }
    }

    /// Its data as readers get it, a JSON object; pieces of text name the message they belong to.
    pub fn to_json(&self, message_id: &str) -> String {
        match self {
            Self::Delta(text) | Self::Reasoning(text) => {
                json!({ "message_id": message_id, "text": &**text }).to_string()
            }
            Self::Other(_, data) => data.to_string(),
        }
    }
}

/// An event and its number in the run, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// The number.
    pub seq: i64,
    /// The event.
    pub event: Event,
}

/// About how many bytes a reader is given at once: so much it may leave lying without being any burden.
const BATCH: usize = 64 * 1024;
/// What an event takes beside its text when it is sent.
const FRAME: usize = 128;

/// As many of the first `events` as a reader is given at once; one at least.
pub(super) fn batch(events: impl Iterator<Item = Numbered>) -> Vec<Numbered> {
    let mut size = 0;
    let fits = |numbered: &Numbered| {
        let fits = size < BATCH;
        size += FRAME + numbered.event.text().len();
        fits
    };
    events.take_while(fits).collect()
}

/// The event with which the work on a run begins.
pub(super) fn run_event(run: &Run) -> Event {
    Event::new(kind::RUN, &json!({ "run": RunJson::from(run.clone()) }))
}

/// Puts events, the first of which has number `first`, into rows: neighbouring pieces of one kind share one.
pub(super) fn to_rows(run_id: &str, first: i64, events: &[Event]) -> Vec<RunEventRow> {
    let now = Time::now();
    let mut rows = Vec::new();
    let mut seq = first;
    for group in events.chunk_by(|a, b| a.kind() == b.kind() && !matches!(a, Event::Other(..))) {
        let length = i64::try_from(group.len()).unwrap_or_default();
        rows.push(RunEventRow {
            run_id: run_id.to_owned(),
            seq,
            last_seq: seq + length - 1,
            kind: group.first().map_or(kind::END, Event::kind).to_owned(),
            data: group_data(group),
            created_at: now,
        });
        seq += length;
    }
    rows
}

fn group_data(group: &[Event]) -> String {
    let pieces: Vec<&str> = group
        .iter()
        .filter_map(|event| match event {
            Event::Delta(text) | Event::Reasoning(text) => Some(&**text),
            Event::Other(..) => None,
        })
        .collect();
    match group {
        [Event::Other(_, data)] => data.to_string(),
        _ => json!(pieces).to_string(),
    }
}

/// The events of a row, each with its own number.
pub(super) fn from_row(row: &RunEventRow) -> Vec<Numbered> {
    let make: fn(Arc<str>) -> Event = match row.kind.as_str() {
        kind::DELTA => Event::Delta,
        kind::REASONING => Event::Reasoning,
        other => {
            let event = Event::Other(other.into(), row.data.as_str().into());
            return vec![Numbered { seq: row.seq, event }];
        }
    };
    let pieces: Vec<Arc<str>> = serde_json::from_str::<Vec<String>>(&row.data)
        .unwrap_or_default()
        .into_iter()
        .map(Arc::from)
        .collect();
    (row.seq..).zip(pieces).map(|(seq, text)| Numbered { seq, event: make(text) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(texts: &[&str]) -> Vec<Numbered> {
        (1..).zip(texts).map(|(seq, text)| Numbered { seq, event: Event::Delta((*text).into()) }).collect()
    }

    #[test]
    fn a_reader_is_given_so_much_at_once_and_one_event_in_any_case() {
        let long = "x".repeat(BATCH);
        let events = numbered(&["a", &long, "b"]);
        assert_eq!(batch(events.iter().cloned()).len(), 2);
        assert_eq!(batch(events.iter().skip(1).cloned()).len(), 1);
        let small = vec!["x"; BATCH];
        assert_eq!(batch(numbered(&small).into_iter()).len(), BATCH.div_ceil(FRAME + 1));
        assert!(batch(std::iter::empty()).is_empty());
    }
}
