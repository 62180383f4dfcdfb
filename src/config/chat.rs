//! How models are shown conversations that are too long for them: `[chat]`.

use std::time::Duration;

use anyhow::ensure;
use serde::Deserialize;

/// Conversations.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChatConfig {
    /// Whether a model is asked to sum up what no longer fits into its context, and goes on from that; otherwise it is left
    /// out.
    pub summaries: bool,
    /// Seconds an answer waits for a summary before it does without.
    pub summary_timeout_seconds: u32,
}

impl Default for ChatConfig {
    fn default() -> Self {
        Self { summaries: false, summary_timeout_seconds: 30 }
    }
}

impl ChatConfig {
    /// How long an answer waits for a summary.
    pub fn summary_timeout(self) -> Duration {
        Duration::from_secs(u64::from(self.summary_timeout_seconds))
    }

    /// Refuses a time in which nothing can be written.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub(super) fn check(self) -> anyhow::Result<()> {
        ensure!(
            self.summary_timeout_seconds > 0,
            "chat.summary_timeout_seconds must be 1 or more; to have no summaries, leave chat.summaries out"
        );
        Ok(())
    }
}
