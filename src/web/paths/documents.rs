//! Documents: what a member gave to be read.

/// Documents: the list (GET) and a new one (POST).
pub const LIBRARY: &str = "/library";

/// One document.
pub fn document(id: &str) -> String {
    format!("{LIBRARY}/{id}")
}

/// The question before a document is deleted.
pub fn delete_document(id: &str) -> String {
    format!("{LIBRARY}/{id}/delete")
}

/// The file a document was read from, to be saved.
pub fn raw_document(id: &str) -> String {
    format!("/api/documents/{id}/raw")
}
