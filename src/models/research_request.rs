//! What a run of a research is asked to do beyond its question; kept as its first checkpoint.

use serde::{Deserialize, Serialize};

/// The step under which it is kept.
pub const REQUEST: &str = "request";

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResearchRequest {
    /// Whether the plan is carried out without asking; as configured when absent.
    #[serde(default)]
    pub auto_approve: Option<bool>,
    /// The part of a report that is made anew.
    #[serde(default)]
    pub section: Option<SectionRequest>,
}

/// A section of a report that is made anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionRequest {
    /// The report.
    pub artifact_id: String,
    /// Its version.
    pub version: i64,
    /// Which of its sections, from 0.
    pub section: usize,
}
