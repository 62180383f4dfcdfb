//! What becomes of servers that say nothing.

use super::*;

async fn error_after(script: Script) -> Outcome {
    let upstream = Upstream::chat(script).await;
    let outcome = collect(open(impatient(&upstream.base_url, SHORT), question("hi")).await).await;
    upstream.disconnected(1).await;
    outcome
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    assert_eq!(error_after(Script::raw().hang()).await.error().code(), "model_timed_out");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_given_up_and_its_text_kept() {
    let outcome = error_after(Script::stream().text("4").hang()).await;
    assert_eq!((outcome.text.as_str(), outcome.error().code()), ("4", "model_timed_out"));
}

#[tokio::test]
async fn bytes_that_never_make_a_line_are_silence() {
    let drip = |script: Script, _| script.send("x").sleep(Duration::from_millis(20));
    let outcome = error_after((0..200).fold(Script::stream().text("4").send("data: "), drip)).await;
    assert_eq!((outcome.text.as_str(), outcome.error().code()), ("4", "model_timed_out"));
}

#[tokio::test]
async fn an_error_whose_body_never_comes_is_known_by_its_status() {
    let outcome =
        error_after(Script::raw().send("HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\n").hang()).await;
    assert_eq!(outcome.error().code(), "model_unauthorized");
}

#[tokio::test]
async fn keep_alive_comments_are_a_sign_of_life() {
    let beat = |script: Script, _| script.send(": keep-alive\n\n").sleep(Duration::from_millis(150));
    let script = finished((0..10).fold(Script::stream(), beat).text("42"));
    let upstream = Upstream::chat(script).await;
    let patient = impatient(&upstream.base_url, Duration::from_secs(1));
    collect(open(patient, question("hi")).await).await.assert_says("42");
}
