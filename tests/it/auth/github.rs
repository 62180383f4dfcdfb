//! GitHub and its habits.

use serde_json::json;

use super::{me, reason};
use crate::support::app::{TestApp, spawn_app_with};
use crate::support::browser::Browser;
use crate::support::github::GitHub;

async fn with_github() -> (TestApp, GitHub) {
    let github = GitHub::start().await;
    let app = spawn_app_with(|config| config.identity_providers = vec![github.config()]).await;
    app.admin().await;
    (app, github)
}

#[tokio::test]
async fn the_primary_verified_address_is_taken_though_the_profile_has_none() {
    let (app, github) = with_github().await;
    let browser = Browser::new(app.address);
    assert_eq!(github.sign_in(&browser).await.leads_to(), "/");
    let me = me(&browser).await;
    assert_eq!((me["name"].as_str(), me["email"].as_str()), (Some("Octo Cat"), Some("octo@example.com")));
}

#[tokio::test]
async fn somebody_is_known_by_number_not_by_login() {
    let (app, github) = with_github().await;
    let (first, second, third) =
        (Browser::new(app.address), Browser::new(app.address), Browser::new(app.address));
    github.sign_in(&first).await.leads_to();
    github.play().user = json!({ "id": 583_231, "login": "renamed", "name": null });
    github.sign_in(&second).await.leads_to();
    assert_eq!(me(&first).await["id"], me(&second).await["id"]);
    // The old login may belong to somebody else by now.
    github.play().user = json!({ "id": 7, "login": "octocat", "name": " ", "email": "octocat@example.com" });
    github.play().emails = None;
    assert_eq!(github.sign_in(&third).await.leads_to(), "/");
    let third = me(&third).await;
    assert_ne!(third["id"], me(&first).await["id"]);
    assert_eq!((third["name"].as_str(), &third["email"]), (Some("octocat"), &json!(null)));
}

#[tokio::test]
async fn an_unverified_address_is_none() {
    let (app, github) = with_github().await;
    github.play().emails = Some(json!([{ "email": "x@example.com", "primary": true, "verified": false }]));
    let browser = Browser::new(app.address);
    github.sign_in(&browser).await.leads_to();
    assert_eq!(me(&browser).await["email"], json!(null));
}

#[tokio::test]
async fn refusals_with_status_200_are_refusals() {
    let (app, github) = with_github().await;
    for (error, code) in [
        ("bad_verification_code", "identity_code_refused"),
        ("incorrect_client_credentials", "identity_client_refused"),
        ("redirect_uri_mismatch", "identity_redirect_refused"),
        ("unverified_user_email", "identity_refused"),
    ] {
        github.play().refusal = Some(error);
        assert_eq!(reason(&github.sign_in(&Browser::new(app.address)).await), code);
    }
}

#[tokio::test]
async fn an_account_that_makes_no_sense_is_refused() {
    let (app, github) = with_github().await;
    github.play().user = json!({ "login": "octocat" });
    assert_eq!(reason(&github.sign_in(&Browser::new(app.address)).await), "identity_missing_claim");
    github.play().user = json!({ "id": "text", "login": "octocat" });
    assert_eq!(reason(&github.sign_in(&Browser::new(app.address)).await), "identity_not_understood");
}

#[tokio::test]
async fn a_redirect_uri_it_does_not_know_is_told_at_the_way_back() {
    let (app, _github) = with_github().await;
    let browser = Browser::new(app.address);
    let away = browser.get("/api/auth/login/github").await;
    let state = away.leads_to().split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let back = format!("/api/auth/callback?error=redirect_uri_mismatch&state={state}");
    assert_eq!(reason(&browser.get(&back).await), "identity_redirect_refused");
}
