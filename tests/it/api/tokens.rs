//! `/api/tokens`.

use serde_json::json;

use crate::support::app::spawn_app;

#[tokio::test]
async fn a_token_is_shown_once_works_and_stops_when_revoked() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = ada.post("/api/tokens", json!({ "name": "laptop" })).await.json();
    let secret = made["token"].as_str().unwrap();
    assert!(secret.starts_with("stoa_") && secret.len() == 48, "{secret}");
    let listed = ada.get("/api/tokens").await;
    assert!(!listed.text.contains(secret));
    let token = listed.json()["tokens"][0].clone();
    assert_eq!((&token["id"], &token["name"]), (&made["id"], &json!("laptop")));
    assert!(secret.starts_with(token["prefix"].as_str().unwrap()));
    assert!(token.get("token_hash").is_none() && token.get("user_id").is_none());

    let laptop = ada.with_token(secret);
    assert_eq!(laptop.get("/api/users/me").await.json()["id"], ada.user().id);
    let revoked = ada.delete(&format!("/api/tokens/{}", made["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(revoked.json(), json!({ "success": true }));
    assert_eq!(laptop.get("/api/users/me").await.status, 401);
}

#[tokio::test]
async fn a_use_is_noted() {
    let app = spawn_app().await;
    let ada = app.member().await;
    ada.get("/api/users/me").await;
    // The note is written beside the answer; the list shows it as soon as it is there.
    let mut seen = ada.get("/api/tokens").await.json()["tokens"][0]["last_used_at"].clone();
    while seen.is_null() {
        seen = ada.get("/api/tokens").await.json()["tokens"][0]["last_used_at"].clone();
    }
    assert!(seen.as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn a_token_ends_when_it_was_told_to() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let past = json!({ "name": "x", "expires_at": "2020-01-01T00:00:00Z" });
    assert_eq!(ada.post("/api/tokens", past).await.wrong_fields(), ["expires_at"]);
    for never in ["soon", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:60Z"] {
        let never = json!({ "name": "x", "expires_at": never });
        let refused = ada.post("/api/tokens", never).await;
        assert_eq!(refused.wrong_fields(), ["expires_at"]);
        assert!(refused.text.contains("2027-01-31T12:00:00Z"), "{}", refused.text);
    }
    let latest = json!({ "name": "x", "expires_at": "9999-12-31T23:59:59.999Z" });
    let latest = ada.post("/api/tokens", latest).await.json();
    assert_eq!(latest["expires_at"], "9999-12-31T23:59:59.999Z");
    let future = json!({ "name": "x", "expires_at": "2999-01-01T00:00:00+08:00" });
    let made = ada.post("/api/tokens", future).await.json();
    assert_eq!(made["expires_at"], "2998-12-31T16:00:00.000Z");
    assert_eq!(ada.with_token(made["token"].as_str().unwrap()).get("/api/users/me").await.status, 200);
}

#[tokio::test]
async fn a_token_needs_a_name() {
    let app = spawn_app().await;
    let ada = app.member().await;
    assert_eq!(ada.post("/api/tokens", json!({})).await.problem(), (400, "missing_name".into()));
    assert_eq!(ada.post("/api/tokens", json!({ "name": "x".repeat(10_000) })).await.wrong_fields(), ["name"]);
}
