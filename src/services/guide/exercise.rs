//! A question to the reader, and whether what was answered is right. Knows nothing of forms.

use serde::Deserialize;

use super::chapter::Prose;

/// Longer answers are wrong. In characters.
const LONGEST: usize = 200;

/// A question at the end of a section.
#[derive(Debug)]
pub struct Exercise {
    /// Its name in the chapter, the same in all languages.
    pub id: String,
    /// What is asked, plain text.
    pub question: String,
    /// How it is answered.
    pub kind: Kind,
    /// What is chosen from, lettered from `a`; empty unless `kind` is a choice.
    pub options: Vec<String>,
    /// Accepted answers, as [`normalise`] leaves them.
    pub(super) answers: Vec<String>,
    /// Said after a wrong answer.
    pub hint: Prose,
    /// Said after a right one.
    pub explanation: Prose,
}

/// How an exercise is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// By choosing one of the options.
    Choice,
    /// By writing a word or a line.
    Text,
}

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Right.
    Right,
    /// Not right.
    Wrong,
    /// There was none.
    Missing,
}

impl Exercise {
    /// Checks an answer; case, spaces around it and full-width forms do not matter.
    pub fn check(&self, answer: &str) -> Outcome {
        if answer.chars().count() > LONGEST {
            return Outcome::Wrong;
        }
        match normalise(answer) {
            answer if answer.is_empty() => Outcome::Missing,
            answer if self.answers.contains(&answer) => Outcome::Right,
            _ => Outcome::Wrong,
        }
    }

    /// The options with the letters they are answered by.
    pub fn lettered(&self) -> impl Iterator<Item = (char, &str)> {
        ('a'..='z').zip(self.options.iter().map(String::as_str))
    }
}

/// An answer as it is compared: half-width, small letters, single spaces, without quotes or a full stop around it.
pub fn normalise(answer: &str) -> String {
    let narrow: String = answer.chars().map(narrow).collect::<String>().to_lowercase();
    let words: Vec<&str> = narrow.split_whitespace().collect();
    words.join(" ").trim_matches(|c: char| "\"'`“”‘’「」。.".contains(c)).to_owned()
}

/// The ASCII character of a full-width form.
fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or_default()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_an_answer_is_typed_does_not_matter() {
        for typed in ["last-event-id", " Last-Event-ID\t", "`Last-Event-ID`", "Ｌａｓｔ－Ｅｖｅｎｔ－ＩＤ。"]
        {
            assert_eq!(normalise(typed), "last-event-id", "{typed}");
        }
        assert_eq!(normalise("　２０２　"), "202");
        assert_eq!(normalise("stoa　 Migrate"), "stoa migrate");
        assert_eq!(normalise(" \u{3000}。"), "");
    }
}
