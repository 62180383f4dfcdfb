//! Telling thoughts that a model writes into its text, between `<think>` and `</think>`, from the answer.
//!
//! Only a tag at the very beginning counts: further on it is part of an answer about such tags.

use crate::clients::models::ModelEvent;

const OPENING: &str = "<think>";
const CLOSING: &str = "</think>";

/// Takes text as it comes, gives text and reasoning; holds back only what may become a tag.
#[derive(Debug, Default)]
pub struct ThinkSplitter {
    place: Place,
    held: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Nothing but blanks so far.
    #[default]
    Beginning,
    /// After `<think>`; blanks before the first thought are dropped.
    ThoughtBeginning,
    Thought,
    /// After `</think>`; blanks before the answer are dropped.
    AnswerBeginning,
    Answer,
}

impl ThinkSplitter {
    /// Takes a piece of text and adds what it turned out to be to `events`.
    pub fn push(&mut self, text: &str, events: &mut Vec<ModelEvent>) {
        self.held.push_str(text);
        while self.advance(events) {}
    }

    /// Gives what was held back, since no more text follows.
    pub fn close(&mut self, events: &mut Vec<ModelEvent>) {
        let rest = std::mem::take(&mut self.held);
        match self.place {
            Place::ThoughtBeginning | Place::Thought => add_reasoning(rest, events),
            _ => add_text(rest, events),
        }
    }

    /// Handles what is held as far as it can; whether it came to another place with text left.
    fn advance(&mut self, events: &mut Vec<ModelEvent>) -> bool {
        let before = self.place;
        match self.place {
            Place::Beginning => {
                let text = self.held.trim_start();
                if let Some(rest) = text.strip_prefix(OPENING) {
                    self.held = rest.to_owned();
                    self.place = Place::ThoughtBeginning;
                } else if !OPENING.starts_with(text) {
                    self.place = Place::Answer;
                }
            }
            Place::ThoughtBeginning => self.skip_blanks(Place::Thought),
            Place::Thought => {
                if let Some((thought, rest)) = self.held.split_once(CLOSING) {
                    add_reasoning(thought.to_owned(), events);
                    self.held = rest.to_owned();
                    self.place = Place::AnswerBeginning;
                } else {
                    let kept = self.held.split_off(self.held.len() - begun_closing(&self.held));
                    add_reasoning(std::mem::replace(&mut self.held, kept), events);
                }
            }
            Place::AnswerBeginning => self.skip_blanks(Place::Answer),
            Place::Answer => add_text(std::mem::take(&mut self.held), events),
        }
        self.place != before && !self.held.is_empty()
    }

    fn skip_blanks(&mut self, next: Place) {
        self.held = self.held.trim_start().to_owned();
        if !self.held.is_empty() {
            self.place = next;
        }
    }
}

/// Length of the end of `text` that may be the beginning of the closing tag.
fn begun_closing(text: &str) -> usize {
    (1..CLOSING.len())
        .rev()
        .find(|length| CLOSING.get(..*length).is_some_and(|tag| text.ends_with(tag)))
        .unwrap_or(0)
}

fn add_text(text: String, events: &mut Vec<ModelEvent>) {
    if !text.is_empty() {
        events.push(ModelEvent::Text(text));
    }
}

fn add_reasoning(text: String, events: &mut Vec<ModelEvent>) {
    if !text.is_empty() {
        events.push(ModelEvent::Reasoning(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reasoning and answer of a text that comes in `pieces`.
    fn split(pieces: &[&str]) -> (String, String) {
        let (mut splitter, mut events) = (ThinkSplitter::default(), Vec::new());
        pieces.iter().for_each(|piece| splitter.push(piece, &mut events));
        splitter.close(&mut events);
        let mut both = (String::new(), String::new());
        for event in events {
            match event {
                ModelEvent::Reasoning(text) => both.0 += &text,
                ModelEvent::Text(text) => both.1 += &text,
                other => panic!("{other:?}"),
            }
        }
        both
    }

    #[test]
    fn thoughts_are_told_from_the_answer_wherever_the_text_is_cut() {
        let text = "\n<think>\na < b </thin> 深思\n</think>\n\nThe answer: </think> <think>.";
        for (cut, _) in text.char_indices() {
            let (left, right) = text.split_at(cut);
            let expected = ("a < b </thin> 深思\n".to_owned(), "The answer: </think> <think>.".to_owned());
            assert_eq!(split(&[left, right]), expected, "cut at {cut}");
        }
        let characters: Vec<String> = text.chars().map(String::from).collect();
        let pieces: Vec<&str> = characters.iter().map(String::as_str).collect();
        assert_eq!(split(&pieces).1, "The answer: </think> <think>.");
    }

    #[test]
    fn text_without_thoughts_is_left_as_it_is() {
        for text in ["", " \n", "<", "<thin", "  <b>x", "A <think> tag", "<thinking>"] {
            assert_eq!(split(&[text]), (String::new(), text.to_owned()));
        }
    }

    #[test]
    fn thoughts_that_never_end_are_thoughts() {
        assert_eq!(split(&["<think>on and on </thi"]), ("on and on </thi".to_owned(), String::new()));
        assert_eq!(split(&["<think></think>", "yes"]), (String::new(), "yes".to_owned()));
    }

    #[test]
    fn nothing_is_held_back_once_the_answer_has_begun() {
        let (mut splitter, mut events) = (ThinkSplitter::default(), Vec::new());
        splitter.push("A <", &mut events);
        assert_eq!(events, [ModelEvent::Text("A <".into())]);
    }
}
