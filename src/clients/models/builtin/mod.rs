//! The built-in model, SmolLM2-135M-Instruct in this process: answers without a key, and without a network once
//! its weights are here. Knows nothing of sessions, runs or users.
//!
//! [`fetch`] brings the weights once and converts them, [`engine`] is the thread that answers, [`model`] is what
//! it answers with. Everything here is about this one model; other models are served over HTTP.

mod detokeniser;
mod digest;
mod engine;
mod fetch;
mod hub;
mod model;
mod pip;
mod prompt;
mod readiness;
mod requantise;
mod sampler;
mod settings;
mod threads;
mod tokeniser;
mod weights;

use std::io;
use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

pub use engine::Activity;
pub use fetch::FetchError;
pub use readiness::Readiness;
pub use settings::Settings;
pub use threads::limit_threads;

use super::{ChatModel, ChatRequest, ModelError, ModelEvent, ModelInfo, ModelStream, Provider};
use engine::{Engine, Load};
use model::Model;
use weights::Weights;

const PROVIDER: &str = "builtin";
const MODEL: &str = "SmolLM2-135M-Instruct";

/// Bytes of a token that hardly any of its tokens exceeds: runs of spaces, long common words.
const LONGEST_TOKEN: u64 = 16;

/// How often a stream sees to weights that turn out to be damaged before it gives up.
const ATTEMPTS: u8 = 2;

/// Brings the weights into `data_dir` and checks every byte of those that are there; for the command line.
pub async fn pull(
    data_dir: &Path,
    settings: &Settings,
    mut on_progress: impl FnMut(&Readiness),
) -> Result<(), FetchError> {
    let (progress, mut seen) = watch::channel(Readiness::Missing);
    let weights = Weights::of(data_dir);
    let work = fetch::fetch(&weights, settings, &progress);
    tokio::pin!(work);
    loop {
        tokio::select! {
            result = &mut work => return result,
            Ok(()) = seen.changed() => on_progress(&seen.borrow_and_update()),
        }
    }
}

/// The provider of the built-in model, and the model itself. Clones share one thread and one set of weights.
#[derive(Clone)]
pub struct BuiltIn {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    weights: Weights,
    readiness: watch::Sender<Readiness>,
    engine: Engine,
}

impl BuiltIn {
    /// The built-in model with the weights in `data_dir`, if there are any; reads no more than their size.
    /// Fails when the system gives no thread.
    pub fn new(data_dir: &Path, settings: Settings) -> io::Result<Self> {
        let weights = Weights::of(data_dir);
        let state = if weights.seem_whole() { Readiness::Ready } else { Readiness::Missing };
        let readiness = watch::Sender::new(state);
        let load = loading(weights.clone(), settings.clone(), readiness.clone());
        let engine = Engine::start(load, settings.idle(), settings.queue.get())?;
        Ok(Self { shared: Arc::new(Shared { settings, weights, readiness, engine }) })
    }

    /// Begins to bring the weights in the background, unless they are here or on their way. Needs to be called
    /// within the runtime.
    pub fn start_fetch(&self) {
        let begins = self.shared.readiness.send_if_modified(|state| {
            let begins = *state != Readiness::Ready && !state.is_underway();
            if begins {
                *state = Readiness::Fetching { percent: 0 };
            }
            begins
        });
        if begins {
            tokio::spawn(bring(Arc::clone(&self.shared)));
        }
    }

    /// How far the weights are, now and from now on.
    pub fn readiness(&self) -> watch::Receiver<Readiness> {
        self.shared.readiness.subscribe()
    }

    /// What the model's thread does, now and from now on.
    pub fn activity(&self) -> watch::Receiver<Activity> {
        self.shared.engine.activity()
    }

    /// The events of the wait for the weights; ends when they are here.
    fn prepare(&self) -> impl futures_util::Stream<Item = Result<ModelEvent, ModelError>> + Send + use<> {
        let this = self.clone();
        async_stream::try_stream! {
            let mut readiness = this.readiness();
            // A failure from before is no answer to somebody who asks now.
            this.start_fetch();
            loop {
                let state = readiness.borrow_and_update().clone();
                match state {
                    Readiness::Ready => break,
                    Readiness::Missing => this.start_fetch(),
                    Readiness::Fetching { percent } => yield ModelEvent::Preparing { percent },
                    Readiness::Preparing => yield ModelEvent::Preparing { percent: 100 },
                    Readiness::Failed { reason } => Err(ModelError::Unavailable(reason))?,
                }
                let gone = |_| ModelError::Unavailable("the process ends".to_owned());
                readiness.changed().await.map_err(gone)?;
            }
        }
    }
}

impl ChatModel for BuiltIn {
    fn info(&self) -> ModelInfo {
        let settings = &self.shared.settings;
        ModelInfo {
            id: format!("{PROVIDER}/{MODEL}"),
            name: MODEL.to_owned(),
            provider: PROVIDER.to_owned(),
            context_length: settings.prompt_limit() + settings.answer_limit(),
            capabilities: Vec::new(),
        }
    }

    fn stream(&self, request: ChatRequest) -> ModelStream {
        let this = self.clone();
        Box::pin(async_stream::stream! {
            for attempt in 1..=ATTEMPTS {
                for await event in this.prepare() {
                    let failed = event.is_err();
                    yield event;
                    if failed { return }
                }
                let mut pieces = match this.shared.engine.ask(request.clone()) {
                    Ok(pieces) => pieces,
                    Err(error) => {
                        yield Err(error);
                        return;
                    }
                };
                let mut damaged = false;
                while let Some(piece) = pieces.recv().await {
                    damaged = piece.is_err() && attempt < ATTEMPTS && !this.shared.is_ready();
                    if !damaged { yield piece }
                }
                if !damaged { return }
            }
        })
    }

    fn longest_prompt(&self) -> u64 {
        u64::from(self.shared.settings.prompt_limit()) * LONGEST_TOKEN
    }

    fn follows_instructions(&self) -> bool {
        false
    }
}

impl Provider for BuiltIn {
    fn name(&self) -> &str {
        PROVIDER
    }

    fn list(&self) -> BoxFuture<'_, Result<Vec<Arc<dyn ChatModel>>, ModelError>> {
        let model: Arc<dyn ChatModel> = Arc::new(self.clone());
        async { Ok(vec![model]) }.boxed()
    }
}

impl Shared {
    fn is_ready(&self) -> bool {
        *self.readiness.borrow() == Readiness::Ready
    }
}

/// Fetches, and says how it went even if it panics: nobody may wait for ever.
async fn bring(shared: Arc<Shared>) {
    let work = {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move { fetch::fetch(&shared.weights, &shared.settings, &shared.readiness).await })
    };
    let outcome = work.await.map_err(|error| error.to_string());
    let state = match outcome.and_then(|fetched| fetched.map_err(|error| error.to_string())) {
        Ok(()) => Readiness::Ready,
        Err(reason) => {
            tracing::warn!(reason, "the built-in model cannot be used");
            Readiness::Failed { reason }
        }
    };
    shared.readiness.send_replace(state);
}

/// Loads the model, on its thread, from weights of which every byte was checked. Damaged ones count as missing
/// from then on.
fn loading(weights: Weights, settings: Settings, readiness: watch::Sender<Readiness>) -> Load {
    Box::new(move || {
        if !weights.are_whole() {
            readiness.send_replace(Readiness::Missing);
            return Err(ModelError::Unavailable(
                "its weights are damaged and must be fetched anew".to_owned(),
            ));
        }
        let model = Model::load(&weights.model(), settings.clone())
            .map_err(|error| ModelError::Unavailable(format!("its weights cannot be read: {error}")))?;
        Ok(Box::new(model))
    })
}
