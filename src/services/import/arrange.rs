//! Makes a tree of messages of any order: parents before children, no message lost to a missing parent or a cycle.

use std::collections::{HashMap, VecDeque};

use super::notes::{Note, Notes};
use crate::models::archive::ArchivedMessage;
use crate::models::message::MessageRole;

/// The messages of a session, and the one at the end of the branch that is shown.
pub(super) type Arranged = (Vec<(MessageRole, ArchivedMessage)>, Option<String>);

/// Keeps what somebody we know has said; what follows the rest is moved up to the next message above that is kept.
pub(super) fn arrange(messages: Vec<ArchivedMessage>, head: Option<String>, notes: &mut Notes) -> Arranged {
    let mut skipped = HashMap::new();
    let mut kept: Vec<(MessageRole, ArchivedMessage)> = Vec::with_capacity(messages.len());
    let mut places: HashMap<String, usize> = HashMap::with_capacity(messages.len());
    for message in messages {
        if places.contains_key(&message.id) || skipped.contains_key(&message.id) {
            notes.add(Note::Duplicate);
            continue;
        }
        match MessageRole::parse(&message.role) {
            Some(role) => {
                places.insert(message.id.clone(), kept.len());
                kept.push((role, message));
            }
            None => {
                notes.add(if message.role.is_empty() { Note::Hidden } else { Note::UnknownRole });
                skipped.insert(message.id, message.parent_id);
            }
        }
    }
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut roots = VecDeque::new();
    for (place, (_, message)) in kept.iter_mut().enumerate() {
        let above = message.parent_id.take().and_then(|parent| ancestor(parent, &mut skipped));
        match above.as_ref().map(|parent| places.get(parent)) {
            Some(Some(parent)) => {
                message.parent_id = above;
                children.entry(*parent).or_default().push(place);
            }
            Some(None) => {
                notes.add(Note::Rerooted);
                roots.push_back(place);
            }
            None => roots.push_back(place),
        }
    }
    let head = head.and_then(|head| ancestor(head, &mut skipped)).filter(|head| places.contains_key(head));
    let ordered = from_the_roots(kept, roots, &children, notes);
    let last = ordered.last().map(|(_, message)| message.id.clone());
    (ordered, head.or(last))
}

/// The next message above that is kept, from `id` on; the way is remembered, so that long ways are gone once.
pub(super) fn ancestor(id: String, skipped: &mut HashMap<String, Option<String>>) -> Option<String> {
    let mut way = Vec::new();
    let mut at = Some(id);
    while let Some(next) = at.as_ref().and_then(|id| skipped.get(id)).cloned() {
        way.extend(at.take());
        // A circle of skipped messages leads to none.
        at = if way.len() > skipped.len() { None } else { next };
        if way.len() > skipped.len() {
            break;
        }
    }
    for passed in way {
        skipped.insert(passed, at.clone());
    }
    at
}

fn from_the_roots(
    kept: Vec<(MessageRole, ArchivedMessage)>,
    mut roots: VecDeque<usize>,
    children: &HashMap<usize, Vec<usize>>,
    notes: &mut Notes,
) -> Vec<(MessageRole, ArchivedMessage)> {
    let mut waiting: Vec<_> = kept.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    let mut unseen = 0;
    loop {
        while let Some(place) = roots.pop_front() {
            if let Some(message) = waiting.get_mut(place).and_then(Option::take) {
                ordered.push(message);
                roots.extend(children.get(&place).into_iter().flatten());
            }
        }
        // What is left goes round in circles: each is cut open at its first message.
        let Some((_, message)) = waiting.get_mut(unseen).map(Option::as_mut).unwrap_or_default() else {
            unseen += 1;
            if unseen >= waiting.len() {
                return ordered;
            }
            continue;
        };
        message.parent_id = None;
        notes.add(Note::Rerooted);
        roots.push_back(unseen);
    }
}
