//! Artifacts and their versions.

use std::fmt::Display;

/// Artifacts: the list (GET) and a new one (POST).
pub const ARTIFACTS: &str = "/artifacts";
/// The form of a new artifact.
pub const NEW_ARTIFACT: &str = "/artifacts/new";

/// One artifact.
pub fn artifact(id: &str) -> String {
    format!("{ARTIFACTS}/{id}")
}

/// One version of an artifact.
pub fn artifact_version(id: &str, version: &i64) -> String {
    format!("{ARTIFACTS}/{id}?version={version}")
}

/// The form of an artifact.
pub fn edit_artifact(id: &str) -> String {
    format!("{ARTIFACTS}/{id}/edit")
}

/// The question before an artifact is deleted.
pub fn delete_artifact(id: &str) -> String {
    format!("{ARTIFACTS}/{id}/delete")
}

/// The versions of an artifact.
pub fn versions(id: &str) -> String {
    format!("{ARTIFACTS}/{id}/versions")
}

/// What changed between two versions of an artifact, `from` and `to`.
pub fn diff(id: &str) -> String {
    format!("{ARTIFACTS}/{id}/diff")
}

/// What changed from one version of an artifact to another.
pub fn diff_between(id: &str, from: impl Display, to: impl Display) -> String {
    format!("{}?from={from}&to={to}", diff(id))
}

/// The form of an artifact with the content that an earlier version had.
pub fn edit_version(id: &str, version: &i64) -> String {
    format!("{}?version={version}", edit_artifact(id))
}

/// One version of an artifact as it is: as text where that is safe.
pub fn raw_artifact(id: &str, version: &i64) -> String {
    format!("/api/artifacts/{id}/raw?version={version}")
}

/// One version of an artifact as a file to be saved.
pub fn download_artifact(id: &str, version: &i64) -> String {
    format!("{}&download=1", raw_artifact(id, version))
}
