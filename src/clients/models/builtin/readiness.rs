//! How far the weights are; knows nothing of where they come from.

use serde::Serialize;
use tokio::sync::watch;

/// Whether the built-in model can answer, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Readiness {
    /// There are no weights, and nobody fetches them.
    Missing,
    /// They are on their way.
    Fetching {
        /// 0 to 100, of the bytes.
        percent: u8,
    },
    /// They are here and being converted, which takes some seconds.
    Preparing,
    /// The model can answer.
    Ready,
    /// They could not be brought.
    Failed {
        /// A sentence that says what to do.
        reason: String,
    },
}

impl Readiness {
    /// Whether somebody is at work on it.
    pub fn is_underway(&self) -> bool {
        matches!(self, Self::Fetching { .. } | Self::Preparing)
    }
}

/// Tells those who watch that `done` of `total` bytes are here; they hear of every percent once.
pub(super) fn report(progress: &watch::Sender<Readiness>, done: u64, total: u64) {
    let percent = done.saturating_mul(100).checked_div(total).unwrap_or(0).min(100);
    let state = Readiness::Fetching { percent: u8::try_from(percent).unwrap_or(100) };
    progress.send_if_modified(|current| {
        let changed = *current != state;
        *current = state;
        changed
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_percent_is_told_once() {
        let (sender, mut receiver) = watch::channel(Readiness::Missing);
        report(&sender, 500, 1000);
        assert_eq!(*receiver.borrow_and_update(), Readiness::Fetching { percent: 50 });
        report(&sender, 505, 1000);
        assert!(!receiver.has_changed().unwrap());
        report(&sender, 2000, 1000);
        assert_eq!(*receiver.borrow_and_update(), Readiness::Fetching { percent: 100 });
        report(&sender, 1, 0);
        assert_eq!(*receiver.borrow_and_update(), Readiness::Fetching { percent: 0 });
    }
}
