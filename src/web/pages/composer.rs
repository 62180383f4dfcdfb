//! The box one writes in: on the home page for a new conversation, under a conversation for the next message.

/// The composer's state.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    /// Where the form goes.
    pub action: String,
    /// Under which name the browser keeps the draft: `new` or the conversation's id.
    pub draft: String,
    /// What was typed, when the form is shown again.
    pub content: String,
    /// Why it is shown again.
    pub problem: Option<String>,
    /// The models to choose from; a choice of one is not offered.
    pub models: Vec<ModelOption>,
    /// Where to stop the answer being made; `None` when there is none.
    pub stop: Option<String>,
    /// The key of the sentence in the empty box.
    pub placeholder: &'static str,
}

/// A model in the list.
#[derive(Clone, Debug)]
pub struct ModelOption {
    /// The id that is sent.
    pub id: String,
    /// The name that is read.
    pub name: String,
    /// Whether it is the chosen one.
    pub selected: bool,
}
