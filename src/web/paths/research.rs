//! Researches: how one begins, its plan, what it has read, and its reports beside each other.

use std::fmt::Display;

use super::{artifact, chat};

/// The form of a new research.
pub const RESEARCH: &str = "/research";

/// What a member says to the plan of a run (POST).
pub fn plan(session: &str, run: &str) -> String {
    format!("{}/runs/{run}/plan", chat(session))
}

/// What a session has read under a number.
pub fn source(session: &str, number: impl Display) -> String {
    format!("{}/sources/{number}", chat(session))
}

/// A passage of it, by its bytes.
pub fn passage(session: &str, number: impl Display, start: i64, end: i64) -> String {
    format!("{}?from={start}&to={end}#passage", source(session, number))
}

/// Tasks out of the open questions of a report (POST).
pub fn report_tasks(report: &str) -> String {
    format!("{}/tasks", artifact(report))
}

/// A section of a report made anew (POST).
pub fn report_sections(report: &str) -> String {
    format!("{}/sections", artifact(report))
}

/// The form that puts another report beside one.
pub fn compare(report: &str) -> String {
    format!("{}/compare", artifact(report))
}

/// A report with all that stands behind it, as a file.
pub fn evidence(report: &str, version: &i64) -> String {
    format!("/api/artifacts/{report}/evidence?version={version}")
}

/// A report as a page that stands alone, as a file.
pub fn report_html(report: &str, version: &i64) -> String {
    format!("/api/artifacts/{report}/export?format=html&version={version}")
}
