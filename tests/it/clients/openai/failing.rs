//! What becomes of errors.

use super::*;

async fn error_of(script: Script) -> ModelError {
    ask_script(script).await.end.unwrap_err()
}

#[tokio::test]
async fn every_status_has_its_error() {
    for (status, code) in [
        (400, "model_rejected"),
        (401, "model_unauthorized"),
        (402, "model_rejected"),
        (403, "model_unauthorized"),
        (404, "model_not_found"),
        (408, "model_timed_out"),
        (413, "model_context_too_long"),
        (422, "model_rejected"),
        (429, "model_rate_limited"),
        (500, "model_failed"),
        (502, "model_failed"),
        (503, "model_failed"),
    ] {
        let body =
            json!({"error": {"message": "Loading model", "type": "unavailable_error", "code": status}});
        let error = error_of(Script::json(status, body)).await;
        assert_eq!(error.code(), code, "{status}");
        assert!(error.to_string().contains("Loading model"), "{error}");
    }
}

#[tokio::test]
async fn a_status_without_a_body_is_enough() {
    let error = error_of(Script::reply(500, &[], "")).await;
    assert!(error.to_string().contains("500"), "{error}");
    let cut = Script::raw().send("HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n{\"err");
    assert_eq!(error_of(cut).await.code(), "model_unauthorized");
}

#[tokio::test]
async fn a_busy_provider_says_how_long_to_wait() {
    let wait = async |header: &str| {
        let headers = [("Retry-After", header), ("Content-Type", "application/json")];
        let body = r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#;
        match error_of(Script::reply(429, &headers, body)).await {
            ModelError::RateLimited { retry_after, .. } => retry_after,
            other => panic!("{other}"),
        }
    };
    assert_eq!(wait("17").await, Some(17));
    assert_eq!(wait("whenever").await, None);
    assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT").await, Some(0));
    let date = (chrono::Utc::now() + chrono::Duration::seconds(600)).format("%a, %d %b %Y %H:%M:%S GMT");
    assert!((500..=600).contains(&wait(&date.to_string()).await.unwrap()));
}

#[tokio::test]
async fn a_conversation_that_is_too_long_is_named_so() {
    for error in [
        json!({"code": 400, "message": "the request exceeds it", "type": "exceed_context_size_error", "n_ctx": 4}),
        json!({"code": "context_length_exceeded", "message": "too long", "type": "invalid_request_error"}),
        json!({"message": "This model's maximum context length is 4096 tokens.", "code": 400}),
    ] {
        let body = json!({ "error": error });
        assert_eq!(error_of(Script::json(400, &body)).await.code(), "model_context_too_long");
        assert_eq!(error_of(Script::stream().data(&body).end()).await.code(), "model_context_too_long");
    }
}

#[tokio::test]
async fn an_error_inside_the_stream_keeps_what_came_before() {
    for error in [
        json!({"error": {"message": "out of memory", "type": "server_error", "code": 500}}),
        json!({"error": {"message": "out of memory"}, "message": "out of memory"}),
        json!({"error": "out of memory"}),
        json!({"error": {"message": "out of memory", "code": null}, "choices": [{"finish_reason": "error"}]}),
        json!({"object": "error", "message": "out of memory", "code": 50001}),
    ] {
        let outcome = ask_script(Script::stream().text("4").data(&error).data("[DONE]").end()).await;
        assert_eq!(outcome.text, "4");
        assert_eq!(outcome.end, Err(ModelError::Upstream("out of memory".into())), "{error}");
    }
}

#[tokio::test]
async fn an_error_line_that_is_no_event_is_an_error() {
    let line = "error: {\"code\":500,\"message\":\"out of memory\",\"type\":\"server_error\"}\n\n";
    let outcome = ask_script(Script::stream().text("4").send(line).end()).await;
    assert_eq!(outcome.end, Err(ModelError::Upstream("out of memory".into())));
    let event = "event: error\ndata: {\"message\":\"out of memory\"}\n\n";
    assert_eq!(error_of(Script::stream().send(event).end()).await.to_string(), outcome.error().to_string());
}

#[tokio::test]
async fn an_error_inside_the_stream_may_name_a_status() {
    let error = json!({"error": {"message": "busy", "code": 429}});
    assert_eq!(error_of(Script::stream().data(error).end()).await.code(), "model_rate_limited");
}

#[tokio::test]
async fn an_error_body_at_200_is_an_error() {
    for (body, code) in [
        (r#"{"error":{"message":"m","code":401}}"#, "model_unauthorized"),
        ("\n\n {\n \"error\": {\n\n \"message\": \"m\" } }", "model_failed"),
        (r#"{"detail":"m"}"#, "model_failed"),
        (r#"{"error":"m","choices":[]}"#, "model_failed"),
    ] {
        let error = error_of(Script::json(200, body)).await;
        assert_eq!(error.code(), code, "{body}");
        assert!(error.to_string().ends_with(": m"), "{error}");
    }
}

#[tokio::test]
async fn something_else_than_an_answer_is_an_error() {
    assert_eq!(error_of(Script::stream().data("nonsense").end()).await.code(), "model_failed");
    assert_eq!(error_of(Script::json(200, "[1]")).await.code(), "model_failed");
    let page = Script::reply(200, &[("Content-Type", "text/html; charset=utf-8")], "<html>");
    assert_eq!(error_of(page).await.code(), "model_not_found");
    assert_eq!(error_of(Script::raw().send("SSH-2.0-OpenSSH\r\n")).await.code(), "model_failed");
    assert_eq!(error_of(Script::raw()).await.code(), "model_failed");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Upstream::chat(Script::answer(&["stolen"])).await;
    let location = format!("{}/chat/completions", elsewhere.base_url);
    let error = error_of(Script::reply(307, &[("Location", &location)], "")).await;
    assert_eq!(error.code(), "model_rejected");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn an_event_without_end_is_refused() {
    let piece = "x".repeat(64 * 1024);
    let endless = (0..20).fold(Script::stream().text("4").send("data: "), |script, _| script.send(&piece));
    let upstream = Upstream::chat(endless.hang()).await;
    let outcome = ask(&upstream).await;
    assert_eq!((outcome.text.as_str(), outcome.error().code()), ("4", "model_failed"));
    upstream.disconnected(1).await;
}

#[tokio::test]
async fn no_server_is_unreachable() {
    let (_kept, address) = refusing();
    let address = format!("http://me:{KEY}@{address}/v1");
    let outcome = collect(open(settings(&address), question("hi")).await).await;
    assert_eq!(outcome.error().code(), "model_unreachable");
    assert!(!outcome.error().to_string().contains(KEY), "{}", outcome.error());
    let nowhere = settings("http://stoa.invalid/v1");
    assert_eq!(collect(open(nowhere, question("hi")).await).await.error().code(), "model_unreachable");
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_refused_without_being_shown() {
    let upstream = Upstream::chat(Script::answer(&["x"])).await;
    let odd = EndpointSettings { api_key: Secret::parse("sk-a\nb"), ..settings(&upstream.base_url) };
    let outcome = collect(open(odd, question("hi")).await).await;
    assert_eq!(outcome.error().code(), "model_rejected");
    assert!(!outcome.error().to_string().contains("sk-a"), "{}", outcome.error());
}

#[tokio::test]
async fn messages_are_short_and_never_repeat_the_key() {
    let message = format!("Incorrect API key provided: {KEY}. {}", "blah ".repeat(1000));
    let body = json!({"error": {"message": message}});
    for script in [Script::json(401, &body), Script::json(200, &body), Script::stream().data(&body).end()] {
        let text = format!("{:?}", error_of(script).await);
        assert!(text.contains("Incorrect") && !text.contains(KEY) && text.len() < 400, "{text}");
    }
}
