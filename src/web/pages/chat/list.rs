//! The list of conversations: searched, filtered, page by page.

use askama::Template;

use crate::web::{
    pages::{frame::Frame, moment::Moment},
    paths,
};

/// `GET /chat`.
#[derive(Template)]
#[template(path = "chat/index.html")]
pub struct ChatsPage {
    /// What surrounds it.
    pub frame: Frame,
    /// What was searched for.
    pub query: String,
    /// The value of `type`; empty for all.
    pub kind: String,
    /// Whether the archive is shown.
    pub archived: bool,
    /// This page of conversations.
    pub lines: Vec<Line>,
    /// Where the next page is.
    pub next: Option<String>,
    /// Where the first page is, unless this is it.
    pub first: Option<String>,
}

/// One conversation in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is a research.
    pub research: bool,
    /// Whether an answer is being made.
    pub running: bool,
    /// Kept at the top by its owner.
    pub pinned: bool,
    /// Put away by its owner.
    pub archived: bool,
    /// How many messages it has.
    pub messages: i64,
    /// When it was last written in.
    pub updated: Moment,
}

/// A filter above the list.
struct Chip {
    label: &'static str,
    href: String,
    current: bool,
}

impl ChatsPage {
    fn chips(&self) -> [Chip; 4] {
        let chip = |label, kind: &str, archived: bool| Chip {
            label,
            href: address(&self.query, kind, archived),
            current: self.kind == kind && self.archived == archived,
        };
        [
            chip("chats.all", "", false),
            chip("chats.chat", "chat", false),
            chip("chats.research", "deepresearch", false),
            chip("chats.archived", "", true),
        ]
    }

    fn searching(&self) -> bool {
        !self.query.is_empty()
    }

    fn filtered(&self) -> bool {
        self.archived || !self.kind.is_empty()
    }
}

/// The address of the list with these filters.
pub fn address(query: &str, kind: &str, archived: bool) -> String {
    let archived = if archived { "true" } else { "" };
    let pairs = [("q", query), ("type", kind), ("archived", archived)];
    let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(&pairs) {
        Ok(text) if !text.is_empty() => format!("{}?{text}", paths::CHAT),
        _ => paths::CHAT.to_owned(),
    }
}
