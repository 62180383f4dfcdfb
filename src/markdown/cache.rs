//! Rendered HTML remembered by the hash of its text, within a bound; it knows nothing of whose text it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use sha2::{Digest, Sha256};

/// What an entry costs beyond its HTML, roughly, in bytes.
const OVERHEAD: usize = 128;

type Entries = HashMap<[u8; 32], Arc<str>>;

/// A cache in two generations: what is used moves to the young one; when that holds half the bound it becomes the old
/// one and what nobody asked for since is dropped.
///
/// A complete message never changes, so an entry is never wrong; a message that is deleted leaves with its generation.
pub struct Cache {
    generations: Mutex<Generations>,
    half: usize,
}

#[derive(Default)]
struct Generations {
    young: Entries,
    old: Entries,
    young_bytes: usize,
}

impl Cache {
    /// A cache of at most about `max_bytes` of HTML.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        Self { generations: Mutex::default(), half: max_bytes / 2 }
    }

    /// [`super::render`], remembered.
    pub fn render(&self, text: &str) -> Arc<str> {
        // Large texts take seconds: whoever reads or writes rows would wait for them.
        debug_assert!(
            !matches!(thread::current().name(), Some("db" | "db-writer")),
            "a connection is held while a text is rendered"
        );
        let key: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        if let Some(html) = self.find(&key) {
            return html;
        }
        let html: Arc<str> = super::render(text).into();
        self.lock().keep(key, &html, self.half);
        html
    }

    fn find(&self, key: &[u8; 32]) -> Option<Arc<str>> {
        let mut generations = self.lock();
        if let Some(html) = generations.young.get(key) {
            return Some(Arc::clone(html));
        }
        let html = generations.old.remove(key)?;
        generations.keep(*key, &html, self.half);
        Some(html)
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Cache {
    /// 16 MiB: some thousands of messages.
    fn default() -> Self {
        Self::new(16 * 1024 * 1024)
    }
}

impl Generations {
    fn keep(&mut self, key: [u8; 32], html: &Arc<str>, half: usize) {
        let cost = html.len() + OVERHEAD;
        if cost > half {
            return;
        }
        if self.young_bytes + cost > half {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        if self.young.insert(key, Arc::clone(html)).is_none() {
            self.young_bytes += cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(cache: &Cache) -> usize {
        let generations = cache.lock();
        let sizes = generations.young.values().chain(generations.old.values());
        sizes.map(|html| html.len() + OVERHEAD).sum()
    }

    #[test]
    fn what_was_rendered_is_not_rendered_again() {
        let cache = Cache::default();
        let first = cache.render("*a*");
        assert_eq!(&*first, super::super::render("*a*"));
        assert!(Arc::ptr_eq(&first, &cache.render("*a*")));
    }

    #[test]
    fn the_bound_holds_and_what_is_used_stays() {
        let cache = Cache::new(4096);
        let favourite = cache.render("favourite");
        for n in 0..200 {
            cache.render(&format!("text {n}"));
            assert!(Arc::ptr_eq(&favourite, &cache.render("favourite")));
            assert!(held(&cache) <= 4096);
        }
    }

    #[test]
    fn what_is_larger_than_half_the_bound_is_not_kept() {
        let cache = Cache::new(1024);
        cache.render(&"long ".repeat(1000));
        assert_eq!(held(&cache), 0);
    }
}
