//! `/api/users`.

use serde_json::json;

use crate::support::app::spawn_app;

#[tokio::test]
async fn one_sees_oneself_without_secrets() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let me = ada.get("/api/users/me").await.json();
    assert_eq!((&me["email"], &me["role"]), (&json!("member0@example.com"), &json!("member")));
    assert!(me.get("password_hash").is_none());
}

#[tokio::test]
async fn one_changes_ones_own_name_language_and_look() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let path = format!("/api/users/{}", ada.user().id);
    let changed =
        ada.patch(&path, json!({ "name": "阿达", "locale": "en-US", "theme": "dark" })).await.json();
    assert_eq!(
        (&changed["name"], &changed["locale"], &changed["theme"]),
        (&json!("阿达"), &json!("en"), &json!("dark"))
    );
    let cleared = ada.patch(&path, json!({ "locale": "", "theme": "" })).await.json();
    assert!(cleared["locale"].is_null() && cleared["theme"].is_null());
    assert_eq!(ada.patch(&path, json!({ "theme": "pink" })).await.wrong_fields(), ["theme"]);
}

#[tokio::test]
async fn members_change_nobody_else_and_no_role() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let path = |user: &str| format!("/api/users/{user}");
    let other = ada.patch(&path(&bob.user().id), json!({ "name": "x" })).await;
    assert_eq!(other.problem(), (403, "admin_only".into()));
    let role = ada.patch(&path(&ada.user().id), json!({ "role": "admin" })).await;
    assert_eq!(role.problem(), (403, "admin_only".into()));
}

#[tokio::test]
async fn somebody_disabled_by_an_admin_is_out_at_once() {
    let app = spawn_app().await;
    let (admin, bob) = (app.admin().await, app.member().await);
    assert_eq!(bob.get("/api/chat/sessions").await.status, 200);
    let path = format!("/api/users/{}", bob.user().id);
    assert_eq!(admin.patch(&path, json!({ "disabled": true })).await.json()["disabled"], true);
    assert_eq!(bob.get("/api/chat/sessions").await.problem(), (401, "unauthorized".into()));
    admin.patch(&path, json!({ "disabled": false })).await;
    assert_eq!(bob.get("/api/chat/sessions").await.status, 200);
    let own = admin.patch(&format!("/api/users/{}", admin.user().id), json!({ "disabled": true })).await;
    assert_eq!(own.problem(), (409, "own_account".into()));
}
