//! Settings: personal access tokens for programs.

use askama::Template;

use crate::web::{
    pages::{form::Problems, frame::Frame, moment::Moment},
    paths,
};

/// `GET /settings/tokens`, and the answer to a new one with its secret.
#[derive(Template)]
#[template(path = "settings/tokens.html")]
pub struct TokensPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The tokens, newest first.
    pub tokens: Vec<TokenLine>,
    /// The secret just made: shown this once.
    pub secret: Option<String>,
    /// The name that was typed.
    pub name: String,
    /// What is wrong with which field.
    pub problems: Problems,
}

/// One token.
#[derive(Clone, Debug)]
pub struct TokenLine {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The first characters, to know it by.
    pub prefix: String,
    /// When it was made.
    pub created: Moment,
    /// When it was last used.
    pub used: Option<Moment>,
    /// When it ends.
    pub expires: Option<Moment>,
}
