//! Counts the changes of certain rows, so that what was read from them may be kept in memory until the next one.
//!
//! SQLite only, where every write is this process's own and goes through one thread: triggers on that thread's
//! connection note a change when it is made, and it is counted once it is committed, before its writer is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;

diesel::define_sql_function! {
    /// Notes that a watched row has changed in the transaction that is open.
    fn stoa_note_change() -> Integer;
}

/// The count; clones are of the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    /// Something was changed since the last commit.
    noted: Arc<AtomicBool>,
    count: Arc<AtomicU64>,
}

impl Changes {
    /// Watches on `conn`, the only connection that writes. `events` are what a trigger may come after, such as
    /// `DELETE ON users`.
    ///
    /// # Errors
    /// When a trigger cannot be made.
    pub(super) fn watch(conn: &mut SqliteConnection, events: &[&str]) -> diesel::QueryResult<Self> {
        let changes = Self::default();
        let noted = Arc::clone(&changes.noted);
        stoa_note_change_utils::register_nondeterministic_impl(conn, move || {
            noted.store(true, Ordering::Release);
            0
        })?;
        for (number, event) in events.iter().enumerate() {
            conn.batch_execute(&format!(
                "CREATE TEMP TRIGGER watch_{number} AFTER {event} BEGIN SELECT stoa_note_change(); END;"
            ))?;
        }
        Ok(changes)
    }

    /// Counts what was noted; to be called after a commit and before anybody hears of it.
    pub(super) fn committed(&self) {
        if self.noted.swap(false, Ordering::AcqRel) {
            self.count.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// The count now. What is read from the database after asking holds until the count is another.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }
}
