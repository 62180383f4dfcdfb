//! What is understood of an answer.

use super::*;

#[tokio::test]
async fn thoughts_are_read_under_both_names() {
    for name in ["reasoning", "reasoning_content"] {
        let script =
            Script::stream().delta(json!({name: "hmm, "})).delta(json!({name: "so", "content": null}));
        let outcome = ask_script(finished(script.text("42"))).await;
        outcome.assert_says("42");
        assert_eq!(outcome.reasoning, "hmm, so", "{name}");
    }
}

#[tokio::test]
async fn thoughts_inside_the_text_are_told_from_the_answer() {
    let script = Script::stream().text("<th").text("ink>\nhm").text("m</thi").text("nk>\n\n4").text("2");
    let outcome = ask_script(finished(script)).await;
    outcome.assert_says("42");
    assert_eq!(outcome.reasoning, "hmm");
}

#[tokio::test]
async fn a_text_that_ends_like_the_beginning_of_a_tag_is_not_lost() {
    ask_script(finished(Script::stream().text("<th"))).await.assert_says("<th");
    let cut = ask_script(Script::stream().text("<th")).await;
    assert_eq!((cut.text.as_str(), cut.error().code()), ("<th", "model_truncated"));
}

#[tokio::test]
async fn nulls_empty_lists_missing_fields_and_extras_do_no_harm() {
    let script = Script::stream()
        .delta(json!({"role": "assistant", "content": null}))
        .data(json!({"choices": [], "prompt_filter_results": []}))
        .data(json!({"choices": null, "usage": null, "error": null}))
        .data(json!({"choices": [{"delta": null}], "timings": {"predicted_n": 1}}))
        .data(json!({"choices": [{"delta": {"content": "o"}}]}))
        .data(json!({"choices": [{"index": null, "delta": {"content": "k"}, "finish_reason": null}]}))
        .data("")
        .data(json!({}));
    let outcome = ask_script(finished(script)).await;
    outcome.assert_says("ok");
    assert_eq!(outcome.usage, None);
}

#[tokio::test]
async fn the_last_of_many_usages_counts() {
    let usage = |n| json!({"prompt_tokens": 5, "completion_tokens": n});
    let script = Script::stream()
        .data(json!({"choices": [{"delta": {"content": "a"}}], "usage": usage(1)}))
        .data(json!({"choices": [{"delta": {"content": "b"}, "finish_reason": "stop"}], "usage": usage(2)}))
        .end();
    let outcome = ask_script(script).await;
    outcome.assert_says("ab");
    assert_eq!(outcome.usage, Some(TokenUsage { prompt_tokens: 5, completion_tokens: 2 }));
}

#[tokio::test]
async fn every_line_ending_comment_and_unknown_field_is_understood() {
    let body = "\u{feff}: keep-alive\n:\nid: 7\nretry: 5\nevent: message\n\
        data:{\"choices\":[{\"delta\":{\"content\":\"好\"}}]}\n\n: PING\n\n\
        data: {\"choices\":[{\"delta\":{},\ndata: \"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    for ending in ["\n", "\r\n", "\r"] {
        ask_script(Script::stream().send(body.replace('\n', ending)).end()).await.assert_says("好");
    }
}

#[tokio::test]
async fn bytes_may_be_cut_anywhere() {
    let body = "data: {\"choices\":[{\"delta\":{\"content\":\"深\\n思\"}}]}\r\n\r\ndata: [DONE]\r\n\r\n";
    let script = body.bytes().fold(Script::stream(), |script, byte| script.send([byte]));
    ask_script(script.end()).await.assert_says("深\n思");
}

#[tokio::test]
async fn the_last_event_needs_no_blank_line() {
    let usage = r#"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;
    let script = || Script::stream().data(json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}));
    ask_script(script().send("data: [DONE]\n").end()).await.assert_says("");
    let outcome = ask_script(script().send(format!("data: {usage}")).end()).await;
    outcome.assert_says("");
    assert_eq!(outcome.usage, Some(TokenUsage { prompt_tokens: 1, completion_tokens: 2 }));
    ask_script(Script::stream().text("x").send("data: [DONE]").end()).await.assert_says("x");
}

#[tokio::test]
async fn every_reason_to_stop_is_passed_on() {
    for (word, reason) in [
        ("stop", FinishReason::Stop),
        ("length", FinishReason::Length),
        ("content_filter", FinishReason::ContentFilter),
        ("tool_calls", FinishReason::Other),
        ("unload", FinishReason::Other),
    ] {
        let last = json!({"choices": [{"delta": {"content": "x"}, "finish_reason": word}]});
        assert_eq!(ask_script(Script::stream().data(last).data("[DONE]").end()).await.end, Ok(reason));
    }
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let message = json!({"role": "assistant", "content": "42", "reasoning_content": "hmm"});
    let body = json!({
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
    });
    for text in [body.to_string(), format!("\n\n\r\n{body:#}\n")] {
        let outcome = ask_script(Script::json(200, text)).await;
        outcome.assert_says("42");
        assert_eq!(outcome.reasoning, "hmm");
        assert_eq!(outcome.usage, Some(TokenUsage { prompt_tokens: 3, completion_tokens: 1 }));
    }
}
