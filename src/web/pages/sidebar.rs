//! The conversations at the side of every page, grouped by how long they have been quiet.

use super::moment::Clock;
use crate::models::chat_session::ChatSession;
use crate::models::run::RunStatus;
use crate::web::live;

/// The groups, in the order they are shown; empty ones are left out.
#[derive(Clone, Debug, Default, Hash)]
pub struct Sidebar {
    /// Pinned, today, yesterday, …
    pub groups: Vec<Group>,
}

/// One heading and what stands under it.
#[derive(Clone, Debug, Hash)]
pub struct Group {
    /// The key of the heading.
    pub heading: &'static str,
    /// The conversations, newest first.
    pub items: Vec<Item>,
}

/// One conversation at the side.
#[derive(Clone, Debug, Hash)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The key of what is being done in it, if anything is.
    pub busy: Option<&'static str>,
    /// Whether this is the page one is on.
    pub current: bool,
}

impl Sidebar {
    /// Groups conversations that come newest first; `current` is the id of the one being read.
    pub fn new(sessions: &[ChatSession], current: Option<&str>, clock: Clock) -> Self {
        let groups = HEADINGS.into_iter().map(|heading| {
            let members = sessions.iter().filter(|session| heading_of(session, clock) == heading);
            Group { heading, items: members.map(|session| Item::of(session, current)).collect() }
        });
        Self { groups: groups.filter(|group| !group.items.is_empty()).collect() }
    }

    /// A name for how it looks: another one when anything in it has changed.
    pub fn version(&self) -> String {
        live::version(self)
    }
}

impl Item {
    fn of(session: &ChatSession, current: Option<&str>) -> Self {
        Self {
            id: session.id.clone(),
            name: session.name.clone(),
            busy: busy(session.run_status),
            current: current == Some(&session.id),
        }
    }
}

/// The key of what a session is busy with: an answer is being made, or its member is waited for.
pub fn busy(status: Option<RunStatus>) -> Option<&'static str> {
    match status? {
        RunStatus::Waiting => Some("side.waiting"),
        status => status.is_active().then_some("side.running"),
    }
}

const HEADINGS: [&str; 5] = ["side.pinned", "side.today", "side.yesterday", "side.week", "side.older"];

fn heading_of(session: &ChatSession, clock: Clock) -> &'static str {
    match clock.days_ago(session.updated_at.millis()) {
        _ if session.pinned => "side.pinned",
        ..=0 => "side.today",
        1 => "side.yesterday",
        2..=7 => "side.week",
        _ => "side.older",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Time;
    use crate::models::chat_session::SessionKind;
    use crate::models::tags::Tags;

    const DAY: i64 = 86_400_000;

    fn session(millis: i64, pinned: bool) -> ChatSession {
        let at = Time::from_millis(millis);
        ChatSession {
            id: millis.to_string(),
            user_id: String::new(),
            name: String::new(),
            unnamed: false,
            kind: SessionKind::Chat,
            model: None,
            pinned,
            archived: false,
            tags: Tags::default(),
            head_id: None,
            message_count: 0,
            run_status: None,
            created_at: at,
            updated_at: at,
        }
    }

    fn headings(sessions: &[ChatSession], clock: Clock) -> Vec<(&'static str, usize)> {
        let side = Sidebar::new(sessions, None, clock);
        side.groups.iter().map(|group| (group.heading, group.items.len())).collect()
    }

    #[test]
    fn days_are_those_of_the_reader() {
        // 17:00 UTC is 01:00 of the next day in Shanghai.
        let now = 20_000 * DAY + 17 * 3_600_000;
        let sessions = [session(now - 1_800_000, false), session(now - 7_200_000, false)];
        assert_eq!(headings(&sessions, Clock { now, offset_minutes: 0 }), [("side.today", 2)]);
        let shanghai = Clock { now, offset_minutes: 480 };
        assert_eq!(headings(&sessions, shanghai), [("side.today", 1), ("side.yesterday", 1)]);
    }

    #[test]
    fn pinned_ones_stand_first_and_only_there() {
        let now = 20_000 * DAY;
        let sessions = [session(now, false), session(now - 30 * DAY, true)];
        let clock = Clock { now, offset_minutes: 0 };
        assert_eq!(headings(&sessions, clock), [("side.pinned", 1), ("side.today", 1)]);
    }
}
