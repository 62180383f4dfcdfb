//! One message as it stands in a conversation.

use crate::web::pages::moment::Moment;

/// A message, ready for display.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The message's id; empty for an answer that has no row yet.
    pub id: String,
    /// Whether a person said it.
    pub asked: bool,
    /// The name of who said it.
    pub who: String,
    /// The model that answered.
    pub model: Option<String>,
    /// When it was said.
    pub time: Option<Moment>,
    /// The text as safe HTML, block by block.
    pub blocks: Vec<String>,
    /// What the model thought before answering.
    pub reasoning: String,
    /// How it ended, if it has.
    pub ending: Ending,
    /// Why it failed, in the reader's language.
    pub problem: Option<String>,
    /// Whether it is the newest answer, which may be made again.
    pub last: bool,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It is whole.
    #[default]
    Complete,
    /// It is being made.
    Open,
    /// Its reader stopped it.
    Cancelled,
    /// The model failed.
    Failed,
    /// The server went down while it was made.
    Interrupted,
}

impl Turn {
    /// Whether it is being made.
    pub fn open(&self) -> bool {
        self.ending == Ending::Open
    }

    /// The id of its element.
    pub fn anchor(&self) -> String {
        format!("m-{}", if self.id.is_empty() { "next" } else { &self.id })
    }

    /// The key of the sentence about an answer that is not whole.
    pub fn notice(&self) -> Option<&'static str> {
        match self.ending {
            Ending::Complete | Ending::Open => None,
            Ending::Cancelled => Some("chat.cancelled"),
            Ending::Failed => Some("chat.failed"),
            Ending::Interrupted => Some("chat.interrupted"),
        }
    }
}
