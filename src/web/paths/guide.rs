//! The manual.

/// The manual.
pub const GUIDE: &str = "/guide";

/// One chapter of the guide.
pub fn chapter(slug: &str) -> String {
    format!("{GUIDE}/{slug}")
}

/// An answer to one of a chapter's exercises (POST).
pub fn exercise(slug: &str, id: &str) -> String {
    format!("{GUIDE}/{slug}/exercises/{id}")
}

/// The place of an exercise in its chapter.
pub fn at_exercise(slug: &str, id: &str) -> String {
    format!("{GUIDE}/{slug}#exercise-{id}")
}
