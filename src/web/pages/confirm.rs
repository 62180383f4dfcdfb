//! The question before something that cannot be undone; knows nothing of what is done.

use askama::Template;

use super::frame::Frame;
use crate::web::paths;

/// Asks at the address where the answer goes.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct Confirm {
    /// What surrounds it.
    pub frame: Frame,
    /// The key of the page's title.
    pub title: &'static str,
    /// What is asked.
    pub question: String,
    /// What comes of it, where the question does not say.
    pub consequence: Option<String>,
    /// The button that says yes.
    pub yes: Yes,
    /// Where the form goes.
    pub action: String,
    /// Where the way back leads.
    pub back: String,
}

/// The button that says yes.
pub struct Yes {
    /// The key of its word.
    pub word: &'static str,
    /// Its picture.
    pub icon: Option<&'static str>,
}

impl Yes {
    /// What is deleted is gone.
    pub const DELETE: Self = Self { word: "act.delete", icon: Some("trash-2") };
}
