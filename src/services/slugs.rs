//! Names of posts in addresses, made from their titles; knows nothing of posts.

use super::text::parse_id;
use crate::models::new_id;

/// Longest name, in characters.
const LONGEST: usize = 80;
/// Names that pages of their own have.
const RESERVED: &[&str] = &["new"];
/// The name for a title without letters.
const NAMELESS: &str = "post";
/// Names that are tried with a number before one with random digits.
const NUMBERED: u32 = 9;

/// Names for a title, the best first; the last is nobody's.
pub fn candidates(title: &str) -> impl Iterator<Item = String> + use<> {
    let base = from_title(title);
    let random = new_id();
    let unique = format!("{base}-{}", random.rsplit('-').next().unwrap_or(&random));
    let name = move |number| if number == 1 { base.clone() } else { format!("{base}-{number}") };
    (1..=NUMBERED).map(name).filter(|name| !is_reserved(name)).chain([unique])
}

/// A name from a title: its letters and digits of any script in lower case, dashes between words.
fn from_title(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-");
    let short: String = joined.chars().take(LONGEST).collect();
    match short.trim_end_matches('-') {
        "" => NAMELESS.to_owned(),
        name => name.to_owned(),
    }
}

/// Whether nothing may have that name: it would be taken for a page or for an id.
fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || parse_id(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_script_stay() {
        for (title, name) in [
            ("Hello, World!", "hello-world"),
            ("写锁 与 WAL：实测", "写锁-与-wal-实测"),
            ("  ÉTÉ — 2026  ", "été-2026"),
            ("🔒🔒", "post"),
            ("../../etc/passwd", "etc-passwd"),
            ("<script>", "script"),
        ] {
            assert_eq!(from_title(title), name);
        }
        assert_eq!(from_title(&"a ".repeat(100)).chars().count(), 79);
    }

    #[test]
    fn a_name_is_no_page_and_no_id() {
        assert!(is_reserved("new") && is_reserved("01936b1e-7c5a-7000-8000-000000000000"));
        assert!(!is_reserved("news"));
        assert_eq!(candidates("New").take(2).collect::<Vec<_>>(), ["new-2", "new-3"]);
    }

    #[test]
    fn the_last_name_is_nobodys() {
        let (first, second) = (candidates("x").last(), candidates("x").last());
        assert!(first.is_some() && first != second);
    }
}
