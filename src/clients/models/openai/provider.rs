//! The models an endpoint offers; knows nothing of how they answer.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::Client;
use serde::Deserialize;
use serde_json::Value;

use super::endpoint::Endpoint;
use super::model::OpenAiModel;
use super::settings::{DEFAULT_CONTEXT_LENGTH, EndpointSettings, ModelSettings};
use crate::clients::models::{ChatModel, ModelError, Provider};

const LIST_TIMEOUT: Duration = Duration::from_secs(5);

/// An OpenAI-compatible endpoint as a provider of models.
pub struct OpenAiProvider {
    endpoint: Arc<Endpoint>,
}

impl OpenAiProvider {
    /// Nothing is asked before the first list or answer.
    pub fn new(client: Client, settings: EndpointSettings) -> Self {
        Self { endpoint: Arc::new(Endpoint { client, settings }) }
    }

    async fn models(&self) -> Result<Vec<Arc<dyn ChatModel>>, ModelError> {
        let configured = &self.endpoint.settings.models;
        let models = if configured.is_empty() {
            let patience = LIST_TIMEOUT.min(self.endpoint.settings.idle_timeout);
            let list = self.endpoint.get::<ModelList>("models", patience).await;
            list.map_err(|error| self.endpoint.tidy(error))?.into_models()
        } else {
            configured.clone()
        };
        Ok(models.into_iter().map(|settings| self.model(settings)).collect())
    }

    fn model(&self, settings: ModelSettings) -> Arc<dyn ChatModel> {
        Arc::new(OpenAiModel { endpoint: Arc::clone(&self.endpoint), settings })
    }
}

impl Provider for OpenAiProvider {
    fn name(&self) -> &str {
        &self.endpoint.settings.name
    }

    fn list(&self) -> BoxFuture<'_, Result<Vec<Arc<dyn ChatModel>>, ModelError>> {
        self.models().boxed()
    }
}

/// A list of models, in OpenAI's envelope or, as some send it, without.
#[derive(Deserialize)]
#[serde(untagged)]
enum ModelList {
    // Null says that there are no models; without the field, it is no list.
    Envelope {
        #[serde(deserialize_with = "Option::deserialize")]
        data: Option<Vec<ListedModel>>,
    },
    Bare(Vec<ListedModel>),
}

/// A model with the names different servers have for its context length.
#[derive(Deserialize)]
struct ListedModel {
    id: String,
    #[serde(default)]
    max_model_len: Value,
    #[serde(default)]
    context_length: Value,
    #[serde(default)]
    context_window: Value,
    #[serde(default)]
    meta: Value,
}

impl ModelList {
    fn into_models(self) -> Vec<ModelSettings> {
        let listed = match self {
            Self::Envelope { data } => data.unwrap_or_default(),
            Self::Bare(data) => data,
        };
        let mut seen = HashSet::new();
        listed
            .into_iter()
            .filter(|model| !model.id.is_empty() && seen.insert(model.id.clone()))
            .map(|model| ModelSettings {
                context_length: model.context_length().unwrap_or(DEFAULT_CONTEXT_LENGTH),
                ..ModelSettings::named(model.id)
            })
            .collect()
    }
}

impl ListedModel {
    fn context_length(&self) -> Option<u32> {
        [
            Some(&self.max_model_len),
            Some(&self.context_length),
            Some(&self.context_window),
            self.meta.get("n_ctx"),
        ]
        .into_iter()
        .flatten()
        .find_map(|value| u32::try_from(value.as_u64()?).ok().filter(|length| *length > 0))
    }
}
