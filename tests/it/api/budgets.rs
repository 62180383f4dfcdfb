//! Budgets of members, as administrators set them.

use serde_json::{Value, json};

use crate::support::app::{spawn_app, spawn_app_with};
use stoa::db::DailyTokens;

#[tokio::test]
async fn an_admin_sets_a_number_no_limit_or_what_everybody_has() {
    let app = spawn_app_with(|config| config.runs.daily_tokens = DailyTokens::Most(5000)).await;
    let (admin, ada) = (app.admin().await, app.member().await);
    let path = format!("/api/users/{}", ada.user().id);
    for (budget, effective) in [
        (json!(1_000_000_000_000_i64), json!(1_000_000_000_000_i64)),
        (json!(0), json!(0)),
        (json!("unlimited"), json!("unlimited")),
        (Value::Null, json!(5000)),
    ] {
        let changed = admin.patch(&path, json!({ "daily_tokens": budget })).await;
        assert_eq!((changed.status.as_u16(), &changed.json()["daily_tokens"]), (200, &budget));
        let me = ada.get("/api/users/me").await.json();
        assert_eq!((&me["daily_tokens"], &me["usage"]["budget"]), (&budget, &effective));
        let seen = admin.get(&path).await.json();
        assert_eq!((&seen["daily_tokens"], &seen["usage"]), (&budget, &me["usage"]));
    }
    admin.patch(&path, json!({ "daily_tokens": 7 })).await;
    admin.patch(&path, json!({ "disabled": false })).await;
    assert_eq!(admin.get(&path).await.json()["daily_tokens"], 7, "what is not named stays");
    for wrong in [-1, 1_000_000_000_001_i64, i64::MIN] {
        assert_eq!(
            admin.patch(&path, json!({ "daily_tokens": wrong })).await.wrong_fields(),
            ["daily_tokens"]
        );
    }
    for wrong in [json!("lots"), json!(1.5), json!(true), json!([])] {
        let refused = admin.patch(&path, json!({ "daily_tokens": wrong })).await;
        assert_eq!(refused.problem(), (400, "invalid_field_type".into()), "{wrong}");
    }
}

#[tokio::test]
async fn nobody_but_admins_sets_budgets_and_they_also_their_own() {
    let app = spawn_app().await;
    let (admin, ada) = (app.admin().await, app.member().await);
    let own = |caller: &crate::support::caller::Caller| format!("/api/users/{}", caller.user().id);
    for path in [own(&ada), own(&admin)] {
        let refused = ada.patch(&path, json!({ "daily_tokens": "unlimited" })).await;
        assert_eq!(refused.problem(), (403, "admin_only".into()));
    }
    assert_eq!(admin.patch(&own(&admin), json!({ "daily_tokens": 3 })).await.json()["daily_tokens"], 3);
    assert!(ada.get(&own(&admin)).await.json().get("usage").is_none());
    assert!(ada.get(&own(&admin)).await.json().get("daily_tokens").is_none());
    assert_eq!(ada.get(&own(&ada)).await.json()["usage"]["tokens"], 0);
}

#[tokio::test]
async fn zero_means_no_answers_at_all() {
    let app = spawn_app().await;
    let (admin, ada) = (app.admin().await, app.member().await);
    admin.patch(&format!("/api/users/{}", ada.user().id), json!({ "daily_tokens": 0 })).await;
    let session = ada.session().await;
    let path = format!("/api/chat/sessions/{session}/messages");
    let english = ada.request(reqwest::Method::POST, &path).header("Accept-Language", "en");
    let refused = crate::support::caller::send(english.json(&json!({ "content": "hi" }))).await;
    assert_eq!(refused.problem(), (429, "budget_spent".into()));
    assert!(refused.json()["error"].as_str().unwrap().contains("ask an administrator"));
}
