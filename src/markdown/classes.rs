//! What stretches of code are called in a stylesheet; it knows nothing of how they are found.

use std::sync::LazyLock;

use syntect::parsing::{Scope, ScopeStack};

/// What a stretch of code is, each with the CSS class of its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `c`
    Comment,
    /// `f`
    Function,
    /// `k`, also the tags of markup
    Keyword,
    /// `n`
    Number,
    /// `o`
    Operator,
    /// `s`, also what a diff adds
    String,
    /// `t`, also the attributes and headings of markup
    Type,
}

/// Which scopes get which class; the first that fits the innermost scope wins.
static CLASSES: LazyLock<Vec<(Scope, Option<Class>)>> = LazyLock::new(|| {
    let rules = [
        ("comment", Some(Class::Comment)),
        ("constant.numeric", Some(Class::Number)),
        ("constant.language", Some(Class::Keyword)),
        ("constant.character", Some(Class::String)),
        ("string", Some(Class::String)),
        ("keyword.operator", Some(Class::Operator)),
        ("keyword", Some(Class::Keyword)),
        ("storage", Some(Class::Keyword)),
        ("variable.language", Some(Class::Keyword)),
        ("variable.function", Some(Class::Function)),
        ("entity.name.function", Some(Class::Function)),
        ("support.function", Some(Class::Function)),
        ("entity.name.tag", Some(Class::Keyword)),
        ("entity.name", Some(Class::Type)),
        ("entity.other.inherited-class", Some(Class::Type)),
        ("entity.other.attribute-name", Some(Class::Type)),
        ("support.type.property-name", Some(Class::Type)),
        ("support.class", Some(Class::Type)),
        ("support.type", Some(Class::Type)),
        ("markup.inserted", Some(Class::String)),
        ("markup.deleted", Some(Class::Comment)),
        ("meta.interpolation", None),
        ("source", None),
    ];
    rules.into_iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, class))).collect()
});

/// What the innermost of the scopes says that says anything.
pub fn class_of(scopes: &ScopeStack) -> Option<Class> {
    let rule = |scope: &Scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
    scopes.as_slice().iter().rev().find_map(rule).and_then(|(_, class)| *class)
}

impl Class {
    /// The CSS class.
    pub fn name(self) -> char {
        match self {
            Self::Comment => 'c',
            Self::Function => 'f',
            Self::Keyword => 'k',
            Self::Number => 'n',
            Self::Operator => 'o',
            Self::String => 's',
            Self::Type => 't',
        }
    }
}
