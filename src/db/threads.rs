//! The threads on which jobs meet connections: one for each connection, begun when they are needed; knows nothing of
//! what the jobs do.
//!
//! Every worker of the web server has a runtime with blocking threads of its own. Were jobs spread over those, dozens
//! of threads would wait for a few connections; here a thread that is done takes the next job without sleeping.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use crate::error::{AppError, AppResult};

/// A handle to the threads; they end when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Threads(Arc<Owned>);

struct Owned(Option<Runtime>);

impl Threads {
    /// At most `count` threads.
    pub(super) fn new(count: u32) -> anyhow::Result<Self> {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.thread_name("db").max_blocking_threads(usize::try_from(count)?).build()?;
        Ok(Self(Arc::new(Owned(Some(runtime)))))
    }

    /// Runs `job` on one of the threads, unless it has waited for longer than `patience` for its turn.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        patience: Duration,
        job: impl FnOnce() -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let Some(runtime) = &self.0.0 else { return Err(stopped()) };
        let asked = Instant::now();
        let done = runtime.spawn_blocking(move || match asked.elapsed() < patience {
            true => job(),
            false => Err(AppError::Unavailable(anyhow::anyhow!("no connection was free for {patience:?}"))),
        });
        done.await.map_err(|e| AppError::Internal(e.into()))?
    }
}

fn stopped() -> AppError {
    AppError::Unavailable(anyhow::anyhow!("the database threads have stopped"))
}

impl Drop for Owned {
    /// A runtime that is dropped waits for its threads, which must not be done where futures run.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
