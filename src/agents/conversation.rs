//! What a model is shown of a conversation: its instructions and the newest messages. A branch is read from its end, as
//! far as the model sees and no further, so that its length costs nothing.

use crate::clients::models::context::{BYTES_PER_TOKEN, MESSAGE_OVERHEAD, estimate_cost};
use crate::clients::models::{ChatMessage, ChatRole};
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::message::{MessageRole, Said};
use crate::repositories::branches;
use crate::repositories::messages::{self, Reach};
use crate::runs::RunContext;

/// Messages read at the most, however small they are and however much the model sees.
pub(super) const MOST_MESSAGES: i64 = 4096;
/// Bytes of text read at the most, not counting the rest of the message in which they end.
const MOST_BYTES: i64 = 16 * 1024 * 1024;
/// System messages that count as instructions, from the beginning of the conversation on.
const MOST_INSTRUCTIONS: i64 = 16;

/// The end of a branch, and how the branch begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passage {
    /// The system messages with which the branch begins, wherever the rest does.
    pub(super) instructions: Vec<Said>,
    /// What was said, oldest first; the last of it is the question. Nothing in it is empty.
    pub(super) talk: Vec<Said>,
    /// Whether that is all that was said.
    pub(super) whole: bool,
}

impl Passage {
    /// What stands above the answer that `context` is to give, as far as `bytes` of text go. Answers that broke off count
    /// with what they hold.
    pub(super) async fn load(context: &RunContext, bytes: u64) -> Result<Self, AppError> {
        let (session, answer) = (context.run().session_id.clone(), context.run().message_id.clone());
        let reach = Reach {
            messages: MOST_MESSAGES,
            bytes: i64::try_from(bytes).unwrap_or(MOST_BYTES).min(MOST_BYTES),
            overhead: i64::from(MESSAGE_OVERHEAD * BYTES_PER_TOKEN),
        };
        context.db().read(move |conn| Self::read(conn, &session, &answer, reach)).await
    }

    fn read(conn: &mut DbConn, session: &str, answer: &str, reach: Reach) -> AppResult<Self> {
        let mut talk = messages::tail(conn, session, answer, reach)?;
        let whole = talk.first().is_none_or(|first| first.parent_id.is_none());
        let instructions = match talk.first() {
            Some(first) if !whole => instructions(conn, session, &first.id)?,
            _ => Vec::new(),
        };
        talk.retain(|said| !said.content.is_empty() && instructions.iter().all(|known| known.id != said.id));
        let mut passage = Self { instructions, talk, whole };
        if whole {
            passage.set_instructions_apart();
        }
        Ok(passage)
    }

    fn set_instructions_apart(&mut self) {
        let first = self.talk.iter().position(|said| said.role != MessageRole::System);
        let rest = self.talk.split_off(first.unwrap_or(self.talk.len()));
        self.instructions = std::mem::replace(&mut self.talk, rest);
    }

    /// Forgets what was said up to that message; whether it was there.
    pub(super) fn forget_until(&mut self, last: &str) -> bool {
        let found = self.talk.iter().position(|said| said.id == last);
        self.talk.drain(..found.map_or(0, |at| at + 1));
        found.is_some()
    }

    /// Where the newest messages begin that fill half of `room` or less. The question is always one of them, and none of
    /// them is an answer without its question.
    pub(super) fn newest_half(&self, room: u32) -> usize {
        let mut left = room / 2;
        let fitting = self.talk.iter().rev().take_while(|said| {
            let rest = left.checked_sub(estimate_cost(&said.content));
            left = rest.unwrap_or_default();
            rest.is_some()
        });
        let start = self.talk.len().saturating_sub(fitting.count().max(1));
        let orphans = self.talk.iter().skip(start).take_while(|said| said.role == MessageRole::Assistant);
        let orphans = orphans.count();
        if start + orphans < self.talk.len() { start + orphans } else { start }
    }

    /// As a model is shown it, with what was `told` before in few words. Many models take one system message alone, so
    /// the words stand behind the instructions in theirs.
    pub(super) fn shown(self, told: Option<&str>) -> Vec<ChatMessage> {
        let mut shown: Vec<_> = self.instructions.into_iter().filter_map(to_chat).collect();
        if let Some(told) = told {
            match shown.last_mut() {
                Some(last) => last.content.push_str(&format!("\n\n{told}")),
                None => shown.push(ChatMessage { role: ChatRole::System, content: told.to_owned() }),
            }
        }
        shown.extend(self.talk.into_iter().filter_map(to_chat));
        shown
    }
}

/// The instructions of the branch that leads down to `below`. A session seldom begins in more than one way; only then
/// the way up has to tell which of them it was.
fn instructions(conn: &mut DbConn, session: &str, below: &str) -> AppResult<Vec<Said>> {
    let mut ours: Vec<Said> = Vec::new();
    for said in messages::instructions(conn, session, MOST_INSTRUCTIONS)? {
        if said.parent_id.as_ref() != ours.last().map(|last| &last.id) {
            continue;
        }
        let parents: Vec<&str> = said.parent_id.as_deref().into_iter().collect();
        let alone = branches::children(conn, session, &parents, parents.is_empty())?.len() == 1;
        if alone || !branches::way(conn, &said.id, below, 1)?.is_empty() {
            ours.push(said);
        }
    }
    ours.retain(|said| !said.content.is_empty());
    Ok(ours)
}

/// What messages cost in a model's context, in tokens as they are estimated.
pub(super) fn cost(said: &[Said]) -> u32 {
    said.iter().map(|said| estimate_cost(&said.content)).fold(0, u32::saturating_add)
}

fn to_chat(said: Said) -> Option<ChatMessage> {
    let role = match said.role {
        MessageRole::System => ChatRole::System,
        MessageRole::User => ChatRole::User,
        MessageRole::Assistant => ChatRole::Assistant,
        MessageRole::Tool => return None,
    };
    Some(ChatMessage { role, content: said.content })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(role: MessageRole, content: &str) -> Said {
        Said { id: content.to_owned(), parent_id: None, role, content: content.to_owned() }
    }

    /// Questions and answers in turn, each of ten tokens with what a message costs beside its text.
    fn talk(count: usize) -> Passage {
        let roles = [MessageRole::User, MessageRole::Assistant].into_iter().cycle().take(count);
        let talk = roles.enumerate().map(|(n, role)| said(role, &format!("{n:024}"))).collect();
        Passage { talk, ..Passage::default() }
    }

    #[test]
    fn half_of_the_room_is_kept_from_a_question_on() {
        assert_eq!(talk(9).newest_half(100), 4);
        assert_eq!(talk(9).newest_half(80), 6, "the answer goes with its question");
        assert_eq!(talk(9).newest_half(0), 8, "the question stays");
        assert_eq!((talk(9).newest_half(1000), talk(0).newest_half(0)), (0, 0));
        let greeting = Passage { talk: vec![said(MessageRole::Assistant, "Hello")], ..Passage::default() };
        assert_eq!(greeting.newest_half(0), 0);
    }

    #[test]
    fn what_was_summed_up_is_not_shown_again() {
        let mut passage = talk(4);
        assert!(!passage.forget_until("elsewhere") && passage.talk.len() == 4);
        assert!(passage.forget_until(&format!("{:024}", 2)));
        assert_eq!(passage.talk, talk(4).talk.split_off(3));
    }

    #[test]
    fn a_summary_stands_behind_the_instructions_or_alone() {
        let system = |shown: Vec<ChatMessage>| (shown.len(), shown.into_iter().next().unwrap().content);
        let mut passage = talk(2);
        assert_eq!(system(passage.clone().shown(Some("Whales."))), (3, "Whales.".to_owned()));
        passage.talk.insert(0, said(MessageRole::System, "Be kind."));
        passage.set_instructions_apart();
        assert_eq!(system(passage.clone().shown(None)), (3, "Be kind.".to_owned()));
        assert_eq!(system(passage.shown(Some("Whales."))), (3, "Be kind.\n\nWhales.".to_owned()));
    }
}
