//! Counts the changes of certain rows, so that what was read from them may be kept in memory until the next one.
//!
//! SQLite only, where every write is this process's own and goes through one thread: triggers on that thread's
//! connection note a change when it is made, and it is counted once it is committed, before its writer is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Integer;
use diesel::sqlite::SqliteConnection;

diesel::define_sql_function! {
    /// Notes that a watched row of that kind has changed in the transaction that is open.
    fn stoa_note_change(kind: Integer) -> Integer;
}

/// The counts, one for each kind of row; clones are of the same ones.
#[derive(Clone, Debug)]
pub(super) struct Changes(Arc<[Count]>);

#[derive(Debug, Default)]
struct Count {
    /// Something was changed since the last commit.
    noted: AtomicBool,
    committed: AtomicU64,
}

impl Changes {
    /// Watches on `conn`, the only connection that writes. Each kind is what triggers may come after, such as
    /// `DELETE ON users`.
    ///
    /// # Errors
    /// When a trigger cannot be made.
    pub(super) fn watch(conn: &mut SqliteConnection, kinds: &[&[&str]]) -> diesel::QueryResult<Self> {
        let changes = Self(kinds.iter().map(|_| Count::default()).collect());
        let noting = changes.clone();
        stoa_note_change_utils::register_nondeterministic_impl(conn, move |kind: i32| {
            if let Some(count) = usize::try_from(kind).ok().and_then(|kind| noting.0.get(kind)) {
                count.noted.store(true, Ordering::Release);
            }
            0
        })?;
        for (kind, events) in kinds.iter().enumerate() {
            for (number, event) in events.iter().enumerate() {
                conn.batch_execute(&format!(
                    "CREATE TEMP TRIGGER watch_{kind}_{number} AFTER {event} BEGIN SELECT stoa_note_change({kind}); END;"
                ))?;
            }
        }
        Ok(changes)
    }

    /// Counts what was noted; to be called after a commit and before anybody hears of it.
    pub(super) fn committed(&self) {
        for count in self.0.iter().filter(|count| count.noted.swap(false, Ordering::AcqRel)) {
            count.committed.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// The count of a kind now. What is read from the database after asking holds until the count is another.
    pub(super) fn count(&self, kind: usize) -> Option<u64> {
        self.0.get(kind).map(|count| count.committed.load(Ordering::Acquire))
    }
}
