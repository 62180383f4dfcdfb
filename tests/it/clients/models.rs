//! The registry: lists of several providers, ids, and the default model.

use std::sync::Arc;

use serde_json::json;
use stoa::clients::base_url::BaseUrl;
use stoa::clients::http::http_client;
use stoa::clients::models::Provider;
use stoa::clients::models::openai::{DEFAULT_IDLE_TIMEOUT, EndpointSettings, OpenAiProvider};
use stoa::clients::models::registry::Models;

use crate::support::upstream::{Script, Upstream, refusing};

fn provider(name: &str, base_url: &str) -> Arc<dyn Provider> {
    let settings = EndpointSettings {
        name: name.into(),
        base_url: BaseUrl::parse(base_url).unwrap(),
        api_key: None,
        models: Vec::new(),
        idle_timeout: DEFAULT_IDLE_TIMEOUT,
    };
    Arc::new(OpenAiProvider::new(http_client().unwrap(), settings))
}

async fn offering(models: &[&str]) -> Upstream {
    let data: Vec<_> = models.iter().map(|id| json!({ "id": id })).collect();
    Upstream::start().await.on("/v1/models", Script::json(200, json!({ "data": data })))
}

async fn broken() -> Upstream {
    Upstream::start().await.on("/v1/models", Script::json(500, json!({"error": {"message": "broken"}})))
}

async fn ids(models: &Models) -> Vec<String> {
    models.list().await.into_iter().map(|model| model.id).collect()
}

#[tokio::test]
async fn models_are_listed_by_provider_and_failing_providers_left_out() {
    let providers = vec![
        provider("one", &offering(&["b", "a"]).await.base_url),
        provider("two", &broken().await.base_url),
        provider("three", &offering(&["org/c"]).await.base_url),
    ];
    assert_eq!(ids(&Models::new(providers, None)).await, ["one/b", "one/a", "three/org/c"]);
}

#[tokio::test]
async fn a_list_is_used_again_by_every_clone_and_a_failure_for_a_moment() {
    let (good, bad) = (offering(&["a"]).await, broken().await);
    let models = Models::new(vec![provider("one", &good.base_url), provider("two", &bad.base_url)], None);
    let clone = models.clone();
    let (first, second) = tokio::join!(ids(&models), ids(&clone));
    assert_eq!(
        (first.as_slice(), second.as_slice()),
        (["one/a".to_owned()].as_slice(), ["one/a".to_owned()].as_slice())
    );
    clone.find("one/a").await.map(|model| model.info().name).unwrap();
    assert_eq!((good.requests().len(), bad.requests().len()), (1, 1));
}

#[tokio::test]
async fn a_model_is_found_by_its_id() {
    let models = Models::new(vec![provider("one", &offering(&["a", "org/b"]).await.base_url)], None);
    assert_eq!(models.find("one/org/b").await.map(|model| model.info().name).unwrap(), "org/b");
    for id in ["", "one", "one/", "one/c", "a", "two/a", "/a", "one/org"] {
        assert_eq!(
            models.find(id).await.map(|model| model.info().id).unwrap_err().code(),
            "model_not_found",
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_model_of_a_failing_provider_is_not_called_unknown() {
    let (_kept, address) = refusing();
    let providers =
        vec![provider("one", &broken().await.base_url), provider("two", &format!("http://{address}"))];
    let models = Models::new(providers, None);
    for (id, code) in [("one/a", "model_failed"), ("two/a", "model_unreachable")] {
        assert_eq!(models.find(id).await.map(|model| model.info().id).unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn the_default_is_the_configured_model_or_the_first_there_is() {
    let default = async |providers: Vec<Arc<dyn Provider>>, id: Option<&str>| {
        let model = Models::new(providers, id.map(str::to_owned)).default_model().await;
        model.map(|model| model.info().id).map_err(|error| error.code())
    };
    let (one, two) = (offering(&["a", "b"]).await, offering(&["c"]).await);
    let (none, bad) = (offering(&[]).await, broken().await);
    let all = || {
        vec![
            provider("none", &none.base_url),
            provider("bad", &bad.base_url),
            provider("one", &one.base_url),
            provider("two", &two.base_url),
        ]
    };
    assert_eq!(default(all(), Some("two/c")).await, Ok("two/c".to_owned()));
    assert_eq!(default(all(), Some("two/d")).await, Err("model_not_found"));
    assert_eq!(default(all(), None).await, Ok("one/a".to_owned()));
    assert_eq!(default(vec![provider("none", &none.base_url)], None).await, Err("model_not_found"));
    assert_eq!(
        default(vec![provider("none", &none.base_url), provider("bad", &bad.base_url)], None).await,
        Err("model_failed")
    );
    assert_eq!(default(Vec::new(), None).await, Err("model_not_found"));
}
