//! One message as it stands in a conversation.

use std::borrow::Cow;
use std::sync::Arc;

use crate::i18n::Locale;
use crate::markdown::{BlockRenderer, Cache};
use crate::models::message::{Message, MessageRole, MessageStatus};
use crate::passages;
use crate::services::branches::Siblings;
use crate::web::pages::composer::model_name;
use crate::web::pages::moment::{Clock, Moment};
use crate::web::pages::research::backing::Backing;
use crate::web::pages::research::report::ReportView;

/// A message, ready for display.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The message's id.
    pub id: String,
    /// Whether a person said it.
    pub asked: bool,
    /// The name of who said it.
    pub who: String,
    /// The model that answered.
    pub model: Option<String>,
    /// When it was said.
    pub time: Moment,
    /// What a person said, to the letter; empty for answers.
    pub words: String,
    /// An answer as safe HTML: in one piece, or block by block while it is being written.
    pub blocks: Vec<Arc<str>>,
    /// The language of the text, as far as its letters tell; empty when they do not.
    pub lang: &'static str,
    /// What the model thought before answering.
    pub reasoning: String,
    /// Whether it is being written.
    pub open: bool,
    /// Why it is not whole.
    pub notice: Option<String>,
    /// Whether the model may go on with it.
    pub unfinished: bool,
    /// What stands behind it, when a research made it.
    pub research: Option<Box<Backing>>,
    /// Its place among those beside it; `None` when it stands alone.
    pub versions: Option<Versions>,
}

impl Turn {
    /// The answer, when it is a report.
    pub fn report(&self) -> Option<&ReportView> {
        self.research.as_ref()?.report.as_ref()
    }
}

/// A message's place among those that follow what it follows.
#[derive(Clone, Debug)]
pub struct Versions {
    /// From 1.
    pub number: usize,
    /// How many there are.
    pub all: usize,
    /// The id of the one before it.
    pub previous: Option<String>,
    /// The id of the one after it.
    pub next: Option<String>,
}

impl Versions {
    fn new(id: &str, all: &[String]) -> Option<Self> {
        let place = all.iter().position(|sibling| sibling == id).filter(|_| all.len() > 1)?;
        let at = |place: Option<usize>| place.and_then(|place| all.get(place)).cloned();
        Some(Self {
            number: place + 1,
            all: all.len(),
            previous: at(place.checked_sub(1)),
            next: at(place.checked_add(1)),
        })
    }
}

/// Writes messages down for one reader.
pub struct Scribe {
    /// Answers as HTML.
    pub markdown: Arc<Cache>,
    /// The reader's clock.
    pub clock: Clock,
    /// The reader's language.
    pub locale: Locale,
    /// What stands beside the messages.
    pub siblings: Siblings,
}

impl Scribe {
    /// The turns of a branch, oldest first. `asker` is the reader's own name; `newest`: these are the last ones.
    pub fn turns(&self, messages: Vec<Message>, asker: &str, newest: bool) -> Vec<Turn> {
        let mut turns: Vec<_> = messages
            .into_iter()
            .filter(|message| matches!(message.role, MessageRole::User | MessageRole::Assistant))
            .map(|message| self.turn(message, asker))
            .collect();
        if let [.., question, answer] = turns.as_mut_slice()
            && answer.blocks.is_empty()
        {
            answer.lang = question.lang;
        }
        let followed = turns.len() - usize::from(newest && !turns.is_empty());
        turns.iter_mut().take(followed).for_each(|turn| turn.unfinished = false);
        turns
    }

    fn turn(&self, message: Message, asker: &str) -> Turn {
        let asked = message.role == MessageRole::User;
        let open = is_open(&message);
        Turn {
            asked,
            who: if asked { asker.to_owned() } else { self.locale.t("app.assistant").into_owned() },
            lang: language(&message.content),
            model: message.model.as_deref().map(|id| model_name(id).to_owned()),
            time: self.clock.at(message.created_at.millis()),
            blocks: match (asked, open) {
                (true, _) => Vec::new(),
                (false, true) => unfinished(&message.content),
                (false, false) => self.whole(&message.content),
            },
            words: if asked { message.content.clone() } else { String::new() },
            notice: self.notice(&message),
            unfinished: message.is_unfinished(),
            versions: Versions::new(&message.id, self.siblings.of(&message)),
            research: None,
            id: message.id,
            reasoning: message.reasoning,
            open,
        }
    }

    fn whole(&self, content: &str) -> Vec<Arc<str>> {
        if content.is_empty() { Vec::new() } else { vec![self.markdown.render(content)] }
    }

    /// An imported answer may have broken off for a reason that only the place it comes from has words for.
    fn reason(&self, code: &str) -> String {
        let known = self.locale.find(&format!("error.{code}"));
        known.map_or_else(|| self.locale.t_with("chat.cut_elsewhere", &[("code", code)]), Cow::into_owned)
    }

    fn notice(&self, message: &Message) -> Option<String> {
        match (message.status, &message.error_code) {
            (MessageStatus::Cancelled, _) => Some(self.locale.t("chat.cancelled").into_owned()),
            (_, Some(code)) => Some(self.reason(code)),
            (MessageStatus::Failed, None) => Some(self.locale.t("error.model_failed").into_owned()),
            (MessageStatus::Complete | MessageStatus::Streaming, None) => None,
        }
    }
}

/// Whether a message is being written.
pub fn is_open(message: &Message) -> bool {
    message.status == MessageStatus::Streaming
}

/// Chinese has signs of its own; what is written in others may be in any language. Fonts, emphasis and voices
/// depend on it.
pub fn language(text: &str) -> &'static str {
    match passages::language(text) {
        Locale::ZhCn => "zh-CN",
        Locale::En => "",
    }
}

/// In the same blocks as the stream counts them, so that it can go on with the one that is open.
fn unfinished(content: &str) -> Vec<Arc<str>> {
    let mut renderer = BlockRenderer::new();
    renderer.push(content);
    let mut html: Vec<Arc<str>> = Vec::new();
    for block in renderer.changed() {
        html.resize(html.len().max(block.index + 1), Arc::from(""));
        if let Some(place) = html.get_mut(block.index) {
            *place = block.html.into();
        }
    }
    html
}
