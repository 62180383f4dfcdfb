//! A step of a research, as its event in the run's log tells of it.

use serde::{Deserialize, Serialize};

use crate::db::text_enum;

text_enum! {
    /// How a step stands.
    StepStatus {
        /// It is being done.
        Running = "running",
        /// It is done.
        Done = "done",
        /// It gave nothing; the research went on without it.
        Failed = "failed",
        /// It was not needed.
        Skipped = "skipped",
    }
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What tells it from the run's other steps, such as `q1.search.1`.
    pub key: String,
    /// What is done: `step.<name>` is its title.
    pub name: String,
    /// How it stands.
    pub status: StepStatus,
    /// The question of the plan that it is for, from 1; `None` for what belongs to all.
    #[serde(default)]
    pub question: Option<i64>,
    /// What is searched, read, …
    #[serde(default)]
    pub detail: Option<String>,
    /// How much came of it; `step_count.<name>` says of what.
    #[serde(default)]
    pub count: Option<i64>,
    /// Why it failed: `error.<code>` for people.
    #[serde(default)]
    pub code: Option<String>,
}
