//! An event stream, read frame by frame.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;
use tokio::time::timeout;

/// How long a test waits for a frame that must come; reached only by a failing test.
const PATIENCE: Duration = Duration::from_secs(20);

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub event: String,
    pub id: Option<i64>,
    pub data: Value,
}

/// A stream being read.
pub struct Frames {
    response: Response,
    buffer: Vec<u8>,
}

impl Frames {
    pub fn new(response: Response) -> Self {
        Self { response, buffer: Vec::new() }
    }

    /// The next event; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            // A chunk may end inside a letter; a whole frame does not.
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let rest = self.buffer.split_off(end + 2);
                let block = std::mem::replace(&mut self.buffer, rest);
                let frame = parse(std::str::from_utf8(&block).unwrap().trim_end_matches('\n'));
                if frame.is_some() {
                    return frame;
                }
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("a frame in time");
            let Ok(Some(chunk)) = chunk else { return None };
            self.buffer.extend_from_slice(&chunk);
        }
    }

    /// The next event of that kind.
    pub async fn next_of(&mut self, event: &str) -> Frame {
        loop {
            let frame = self.next().await.unwrap_or_else(|| panic!("no more `{event}`"));
            if frame.event == event {
                return frame;
            }
        }
    }

    /// All events that are left.
    pub async fn rest(mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }
}

fn parse(block: &str) -> Option<Frame> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let data = field("data")?;
    Some(Frame {
        event: field("event").unwrap_or("message").to_owned(),
        id: field("id").map(|id| id.parse().unwrap()),
        data: serde_json::from_str(data).unwrap(),
    })
}

/// The kinds of events, in order, neighbours of one kind counted once.
pub fn kinds(frames: &[Frame]) -> Vec<&str> {
    let mut kinds: Vec<&str> = frames.iter().map(|frame| frame.event.as_str()).collect();
    kinds.dedup();
    kinds
}

/// The text of all pieces.
pub fn text(frames: &[Frame]) -> String {
    frames
        .iter()
        .filter(|frame| frame.event == "delta")
        .map(|frame| frame.data["text"].as_str().unwrap())
        .collect()
}
