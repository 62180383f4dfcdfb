//! The search and what it finds.

use super::{CHAT, artifact, at_message, chat, document, post, task};
use crate::models::search_entry::SearchKind;
use crate::services::search::Hit;

/// Search over everything the reader has.
pub const SEARCH: &str = "/search";

/// The page of what a search found; a message's is that of its conversation.
pub fn found(hit: &Hit) -> String {
    match (hit.kind, &hit.session_id, &hit.slug) {
        (SearchKind::Session, ..) => chat(&hit.id),
        (SearchKind::Message, Some(session), _) => at_message(session, &hit.id),
        (SearchKind::Message, None, _) => CHAT.to_owned(),
        (SearchKind::Artifact, ..) => artifact(&hit.id),
        (SearchKind::Task, ..) => task(&hit.id),
        (SearchKind::Post, _, slug) => post(slug.as_ref().unwrap_or(&hit.id)),
        (SearchKind::Document, ..) => document(&hit.id),
    }
}
