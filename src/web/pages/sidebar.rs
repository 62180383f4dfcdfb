//! The conversations at the side of every page, grouped by how long they have been quiet.

use crate::web::pages::moment::Clock;

/// The groups, in the order they are shown; empty ones are left out.
#[derive(Clone, Debug, Default)]
pub struct Sidebar {
    /// Pinned, today, yesterday, …
    pub groups: Vec<Group>,
    /// Whether there are more than those shown.
    pub more: bool,
}

/// One heading and what stands under it.
#[derive(Clone, Debug)]
pub struct Group {
    /// The key of the heading.
    pub heading: &'static str,
    /// The conversations, newest first.
    pub items: Vec<Item>,
}

/// One conversation at the side.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Kept at the top by its owner.
    pub pinned: bool,
    /// Whether an answer is being made.
    pub running: bool,
    /// Whether this is the page one is on.
    pub current: bool,
    /// When it was last written in, in milliseconds since 1970.
    pub updated_at: i64,
}

impl Sidebar {
    /// Groups conversations that come newest first.
    pub fn new(items: Vec<Item>, more: bool, clock: Clock) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for heading in HEADINGS {
            let items: Vec<_> =
                items.iter().filter(|item| heading_of(item, clock) == heading).cloned().collect();
            if !items.is_empty() {
                groups.push(Group { heading, items });
            }
        }
        Self { groups, more }
    }
}

const HEADINGS: [&str; 5] = ["side.pinned", "side.today", "side.yesterday", "side.week", "side.older"];

fn heading_of(item: &Item, clock: Clock) -> &'static str {
    match clock.days_ago(item.updated_at) {
        _ if item.pinned => "side.pinned",
        ..=0 => "side.today",
        1 => "side.yesterday",
        2..=7 => "side.week",
        _ => "side.older",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn item(name: &str, updated_at: i64, pinned: bool) -> Item {
        Item { id: name.into(), name: name.into(), pinned, running: false, current: false, updated_at }
    }

    #[test]
    fn days_are_those_of_the_reader() {
        // 17:00 UTC is 01:00 of the next day in Shanghai.
        let now = 20_000 * DAY + 17 * 3_600_000;
        let items = || vec![item("a", now - 3_600_000, false), item("b", now - 2 * 3_600_000, false)];
        let headings = |minutes| -> Vec<_> {
            let side = Sidebar::new(items(), false, Clock { now, offset_minutes: minutes });
            side.groups.iter().map(|group| (group.heading, group.items.len())).collect()
        };
        assert_eq!(headings(0), [("side.today", 2)]);
        assert_eq!(headings(480), [("side.today", 1), ("side.yesterday", 1)]);
    }

    #[test]
    fn pinned_ones_stand_first_and_only_there() {
        let now = 20_000 * DAY;
        let side = Sidebar::new(
            vec![item("new", now, false), item("old", now - 30 * DAY, true)],
            false,
            Clock { now, offset_minutes: 0 },
        );
        let headings: Vec<_> = side.groups.iter().map(|group| group.heading).collect();
        assert_eq!(headings, ["side.pinned", "side.today"]);
    }
}
