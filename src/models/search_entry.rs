//! What a search finds: one of a member's things, whatever its table.

use crate::db::text_enum;

text_enum! {
    /// Which table a thing stands in.
    SearchKind {
        /// A session, by its name.
        Session = "session",
        /// A message.
        Message = "message",
        /// An artifact, by its title and the text of its newest version.
        Artifact = "artifact",
        /// A task, by its title and description.
        Task = "task",
        /// A post, by its title and text.
        Post = "post",
        /// A document, by its title and text.
        Document = "document",
    }
}

impl SearchKind {
    /// Every kind, in the order a person chooses from.
    pub const ALL: [Self; 6] =
        [Self::Session, Self::Message, Self::Artifact, Self::Task, Self::Post, Self::Document];
}

/// A thing that the index names, with the text it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchEntry {
    /// Its place in the index: higher where changed later.
    pub place: i64,
    /// What it is.
    pub kind: SearchKind,
    /// Its own id.
    pub id: String,
    /// The session it is in or came out of.
    pub session_id: Option<String>,
    /// Its title; a message has its session's name.
    pub title: String,
    /// Its text: Markdown, or whatever an artifact holds; empty for a session.
    pub content: String,
    /// A post's part of its address.
    pub slug: Option<String>,
}
