//! A section from the notes of its question: sentences that name the notes they rest on.

use serde::{Deserialize, Serialize};

use super::asking::{Question, ask};
use super::desk::Desk;
use super::evidence::{self, Evidence};
use super::halt::Halt;
use super::journal::Told;
use crate::i18n::Locale;
use crate::models::plan::PlanContent;
use crate::passages::sentences;

/// Longest section that a model writes, in bytes.
const LONGEST: usize = 16 * 1024;

/// A sentence and the notes it names, by their place among the question's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Without the numbers of notes.
    pub text: String,
    /// Places of notes, from 0; each is there.
    pub notes: Vec<usize>,
    /// Whether a paragraph begins with it.
    pub begins: bool,
}

/// A section as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its sentences in their order.
    pub sentences: Vec<Sentence>,
    /// Whether a model wrote them; else they are the passages themselves.
    pub by_model: bool,
}

impl Told for Draft {
    fn count(&self) -> Option<usize> {
        Some(self.sentences.len())
    }
}

/// A section as a model gives it.
#[derive(Deserialize)]
struct Written {
    text: String,
}

/// Writes the section about a question from its `notes`, which are not none.
///
/// # Errors
/// When the database fails.
pub async fn write(
    desk: &Desk<'_>,
    plan: &PlanContent,
    question: &str,
    notes: &[Evidence],
) -> Result<Draft, Halt> {
    let language = match desk.locale {
        Locale::ZhCn => "Chinese",
        Locale::En => "English",
    };
    let task = format!(
        "Answer the question in {language} from these notes alone, in one to four short paragraphs without headings. After \
         each sentence stand the numbers of the notes it rests on, like [1] or [2][3]. Write nothing that no note says. \
         Shape: {{\"text\": string}}"
    );
    let material = format!("Question: {question}\n\n{}", numbered(notes));
    let accept = |written: Written| parse(&written.text, notes.len());
    let by_model = ask(desk, Some(plan), Question { task, material }, accept).await?;
    Ok(match by_model {
        Some(sentences) => Draft { sentences, by_model: true },
        None => Draft { sentences: quoted(notes), by_model: false },
    })
}

/// The notes as a model is shown them.
pub fn numbered(notes: &[Evidence]) -> String {
    let one = |(number, note): (usize, &Evidence)| {
        let claim = if note.claim.is_empty() { String::new() } else { format!(" — {}", note.claim) };
        format!("[{number}] \"{}\" ({}){claim}\n", note.quote, note.title)
    };
    (1..).zip(notes).map(one).collect()
}

/// The notes of question `number`, as a model is shown them.
///
/// # Errors
/// When the database fails.
pub async fn listed(desk: &Desk<'_>, number: i64) -> Result<String, Halt> {
    Ok(format!("Notes:\n{}", numbered(&evidence::load(desk, number).await?)))
}

/// Each passage as a sentence of its own.
pub fn quoted(notes: &[Evidence]) -> Vec<Sentence> {
    let one = |(at, note): (usize, &Evidence)| Sentence {
        text: note.quote.split_whitespace().collect::<Vec<_>>().join(" "),
        notes: vec![at],
        begins: true,
    };
    notes.iter().enumerate().map(one).collect()
}

/// The sentences of a text with numbers of notes in it, of which there are `all`. Other numbers are struck out. `None` when
/// nothing is left that could be read.
pub fn parse(text: &str, all: usize) -> Option<Vec<Sentence>> {
    let text = text.replace('\0', "");
    let text = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(&text);
    let mut parsed: Vec<Sentence> = Vec::new();
    for paragraph in text.split("\n\n") {
        let paragraph = paragraph.trim_start_matches(['#', ' ']);
        let mut begins = true;
        for range in sentences(paragraph) {
            let mut sentence = paragraph.get(range).unwrap_or_default();
            // Numbers behind a full stop belong to the sentence before it.
            if let Some(before) = parsed.last_mut().filter(|_| !begins) {
                while let Some((numbers, rest)) = leading(sentence) {
                    add(&mut before.notes, numbers, all);
                    sentence = rest;
                }
            }
            let (text, notes) = cut(sentence, all);
            if text.chars().any(char::is_alphanumeric) {
                parsed.push(Sentence { text, notes, begins: std::mem::take(&mut begins) });
            }
        }
    }
    (!parsed.is_empty()).then_some(parsed)
}

/// The numbers with which a text begins, and what follows them.
fn leading(text: &str) -> Option<(Vec<usize>, &str)> {
    let (numbers, rest) = text.trim_start().strip_prefix('[')?.split_once(']')?;
    Some((parse_numbers(numbers)?, rest.trim_start()))
}

/// A sentence without its numbers, and those of them that there are.
fn cut(sentence: &str, all: usize) -> (String, Vec<usize>) {
    let (mut text, mut notes) = (String::new(), Vec::new());
    let mut rest = sentence;
    while let Some((before, inside)) = rest.find('[').map(|open| rest.split_at(open)) {
        text.push_str(before);
        match inside.get(1..).and_then(|inside| inside.split_once(']')) {
            Some((numbers, after)) if parse_numbers(numbers).is_some() => {
                text.truncate(text.trim_end_matches(' ').len());
                add(&mut notes, parse_numbers(numbers).unwrap_or_default(), all);
                rest = after;
            }
            _ => {
                text.push('[');
                rest = inside.get(1..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    (text.split_whitespace().collect::<Vec<_>>().join(" "), notes)
}

/// `1`, `1, 2`, `^3`, `n4`; `None` for anything else, which is text.
fn parse_numbers(text: &str) -> Option<Vec<usize>> {
    let bare = |number: &str| number.trim().trim_start_matches(['^', 'n', '#']).parse::<usize>().ok();
    text.split([',', '，', '、', ';']).map(|number| bare(number).map(|n| n.wrapping_sub(1))).collect()
}

/// Adds those of the `new` notes that there are, each once.
fn add(notes: &mut Vec<usize>, new: Vec<usize>, all: usize) {
    for note in new {
        if note < all && !notes.contains(&note) {
            notes.push(note);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(text: &str, notes: &[usize], begins: bool) -> Sentence {
        Sentence { text: text.to_owned(), notes: notes.to_vec(), begins }
    }

    #[test]
    fn sentences_keep_their_notes_and_lose_numbers_that_there_are_not() {
        let parsed =
            parse("The sea is blue [1][2]. It is deep. [3] Ships [99] sail [2, 7].\n\nNew.[^1]", 3).unwrap();
        assert_eq!(
            parsed,
            [
                sentence("The sea is blue.", &[0, 1], true),
                sentence("It is deep.", &[2], false),
                sentence("Ships sail.", &[1], false),
                sentence("New.", &[0], true),
            ]
        );
        let parsed = parse("海是蓝的[1]。它很深。[2]（见 [注]）", 2).unwrap();
        assert_eq!(parsed[0], sentence("海是蓝的。", &[0], true));
        assert_eq!(parsed[1].notes, [1]);
    }

    #[test]
    fn what_says_nothing_is_no_section() {
        assert!(parse(" \n\n[1]\n", 3).is_none());
        assert!(parse("", 3).is_none());
    }
}
