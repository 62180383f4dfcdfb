//! How far the imports of this process are: their transactions show nothing to others before they end.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Messages stored so far, by the import's id.
#[derive(Default)]
pub struct Progress(Mutex<HashMap<String, Weak<AtomicUsize>>>);

impl Progress {
    /// Counts for an import for as long as somebody holds the counter.
    pub fn begin(&self, id: &str) -> Arc<AtomicUsize> {
        let counter = Arc::default();
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counters.retain(|_, counter| counter.strong_count() > 0);
        counters.insert(id.to_owned(), Arc::downgrade(&counter));
        counter
    }

    /// How many messages of an import are stored; `None` when it is not under way in this process.
    pub fn of(&self, id: &str) -> Option<usize> {
        let counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Some(counters.get(id)?.upgrade()?.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_counted_while_it_is_under_way() {
        let progress = Progress::default();
        let counter = progress.begin("a");
        counter.fetch_add(7, Ordering::Relaxed);
        assert_eq!((progress.of("a"), progress.of("b")), (Some(7), None));
        drop(counter);
        assert_eq!(progress.of("a"), None);
        progress.begin("b");
        assert_eq!(progress.0.lock().unwrap().len(), 1);
    }
}
