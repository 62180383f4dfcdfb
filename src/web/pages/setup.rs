//! The first account of a new installation.

use askama::Template;

use crate::web::{
    pages::{form::Problems, frame::Frame},
    paths,
};

/// `GET /setup?code=`.
#[derive(Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The one-time code of the link.
    pub code: String,
    /// The name that was typed.
    pub name: String,
    /// The address that was typed.
    pub email: String,
    /// What is wrong with which field.
    pub problems: Problems,
}
