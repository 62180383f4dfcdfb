//! A text of the workspace that a research may read, whatever table it stands in.

use super::search_entry::SearchKind;

/// A text that a member may read: their own artifact or document, their own or a published post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryText {
    /// Artifact, post or document.
    pub kind: SearchKind,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text, at most 2 MiB; of an artifact that of the newest version.
    pub text: String,
    /// Where it is read, as a path of ours: `/artifacts/…`, `/posts/…`, `/library/…`.
    pub url_path: String,
}

impl LibraryText {
    /// The path of the page on which such a thing is read; `name` is its id, or a post's part of its address. Kept with
    /// what was cited: the pages must go on answering there.
    pub fn path(kind: SearchKind, name: &str) -> String {
        let place = match kind {
            SearchKind::Session | SearchKind::Message => "chat",
            SearchKind::Artifact => "artifacts",
            SearchKind::Task => "tasks",
            SearchKind::Post => "posts",
            SearchKind::Document => "library",
        };
        format!("/{place}/{name}")
    }
}
