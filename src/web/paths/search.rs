//! The search and what it finds.

use super::{CHAT, artifact, at_message, chat, post, task, with_query};
use crate::models::search_entry::SearchKind;
use crate::services::search::Hit;

/// Search over everything the reader has.
pub const SEARCH: &str = "/search";

/// What a search for `query` finds; `kind` and `cursor` may be empty.
pub fn search(query: &str, kind: &str, cursor: &str) -> String {
    let fact = |text| Some(text).filter(|text: &&str| !text.is_empty());
    with_query(SEARCH, [("q", fact(query)), ("kind", fact(kind)), ("cursor", fact(cursor))])
}

/// The page of what a search found; a message's is that of its conversation.
pub fn found(hit: &Hit) -> String {
    match (hit.kind, &hit.session_id, &hit.slug) {
        (SearchKind::Session, ..) => chat(&hit.id),
        (SearchKind::Message, Some(session), _) => at_message(session, &hit.id),
        (SearchKind::Message, None, _) => CHAT.to_owned(),
        (SearchKind::Artifact, ..) => artifact(&hit.id),
        (SearchKind::Task, ..) => task(&hit.id),
        (SearchKind::Post, _, slug) => post(slug.as_ref().unwrap_or(&hit.id)),
    }
}
