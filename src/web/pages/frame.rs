//! What surrounds every page: language, theme, who reads it, the sidebar and a message after an action.

use std::{borrow::Cow, fmt};

use askama::filters::HtmlSafe;

use crate::{
    i18n::Locale,
    web::{assets, pages::sidebar::Sidebar, paths},
};

/// The part of a page that all pages share; page structs hold it as `frame`.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The language of the page.
    pub locale: Locale,
    /// Light, dark, or as the system says.
    pub theme: Theme,
    /// Who is signed in; without anyone the page has no sidebar.
    pub viewer: Option<Viewer>,
    /// The conversations at the side.
    pub sidebar: Sidebar,
    /// What the last action did.
    pub flash: Option<Told>,
    /// The path and query of this page, where small forms lead back to.
    pub here: String,
}

/// What the last action did.
#[derive(Clone, Debug)]
pub struct Told {
    /// The sentence.
    pub sentence: String,
    /// Where what was made can be seen.
    pub link: Option<String>,
}

/// The person at the foot of the sidebar.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The user's id: drafts in the browser are kept apart by it.
    pub id: String,
    /// The name as written in the settings.
    pub name: String,
}

/// The colours of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Whatever the reader's system says.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// The reverse.
    Dark,
}

/// One picture of the sprite, by its name there.
pub struct Icon<'a>(&'a str);

impl Frame {
    /// The sentence for `key`.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.locale.t(key)
    }

    /// The sentence for `key`, with one value in it.
    pub fn t_with(&self, key: &str, name: &str, value: impl fmt::Display) -> String {
        self.locale.t_with(key, &[(name, &value.to_string())])
    }

    /// The address of a static file.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// Whether this page belongs to the place at `path`.
    pub fn is_in(&self, path: &str) -> bool {
        self.here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }

    /// A language's own name for itself, and so the same in both catalogues.
    pub fn language(&self, locale: &Locale) -> Cow<'static, str> {
        self.t(match locale {
            Locale::ZhCn => "language.zh_cn",
            Locale::En => "language.en",
        })
    }

    /// A picture that stands beside words, or in a button that has a label of its own.
    pub fn icon<'a>(&self, name: &'a str) -> Icon<'a> {
        Icon(name)
    }
}

/// A place of its own beside the conversations.
pub struct Place {
    /// Where it is.
    pub path: &'static str,
    /// The key of its name.
    pub label: &'static str,
    /// Its picture.
    pub icon: &'static str,
}

impl Place {
    /// The places, as they stand in the sidebar.
    pub const ALL: [Self; 6] = [
        Self { path: paths::ARTIFACTS, label: "nav.artifacts", icon: "file-text" },
        Self { path: paths::LIBRARY, label: "nav.library", icon: "library" },
        Self { path: paths::TASKS, label: "nav.tasks", icon: "list-checks" },
        Self { path: paths::POSTS, label: "nav.posts", icon: "newspaper" },
        Self { path: paths::PRODUCTS, label: "nav.products", icon: "package" },
        Self { path: paths::GUIDE, label: "nav.guide", icon: "book-open" },
    ];
    /// The places that are open to everybody, as they stand above public pages.
    pub const PUBLIC: [Self; 3] = {
        let [_, _, _, posts, products, guide] = Self::ALL;
        [posts, products, guide]
    };
}

impl Viewer {
    /// The letter in the round mark beside the name.
    pub fn initial(&self) -> String {
        initial(&self.name)
    }
}

/// The first letter of a name, upper case where there is such.
pub fn initial(name: &str) -> String {
    name.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default()
}

impl Theme {
    /// Every theme, in the order a person chooses from.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value in forms, cookies and the `data-theme` attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What is kept with an account: nothing where the system decides.
    pub fn stored(self) -> &'static str {
        match self {
            Self::System => "",
            chosen => chosen.name(),
        }
    }

    /// The theme of that name; anything else follows the system.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }

    /// The key of its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "theme.system",
            Self::Light => "theme.light",
            Self::Dark => "theme.dark",
        }
    }

    /// The picture on its button.
    pub fn icon(self) -> &'static str {
        match self {
            Self::System => "monitor",
            Self::Light => "sun",
            Self::Dark => "moon",
        }
    }
}

impl fmt::Display for Icon<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sprite = assets::url("img/icons.svg");
        write!(f, r##"<svg class="icon" aria-hidden="true"><use href="{sprite}#{}"/></svg>"##, self.0)
    }
}

impl HtmlSafe for Icon<'_> {}
