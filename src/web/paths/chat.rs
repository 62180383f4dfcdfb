//! Conversations and what is in them.

use super::with_query;

/// The list of conversations (GET) and a new one (POST).
pub const CHAT: &str = "/chat";
/// Conversations from a file.
pub const IMPORT: &str = "/chat/import";
/// Changes of the list at the side, for `EventSource`.
pub const LIVE: &str = "/live";
/// Where shared conversations are.
pub const SHARES: &str = "/share/";

/// How an import stands.
pub fn import(id: &str) -> String {
    format!("{IMPORT}/{id}")
}

/// One conversation.
pub fn chat(id: &str) -> String {
    format!("/chat/{id}")
}

/// One conversation at its newest message.
pub fn latest(id: &str) -> String {
    format!("/chat/{id}#latest")
}

/// One conversation, up to what came before a message.
pub fn before(id: &str, message: &str) -> String {
    format!("/chat/{id}?before={message}")
}

/// The part of one conversation in which a message is.
pub fn around(id: &str, message: &str) -> String {
    format!("/chat/{id}?message={message}")
}

/// One conversation at a message.
pub fn at_message(id: &str, message: &str) -> String {
    format!("/chat/{id}?message={message}#m-{message}")
}

/// One conversation at its newest message, asked for anew at `millis`: a browser takes the address it is at, with a
/// fragment, for a place on the page and would not load it again.
pub fn again(id: &str, millis: i64) -> String {
    format!("/chat/{id}?at={millis}#latest")
}

/// A new message in a conversation (POST).
pub fn messages(id: &str) -> String {
    format!("/chat/{id}/messages")
}

/// The form with a question that is to be put into other words.
pub fn edit_message(id: &str, message: &str) -> String {
    format!("/chat/{id}/messages/{message}/edit")
}

/// The rest of an answer that broke off (POST).
pub fn go_on(id: &str, message: &str) -> String {
    format!("/chat/{id}/messages/{message}/continue")
}

/// Shows the branch through a message (POST).
pub fn select(id: &str, message: &str) -> String {
    format!("/chat/{id}/messages/{message}/select")
}

/// The question before a message is deleted with all after it.
pub fn delete_message(id: &str, message: &str) -> String {
    format!("/chat/{id}/messages/{message}/delete")
}

/// Another answer in place of one message (POST), and the form that asks which model shall make it.
pub fn regenerate(id: &str, message: &str) -> String {
    format!("/chat/{id}/messages/{message}/regenerate")
}

/// Keeps an answer as an artifact (POST).
pub fn keep_answer(id: &str, message: &str) -> String {
    format!("/chat/{id}/messages/{message}/artifact")
}

/// Ends the answer being made (POST).
pub fn stop(id: &str) -> String {
    format!("/chat/{id}/stop")
}

/// The events of a run as HTML blocks, for `EventSource`.
pub fn stream(run: &str) -> String {
    format!("/api/runs/{run}/stream?view=blocks")
}

/// The form with a conversation's name.
pub fn rename(id: &str) -> String {
    format!("/chat/{id}/rename")
}

/// The form with a conversation's tags.
pub fn tags(id: &str) -> String {
    format!("/chat/{id}/tags")
}

/// The same form, which leads back to the page `here`.
pub fn tags_from(id: &str, here: &str) -> String {
    with_query(&tags(id), [("next", Some(here))])
}

/// Pins or unpins a conversation (POST).
pub fn pin(id: &str) -> String {
    format!("/chat/{id}/pin")
}

/// Archives a conversation or takes it back (POST).
pub fn archive(id: &str) -> String {
    format!("/chat/{id}/archive")
}

/// The question before a conversation is deleted.
pub fn delete(id: &str) -> String {
    format!("/chat/{id}/delete")
}

/// The form that shares a conversation.
pub fn share(id: &str) -> String {
    format!("/chat/{id}/share")
}

/// The question before a share is taken back.
pub fn revoke_share(id: &str) -> String {
    format!("/chat/{id}/share/delete")
}

/// A shared conversation, for anybody.
pub fn shared(key: &str) -> String {
    format!("{SHARES}{key}")
}

/// A conversation as a file: `json`, `markdown` or `html`.
pub fn export(id: &str, format: &str) -> String {
    format!("/api/chat/sessions/{id}/export?format={format}")
}
