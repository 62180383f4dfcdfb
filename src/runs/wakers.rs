//! Who waits for something to happen, by a key; knows nothing of what happens.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// Those who wait.
#[derive(Default)]
pub(super) struct Wakers(Mutex<HashMap<String, watch::Sender<()>>>);

/// Somebody who waits. What happens after it was made wakes it, even before it begins to wait.
pub struct Waiter(watch::Receiver<()>);

impl Wakers {
    /// Begins to listen for `key`.
    pub(super) fn listen(&self, key: &str) -> Waiter {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = known.entry(key.to_owned()).or_insert_with(|| watch::Sender::new(()));
        Waiter(sender.subscribe())
    }

    /// Wakes who waits for `key`. A key nobody waits for any more is forgotten.
    pub(super) fn wake(&self, key: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = known.get(key)
            && sender.send(()).is_err()
        {
            known.remove(key);
        }
    }

    /// Forgets the keys nobody waits for.
    pub(super) fn tidy(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, sender| sender.receiver_count() > 0);
    }
}

impl Waiter {
    /// Waits until it is woken, at most `patience`; whether it was.
    pub async fn wait(&mut self, patience: Duration) -> bool {
        timeout(patience, self.0.changed()).await.is_ok()
    }
}
