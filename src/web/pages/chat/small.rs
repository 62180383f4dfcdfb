//! The pages that ask for a conversation's new name, or whether it may be deleted.

use askama::Template;

use crate::web::{pages::frame::Frame, paths};

/// `GET /chat/{id}/rename`.
#[derive(Template)]
#[template(path = "chat/rename.html")]
pub struct RenamePage {
    /// What surrounds it.
    pub frame: Frame,
    /// The conversation's id.
    pub id: String,
    /// Its name, or what was typed.
    pub name: String,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// `GET /chat/{id}/delete`.
#[derive(Template)]
#[template(path = "chat/delete.html")]
pub struct DeletePage {
    /// What surrounds it.
    pub frame: Frame,
    /// The conversation's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many messages go with it.
    pub messages: i64,
}
