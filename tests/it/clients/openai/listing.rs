//! The models an endpoint offers.

use super::*;

async fn listed(script: Script) -> Result<Vec<(String, u32)>, ModelError> {
    names(&Upstream::start().await.on("/v1/models", script)).await
}

#[tokio::test]
async fn configured_models_are_offered_without_asking() {
    let upstream = Upstream::start().await;
    let big = ModelSettings {
        context_length: 32_768,
        capabilities: vec!["reasoning".into()],
        ..ModelSettings::named("org/big")
    };
    let settings = EndpointSettings { models: vec![big], ..settings(&upstream.base_url) };
    let models = OpenAiProvider::new(http_client().unwrap(), settings).list().await.unwrap();
    let info = models[0].info();
    assert_eq!(
        (info.id.as_str(), info.name.as_str(), info.provider.as_str()),
        ("test/org/big", "org/big", "test")
    );
    assert_eq!((info.context_length, info.capabilities), (32_768, vec!["reasoning".to_owned()]));
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn an_endpoint_lists_its_models_with_their_context() {
    let data = json!([
        {"id": "a", "object": "model", "created": 1, "owned_by": "x"},
        {"id": "b", "max_model_len": 4096},
        {"id": "c", "context_length": 131_072},
        {"id": "d", "context_window": 16_384, "max_model_len": null},
        {"id": "e", "meta": {"n_ctx": 2048, "n_ctx_train": 32_768}},
        {"id": "a"}, {"id": ""},
    ]);
    let expected = [("a", 8192), ("b", 4096), ("c", 131_072), ("d", 16_384), ("e", 2048)];
    let expected: Vec<(String, u32)> = expected.map(|(name, length)| (name.to_owned(), length)).into();
    for body in [json!({"object": "list", "data": data, "models": []}), data] {
        let upstream = Upstream::start().await.on("/v1/models", Script::json(200, body));
        assert_eq!(names(&upstream).await.unwrap(), expected);
        assert_eq!(upstream.requests()[0].headers["authorization"], format!("Bearer {KEY}"));
    }
}

#[tokio::test]
async fn an_endpoint_may_have_no_models() {
    assert_eq!(listed(Script::json(200, json!({"object": "list", "data": null}))).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_list_that_cannot_be_had_is_an_error_without_the_key() {
    let refusal = json!({"error": {"message": format!("bad key {KEY}")}});
    for (script, code) in [
        (Script::json(401, refusal), "model_unauthorized"),
        (Script::json(404, "{}"), "model_not_found"),
        (Script::json(200, "{\"data\":"), "model_failed"),
        (Script::json(200, "{}"), "model_failed"),
        (Script::json(200, r#"{"error":{"message":"m","code":429}}"#), "model_rate_limited"),
        (Script::reply(200, &[("Content-Type", "text/html")], "<html>"), "model_not_found"),
    ] {
        let error = listed(script).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!error.to_string().contains(KEY), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_list_in_time_is_given_up() {
    let upstream = Upstream::start().await.on("/v1/models", Script::raw().hang());
    let settings = EndpointSettings { models: Vec::new(), ..impatient(&upstream.base_url, SHORT) };
    let list = OpenAiProvider::new(http_client().unwrap(), settings).list().await;
    assert_eq!(list.map(|models| models.len()).unwrap_err().code(), "model_timed_out");
    upstream.disconnected(1).await;
}
