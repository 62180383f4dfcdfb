//! What one reader of a run has seen, over all its connections; knows nothing of how it came.

use std::time::{Duration, Instant};

use serde_json::Value;

/// A piece of text as it was shown.
pub struct Shown {
    /// When.
    pub at: Instant,
    /// Its number in the run.
    pub seq: i64,
    /// What.
    pub text: String,
}

/// What a reader has seen.
#[derive(Default)]
pub struct Reading {
    /// The number of the last event.
    pub last: i64,
    /// Numbers that were left out.
    pub gaps: usize,
    /// Numbers that came again.
    pub repeats: usize,
    /// The number of the first event of an ending that came again, because the process that had shown more died before
    /// it had written that down.
    pub rewound_to: Option<i64>,
    /// When its connections broke.
    pub broken: Vec<Instant>,
    /// The text, in the order it came.
    pub shown: Vec<Shown>,
    /// The answer as the ending tells it.
    pub told: Option<String>,
    /// How the run ended.
    pub status: Option<String>,
    /// Why it failed.
    pub code: Option<String>,
}

impl Reading {
    /// Takes one frame.
    pub fn take(&mut self, frame: &str) {
        let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let Some(kind) = field("event") else { return };
        let data: Value = field("data").and_then(|data| serde_json::from_str(data).ok()).unwrap_or_default();
        let text = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let seq: i64 = field("id").and_then(|id| id.parse().ok()).unwrap_or_default();
        if seq > 0 {
            self.count(kind, seq);
        }
        match kind {
            "delta" => {
                let text = text("/text").unwrap_or_default();
                self.shown.push(Shown { at: Instant::now(), seq, text });
            }
            "message" => self.told = text("/message/content"),
            "error" => self.code = text("/code"),
            "end" => self.status = text("/status"),
            _ => {}
        }
    }

    fn count(&mut self, kind: &str, seq: i64) {
        match seq - self.last {
            1 => {}
            2.. => self.gaps += 1,
            _ if matches!(kind, "error" | "message" | "end") && self.rewound_to.is_none() => {
                self.rewound_to = Some(seq);
            }
            _ => self.repeats += 1,
        }
        self.last = seq;
    }

    /// How long before its connection broke each piece was shown that is not in the answer, because its process died before it
    /// had written it down.
    pub fn lost(&self) -> impl Iterator<Item = Duration> {
        let from = self.rewound_to.unwrap_or(i64::MAX);
        self.shown.iter().filter(move |shown| shown.seq >= from).map(|shown| self.left(shown.at))
    }

    /// From `moment` to the next time the connection broke.
    fn left(&self, moment: Instant) -> Duration {
        let later = self.broken.iter().filter_map(|broken| broken.checked_duration_since(moment));
        later.min().unwrap_or(Duration::MAX)
    }

    /// Whether the ending holds exactly the text that was shown, but for what was lost.
    pub fn agrees(&self) -> bool {
        let from = self.rewound_to.unwrap_or(i64::MAX);
        let kept = self.shown.iter().filter(|shown| shown.seq < from).map(|shown| shown.text.as_str());
        self.told.as_deref() == Some(kept.collect::<String>().as_str())
    }
}
