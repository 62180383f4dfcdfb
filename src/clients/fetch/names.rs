//! Names to addresses, those that may be connected to alone. What is found here is what is connected to: nobody asks again.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use futures_util::FutureExt;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::guard::{Guard, Refused};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Names looked up at once. A look-up is a thread that nobody can stop, and names may be made to take long.
const LOOKUPS: usize = 16;

/// Resolves names to the addresses among theirs that may be connected to.
pub struct CheckedNames {
    guard: Arc<Guard>,
    room: Arc<Semaphore>,
}

impl CheckedNames {
    /// By that guard.
    pub fn new(guard: Arc<Guard>) -> Self {
        Self { guard, room: Arc::new(Semaphore::new(LOOKUPS)) }
    }
}

/// All addresses of a name. Whoever stops waiting leaves the room taken until the thread is done.
async fn look_up(name: String, room: Arc<Semaphore>) -> Result<Vec<SocketAddr>, BoxError> {
    let room = room.acquire_owned().await?;
    let look_up = move || {
        let _room = room;
        (name.as_str(), 0).to_socket_addrs().map(Iterator::collect)
    };
    Ok(tokio::task::spawn_blocking(look_up).await??)
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, room) = (Arc::clone(&self.guard), Arc::clone(&self.room));
        async move {
            let name = name.as_str().trim_end_matches('.').to_ascii_lowercase();
            let found = look_up(name.clone(), room).await?;
            let free = guard.allows_name(&name);
            let addresses: Vec<SocketAddr> =
                found.into_iter().filter(|one| free || guard.allows(one.ip())).collect();
            match addresses.is_empty() {
                true => Err(Refused(name).into()),
                false => {
                    let addresses: Addrs = Box::new(addresses.into_iter());
                    Ok(addresses)
                }
            }
        }
        .boxed()
    }
}
