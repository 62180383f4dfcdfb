//! By when a task must be done, in the reader's words; knows no page.

use crate::i18n::Locale;
use crate::models::task::Task;
use crate::web::pages::moment::{Clock, Moment};

/// The end of a task's time.
pub struct Due {
    /// "Due tomorrow", "2 days overdue".
    pub when: Moment,
    /// Whether that is past and something is still to be done.
    pub late: bool,
}

impl Due {
    /// Of a task that has one. What is finished or given up is never late: there the day alone is told.
    pub fn of(task: &Task, clock: Clock, locale: Locale) -> Option<Self> {
        let at = task.due_at?.millis();
        Some(match task.status.is_open() {
            true => Self { when: clock.due(at, locale), late: at < clock.now },
            false => Self { when: clock.due_on(at, locale), late: false },
        })
    }
}
