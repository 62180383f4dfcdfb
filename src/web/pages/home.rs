//! The home page: ask something, or go on with what was asked lately.

use askama::Template;

use crate::web::{
    pages::{chat::list::Line, composer::Composer, frame::Frame},
    paths,
};

/// `GET /`.
#[derive(Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// What surrounds it.
    pub frame: Frame,
    /// The box for the first message.
    pub composer: Composer,
    /// The latest conversations.
    pub recent: Vec<Line>,
    /// The built-in model on its way here.
    pub download: Option<Download>,
}

/// How far the built-in model has been fetched.
#[derive(Clone, Debug)]
pub struct Download {
    /// Bytes so far.
    pub done: u64,
    /// Bytes in all; zero while unknown.
    pub total: u64,
    /// Why it stopped, if it did.
    pub problem: Option<String>,
}

impl HomePage {
    fn greeting(&self) -> String {
        let name = self.frame.viewer.as_ref().map(|viewer| viewer.name.as_str());
        self.frame.t_with("home.greeting", "name", name.unwrap_or_default())
    }
}

impl Download {
    fn megabytes(&self) -> String {
        format!("{} / {} MB", self.done / 1_000_000, self.total / 1_000_000)
    }
}
