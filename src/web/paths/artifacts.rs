//! Artifacts and their versions.

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

/// One version of an artifact as a file to be saved.
pub fn raw_artifact(id: &str, version: &i64) -> String {
    format!("/api/artifacts/{id}/raw?version={version}&download=1")
}
