//! Settings: the profile and the password.

use askama::Template;

use crate::{
    i18n::Locale,
    web::{
        pages::{
            form::Problems,
            frame::{Frame, Theme},
        },
        paths,
    },
};

/// `GET /settings`.
#[derive(Template)]
#[template(path = "settings/profile.html")]
pub struct SettingsPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The user's name.
    pub name: String,
    /// The user's address, if there is one.
    pub email: Option<String>,
    /// The language kept with the account; `None` follows the browser.
    pub locale: Option<Locale>,
    /// The theme kept with the account.
    pub theme: Theme,
    /// Whether there is a password to change.
    pub has_password: bool,
    /// What is wrong with which field.
    pub problems: Problems,
}

impl SettingsPage {
    fn speaks(&self, locale: &Locale) -> bool {
        self.locale.as_ref() == Some(locale)
    }
}
