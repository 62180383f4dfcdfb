//! Conversations: the list of them, one of them, and the small pages that rename or delete one.

pub mod list;
pub mod small;
pub mod turn;

use askama::Template;

use crate::web::{
    pages::{chat::turn::Turn, composer::Composer, frame::Frame},
    paths,
};

/// `GET /chat/{id}`.
#[derive(Template)]
#[template(path = "chat/show.html")]
pub struct ChatPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The conversation's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Kept at the top by its owner.
    pub pinned: bool,
    /// Put away by its owner.
    pub archived: bool,
    /// The messages of this page, oldest first.
    pub turns: Vec<Turn>,
    /// Where the messages before these are.
    pub older: Option<String>,
    /// Whether these are not the newest.
    pub newer: bool,
    /// The run that is making an answer.
    pub run: Option<String>,
    /// The box for the next message.
    pub composer: Composer,
}
