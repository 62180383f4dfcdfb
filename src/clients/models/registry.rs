//! Every model of every provider under one roof; knows nothing of what kinds of providers there are.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{ChatModel, ModelError, ModelInfo, Provider};

/// How long a provider's list is used again.
const LIST_KEPT: Duration = Duration::from_secs(60);
/// How long a provider that failed is not asked again, so that one that is down does not slow every page.
const FAILURE_KEPT: Duration = Duration::from_secs(5);

type Listing = Result<Vec<Arc<dyn ChatModel>>, ModelError>;

/// The models of this workspace; clones share their lists.
#[derive(Clone)]
pub struct Models {
    shelves: Arc<[Shelf]>,
    default: Option<Arc<str>>,
}

/// A provider and what it listed last.
struct Shelf {
    provider: Arc<dyn Provider>,
    listed: Mutex<Option<(Instant, Listing)>>,
}

impl Models {
    /// The models of `providers`, in that order; `default` is the id of the model to use where none is chosen.
    pub fn new(providers: Vec<Arc<dyn Provider>>, default: Option<String>) -> Self {
        let shelves = providers.into_iter().map(|provider| Shelf { provider, listed: Mutex::new(None) });
        Self { shelves: shelves.collect(), default: default.map(Arc::from) }
    }

    /// All models that can be had now, by provider. One that cannot be reached is logged and left out.
    pub async fn list(&self) -> Vec<ModelInfo> {
        let listings = join_all(self.shelves.iter().map(Shelf::listing)).await;
        listings.into_iter().flatten().flatten().map(|model| model.info()).collect()
    }

    /// The model of an id such as `provider/name`; the name may hold further slashes.
    ///
    /// # Errors
    /// [`ModelError::NotFound`], or why the provider cannot say what it has.
    pub async fn find(&self, id: &str) -> Result<Arc<dyn ChatModel>, ModelError> {
        let unknown = || ModelError::NotFound(format!("no model is called {id}"));
        let (provider, _) = id.split_once('/').ok_or_else(unknown)?;
        let shelf =
            self.shelves.iter().find(|shelf| shelf.provider.name() == provider).ok_or_else(unknown)?;
        shelf.listing().await?.into_iter().find(|model| model.info().id == id).ok_or_else(unknown)
    }

    /// The configured model, else the first of the first provider that has one.
    ///
    /// # Errors
    /// [`ModelError::NotFound`] when there is none, or why the first provider that failed did so.
    pub async fn default_model(&self) -> Result<Arc<dyn ChatModel>, ModelError> {
        if let Some(id) = &self.default {
            return self.find(id).await;
        }
        let mut failure = None;
        for shelf in self.shelves.iter() {
            match shelf.listing().await.map(|models| models.into_iter().next()) {
                Ok(Some(model)) => return Ok(model),
                Ok(None) => {}
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or_else(|| ModelError::NotFound("no provider has a model".to_owned())))
    }
}

impl Shelf {
    /// What the provider has; whoever comes while it is being asked waits for the same answer.
    async fn listing(&self) -> Listing {
        let mut listed = self.listed.lock().await;
        if let Some((at, listing)) = listed.as_ref() {
            let kept = if listing.is_ok() { LIST_KEPT } else { FAILURE_KEPT };
            if at.elapsed() < kept {
                return listing.clone();
            }
        }
        let listing = self.provider.list().await;
        if let Err(error) = &listing {
            tracing::warn!(provider = self.provider.name(), %error, "the models could not be listed");
        }
        *listed = Some((Instant::now(), listing.clone()));
        listing
    }
}
