//! Sessions deleted while an answer is made in them: neither waits for the other for ever.

use futures_util::future::join_all;
use reqwest::Method;

use crate::support::app::spawn_app;
use crate::support::caller::send;
use crate::support::upstream::Script;

#[tokio::test(flavor = "multi_thread")]
async fn sessions_can_be_deleted_at_any_moment_of_their_answers() {
    let app = spawn_app().await;
    app.upstream.play([Script::answer(&["Hello", " there."])]);
    let ada = app.member().await;
    let lives = (0..40).map(|_| async {
        let session = ada.session().await;
        ada.say(&session, "hi").await;
        let deleted = ada.request(Method::DELETE, &format!("/api/chat/sessions/{session}"));
        let deleted = send(deleted).await;
        assert_eq!(deleted.status, 200, "{}", deleted.text);
    });
    join_all(lives).await;
}
