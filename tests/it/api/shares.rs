//! Sharing a session: a frozen copy at an address nobody can guess.

use serde_json::json;

use crate::support::app::{TestApp, spawn_app};
use crate::support::caller::Caller;
use crate::support::reports::{LOCK, research};
use crate::support::upstream::Script;

async fn shared(ada: &Caller, session: &str) -> serde_json::Value {
    let answer = ada.post(&format!("/api/chat/sessions/{session}/share"), json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["share"].clone()
}

/// The path of a share's address.
fn path(app: &TestApp, share: &serde_json::Value) -> String {
    let url = share["url"].as_str().unwrap();
    url.strip_prefix(&app.state.base_url).unwrap().to_owned()
}

#[tokio::test]
async fn a_share_shows_strangers_what_was_there_when_it_was_made() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    ada.ask(&id, "first question").await;
    let share = shared(&ada, &id).await;
    let place = path(&app, &share);
    assert_eq!(place, format!("/share/{}", share["key"].as_str().unwrap()));
    assert_eq!(share["key"].as_str().unwrap().len(), 43);
    ada.ask(&id, "second question").await;
    ada.patch(&format!("/api/chat/sessions/{id}"), json!({ "name": "another name" })).await;
    let page = app.anonymous().get(&place).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("first question") && page.text.contains("Hello there."));
    assert!(!page.text.contains("second question") && !page.text.contains("another name"));

    let anew = shared(&ada, &id).await;
    assert_eq!(anew["url"], share["url"]);
    assert!(app.anonymous().get(&place).await.text.contains("second question"));
    let found = ada.get(&format!("/api/chat/sessions/{id}/share")).await.json()["share"].clone();
    assert_eq!(found, anew);
}

#[tokio::test]
async fn a_share_tells_nothing_of_its_owner_but_the_name_and_is_kept_by_nobody() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    ada.ask(&id, "hi").await;
    let place = path(&app, &shared(&ada, &id).await);
    let page = app.anonymous().get(&place).await;
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("x-robots-tag"), "noindex, nofollow");
    assert!(page.text.contains("content=\"noindex, nofollow\"") && page.text.contains("Ada"));
    let user = ada.user();
    for secret in [&id, &user.id, user.email.as_ref().unwrap()] {
        assert!(!page.text.contains(secret.as_str()), "{secret}");
    }
    assert!(page.attributes("form", "action").iter().all(|to| to == "/preferences"));
}

#[tokio::test]
async fn a_revoked_key_leads_nowhere_and_the_next_is_another() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let api = format!("/api/chat/sessions/{id}/share");
    assert_eq!(ada.get(&api).await.problem(), (404, "not_found".into()));
    assert_eq!(ada.delete(&api, json!({})).await.problem(), (404, "not_found".into()));
    let first = path(&app, &shared(&ada, &id).await);
    assert_eq!(app.anonymous().get(&first).await.status, 200);
    assert_eq!(ada.delete(&api, json!({})).await.json(), json!({ "success": true }));
    assert_eq!(app.anonymous().get(&first).await.status, 404);
    let second = path(&app, &shared(&ada, &id).await);
    assert_ne!(first, second);
    ada.delete(&format!("/api/chat/sessions/{id}"), json!({})).await;
    assert_eq!(app.anonymous().get(&second).await.status, 404);
}

#[tokio::test]
async fn no_other_key_leads_anywhere() {
    let app = spawn_app().await;
    let forty_three = "A".repeat(43);
    let nul = format!("%00{}", "A".repeat(42));
    for key in ["x", "%00", "%25", &forty_three, &nul, "%F0%9F%91%8B", &"A".repeat(2000)] {
        let answer = app.anonymous().get(&format!("/share/{key}")).await;
        assert_eq!(answer.status, 404, "{key}");
    }
}

#[tokio::test]
async fn what_a_disabled_member_shared_is_not_shown() {
    let app = spawn_app().await;
    let (ada, admin) = (app.member().await, app.admin().await);
    let id = ada.session().await;
    let place = path(&app, &shared(&ada, &id).await);
    admin.patch(&format!("/api/users/{}", ada.user().id), json!({ "disabled": true })).await;
    assert_eq!(app.anonymous().get(&place).await.status, 404);
}

#[tokio::test]
async fn scripts_in_a_shared_conversation_stay_text() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let hostile = "<script>alert(1)</script><svg onload=alert(1)> [x](javascript:alert(1)) \
        [y](data:text/html,x) ![z](javascript:alert(1))";
    app.upstream.play([Script::answer(&[hostile])]);
    ada.ask(&id, hostile).await;
    ada.patch(&format!("/api/chat/sessions/{id}"), json!({ "name": "<img src=x onerror=alert(1)>" })).await;
    let place = path(&app, &shared(&ada, &id).await);
    let page = app.anonymous().get(&place).await;
    for tag in ["<script>alert", "<svg onload", "<img src=x"] {
        assert!(!page.text.contains(tag), "{tag}");
    }
    for link in page.attributes("a, img", "href").iter().chain(&page.attributes("img", "src")) {
        assert!(!link.starts_with("javascript:") && !link.starts_with("data:"), "{link}");
    }
}

#[tokio::test]
async fn a_shared_research_shows_its_report_with_every_quote_and_none_of_the_texts_behind_it() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let place = path(&app, &shared(&ada, &made.session).await);
    let stranger = app.anonymous();
    let page = stranger.get(&place).await;
    let (links, ids) = (page.attributes("sup.footnote a", "href"), page.attributes("li[id]", "id"));
    assert_eq!((links.len(), ids.len()), (3, 3));
    assert!(page.text.contains("Only one connection can write at a time."));
    assert!(
        page.text.contains("读者不会被写者阻塞。") && page.text.contains("href=\"https://example.org/wal\"")
    );
    assert!(
        !page.text.contains(LOCK) && !page.text.contains("Others wait.") && !page.text.contains("写者之间")
    );
    assert!(!page.text.contains(&made.artifact) && !page.text.contains("/sources"));
    for private in ["sources", "sources/1", "export"] {
        assert_eq!(stranger.get(&format!("/api/chat/sessions/{}/{private}", made.session)).await.status, 401);
    }
}
