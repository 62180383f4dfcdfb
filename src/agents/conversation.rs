//! What a model is shown of a conversation: its instructions and the newest messages. A branch is read from its end, as
//! far as the model sees and no further, so that its length costs nothing.

use crate::clients::models::context::{BYTES_PER_TOKEN, MESSAGE_OVERHEAD};
use crate::clients::models::{ChatMessage, ChatRole};
use crate::db::DbConn;
use crate::error::{AppError, AppResult};
use crate::models::message::{MessageRole, Said};
use crate::repositories::branches;
use crate::repositories::messages::{self, Reach};
use crate::runs::RunContext;

/// Messages read at the most, however small they are and however much the model sees.
const MOST_MESSAGES: i64 = 4096;
/// Bytes of text read at the most, not counting the rest of the message in which they end.
const MOST_BYTES: i64 = 16 * 1024 * 1024;
/// System messages that count as instructions, from the beginning of the conversation on.
const MOST_INSTRUCTIONS: i64 = 16;

/// The end of a branch, and how the branch begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passage {
    /// The system messages with which the branch begins, wherever the rest does.
    instructions: Vec<Said>,
    /// What was said, oldest first; the last of it is the question. Nothing in it is empty.
    talk: Vec<Said>,
    /// Whether that is all that was said.
    whole: bool,
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

    /// As a model is shown it.
    pub(super) fn shown(self) -> Vec<ChatMessage> {
        self.instructions.into_iter().chain(self.talk).filter_map(to_chat).collect()
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

fn to_chat(said: Said) -> Option<ChatMessage> {
    let role = match said.role {
        MessageRole::System => ChatRole::System,
        MessageRole::User => ChatRole::User,
        MessageRole::Assistant => ChatRole::Assistant,
        MessageRole::Tool => return None,
    };
    Some(ChatMessage { role, content: said.content })
}
