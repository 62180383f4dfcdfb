//! How an answer ends, and how it is stopped.

use super::*;

fn whole() -> Script {
    Script::stream().text("42").data(json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}))
}

#[tokio::test]
async fn an_answer_with_a_reason_is_whole_without_done() {
    ask_script(whole().end()).await.assert_says("42");
}

#[tokio::test]
async fn an_answer_with_a_reason_is_whole_even_when_the_connection_breaks_then() {
    ask_script(whole()).await.assert_says("42");
    ask_script(whole().reset()).await.assert_says("42");
}

#[tokio::test]
async fn an_answer_without_a_reason_is_whole_with_done() {
    ask_script(Script::stream().text("42").data("[DONE]").end()).await.assert_says("42");
}

#[tokio::test]
async fn done_ends_the_answer_though_the_connection_stays_open() {
    let upstream = Upstream::chat(Script::stream().text("42").data("[DONE]").hang()).await;
    ask(&upstream).await.assert_says("42");
    upstream.disconnected(1).await;
}

#[tokio::test]
async fn a_whole_answer_does_not_wait_long_for_an_end_that_never_comes() {
    let upstream = Upstream::chat(whole().hang()).await;
    collect(open(impatient(&upstream.base_url, SHORT), question("hi")).await).await.assert_says("42");
    upstream.disconnected(1).await;
}

#[tokio::test]
async fn comments_after_a_whole_answer_do_not_keep_it_open() {
    let comment = |script: Script, _| script.send(":\n\n").sleep(SHORT / 10);
    let upstream = Upstream::chat((0..200).fold(whole(), comment).hang()).await;
    collect(open(impatient(&upstream.base_url, SHORT), question("hi")).await).await.assert_says("42");
    upstream.disconnected(1).await;
}

#[tokio::test]
async fn an_end_without_reason_or_done_is_a_cut_answer() {
    for script in [
        Script::stream().text("4").end(),
        Script::stream().text("4"),
        Script::stream().text("4").send("data: {\"choices\":[{\"del").end(),
        Script::stream().text("4").delta(json!({})).end(),
    ] {
        let outcome = ask_script(script).await;
        assert_eq!((outcome.text.as_str(), outcome.error().code()), ("4", "model_truncated"));
    }
    assert_eq!(ask_script(Script::stream().end()).await.error().code(), "model_truncated");
}

#[tokio::test]
async fn a_reset_connection_is_a_cut_answer() {
    let signal = Signal::new();
    let upstream = Upstream::chat(Script::stream().text("4").wait_for(&signal).reset()).await;
    let mut stream = open(settings(&upstream.base_url), question("hi")).await;
    assert_eq!(stream.next().await.unwrap(), Ok(ModelEvent::Text("4".into())));
    signal.fire();
    assert_eq!(collect(stream).await.error().code(), "model_truncated");
}

#[tokio::test]
async fn a_provider_that_gives_up_leaves_a_cut_answer() {
    for word in ["insufficient_system_resource", "error"] {
        let last = json!({"choices": [{"delta": {"content": "4"}, "finish_reason": word}]});
        let outcome = ask_script(Script::stream().data(last).data("[DONE]").end()).await;
        assert_eq!((outcome.text.as_str(), outcome.error().code()), ("4", "model_truncated"));
    }
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    let upstream = Upstream::chat(Script::stream().text("4").hang()).await;
    let mut stream = open(settings(&upstream.base_url), question("hi")).await;
    assert_eq!(stream.next().await.unwrap(), Ok(ModelEvent::Text("4".into())));
    drop(stream);
    upstream.disconnected(1).await;
}

#[tokio::test]
async fn dropping_the_stream_before_the_answer_begins_closes_the_connection() {
    let upstream = Upstream::chat(Script::raw().hang()).await;
    let mut stream = open(settings(&upstream.base_url), question("hi")).await;
    tokio::select! {
        event = stream.next() => panic!("{event:?}"),
        _ = upstream.received(1) => {}
    }
    drop(stream);
    upstream.disconnected(1).await;
}

#[tokio::test]
async fn nothing_is_asked_of_a_stream_that_nobody_reads() {
    let upstream = Upstream::chat(Script::answer(&["x"])).await;
    drop(open(settings(&upstream.base_url), question("hi")).await);
    ask(&upstream).await.assert_says("x");
    assert_eq!(upstream.requests().len(), 1);
}
