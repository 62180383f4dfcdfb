//! What is sent.

use super::*;

#[tokio::test]
async fn an_answer_comes_with_its_text_usage_and_reason() {
    let outcome = ask_script(Script::answer(&["Hel", "lo, ", "世界"])).await;
    outcome.assert_says("Hello, 世界");
    assert_eq!(outcome.usage, Some(TokenUsage { prompt_tokens: 7, completion_tokens: 3 }));
    assert_eq!(outcome.reasoning, "");
}

#[tokio::test]
async fn the_request_names_the_model_and_carries_the_key() {
    let upstream = Upstream::chat(Script::answer(&["ok"])).await;
    ask(&upstream).await.assert_says("ok");
    let request = upstream.requests().remove(0);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(request.headers["authorization"], format!("Bearer {KEY}"));
    let expected = json!({
        "model": "m", "messages": [{"role": "user", "content": "hi"}],
        "stream": true, "stream_options": {"include_usage": true},
    });
    assert_eq!(request.body, expected);
}

#[tokio::test]
async fn without_a_key_no_authorization_is_sent() {
    let upstream = Upstream::chat(Script::answer(&["ok"])).await;
    let open_settings = EndpointSettings { api_key: None, ..settings(&upstream.base_url) };
    collect(open(open_settings, question("hi")).await).await.assert_says("ok");
    assert!(!upstream.requests()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn each_piece_is_passed_on_before_the_next_one_comes() {
    let signal = Signal::new();
    let script = finished(Script::stream().text("first").wait_for(&signal).text("second"));
    let upstream = Upstream::chat(script).await;
    let mut stream = open(settings(&upstream.base_url), question("hi")).await;
    assert_eq!(stream.next().await.unwrap().unwrap(), ModelEvent::Text("first".into()));
    signal.fire();
    assert_eq!(collect(stream).await.text, "second");
}

#[tokio::test]
async fn a_long_conversation_is_trimmed_to_the_context_of_the_model() {
    let upstream = Upstream::chat(Script::answer(&["ok"])).await;
    let small = ModelSettings { context_length: 80, ..ModelSettings::named("m") };
    let settings = EndpointSettings { models: vec![small], ..settings(&upstream.base_url) };
    let message = |role, content: &str| ChatMessage { role, content: content.into() };
    let messages = vec![
        message(ChatRole::System, "be brief"),
        message(ChatRole::User, &"长".repeat(60)),
        message(ChatRole::Assistant, "old"),
        message(ChatRole::User, "new"),
    ];
    collect(open(settings, ChatRequest { messages, begun: None, max_tokens: Some(9) }).await)
        .await
        .assert_says("ok");
    let body = &upstream.requests()[0].body;
    let sent = json!([{"role": "system", "content": "be brief"}, {"role": "user", "content": "new"}]);
    assert_eq!((&body["messages"], &body["max_tokens"]), (&sent, &json!(9)));
}

#[tokio::test]
async fn of_a_long_answer_that_is_to_go_on_the_end_is_sent_and_the_question_with_it() {
    let upstream = Upstream::chat(Script::answer(&["ok"])).await;
    let small = ModelSettings { context_length: 400, ..ModelSettings::named("m") };
    let settings = EndpointSettings { models: vec![small], ..settings(&upstream.base_url) };
    let begun = Some(format!("{}完", "长".repeat(300)));
    let request = ChatRequest { begun, ..question("why") };
    collect(open(settings, request).await).await.assert_says("ok");
    let sent = upstream.requests()[0].body["messages"].clone();
    assert_eq!(sent.as_array().unwrap().len(), 3);
    assert_eq!(sent[0], json!({"role": "user", "content": "why"}));
    let begun = sent[1]["content"].as_str().unwrap();
    assert!(begun.starts_with("[…] 长") && begun.ends_with("长完"), "{begun}");
    assert!((100..=160).contains(&begun.chars().count()), "{begun}");
    assert_eq!(sent[2]["role"], "user");
}

#[tokio::test]
async fn a_server_that_refuses_stream_options_is_asked_again_without_them() {
    let refusal = json!({"error": {"message": "Unrecognized request argument: stream_options", "type": "x"}});
    for status in [400, 422] {
        let upstream = Upstream::chat(Script::json(status, &refusal)).await;
        let upstream = upstream.on("/v1/chat/completions", Script::answer(&["ok"]));
        ask(&upstream).await.assert_says("ok");
        let options: Vec<Value> =
            upstream.requests().iter().map(|request| request.body["stream_options"].clone()).collect();
        assert_eq!(options, [json!({"include_usage": true}), Value::Null]);
    }
}

#[tokio::test]
async fn a_server_that_keeps_refusing_is_not_asked_for_ever() {
    let refusal = json!({"error": {"message": "stream_options is not allowed"}});
    let upstream = Upstream::chat(Script::json(400, refusal)).await;
    assert_eq!(ask(&upstream).await.error().code(), "model_rejected");
    assert_eq!(upstream.requests().len(), 2);
}

#[tokio::test]
async fn a_server_that_wants_the_newer_name_of_the_limit_gets_it() {
    let message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
    let upstream = Upstream::chat(Script::json(400, json!({"error": {"message": message}}))).await;
    let upstream = upstream.on("/v1/chat/completions", Script::answer(&["ok"]));
    let request = ChatRequest { max_tokens: Some(5), ..question("hi") };
    collect(open(settings(&upstream.base_url), request).await).await.assert_says("ok");
    let body = &upstream.requests()[1].body;
    assert_eq!((body.get("max_tokens"), &body["max_completion_tokens"]), (None, &json!(5)));
}
