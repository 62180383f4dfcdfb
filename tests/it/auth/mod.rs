//! Signing in with providers: real HTTP to stand-ins that are right in every detail but the one a test is about.

mod accounts;
mod claims;
mod doctor;
mod flow;
mod github;
mod linking;
mod signing_out;
mod state;

use stoa::config::Config;

use crate::support::app::{TestApp, spawn_app_with};
use crate::support::browser::Browser;
use crate::support::caller::Answer;
use crate::support::issuer::Issuer;

/// An application with one provider, `company`, and an administrator.
async fn with_company() -> (TestApp, Issuer) {
    with_company_and(|_| {}).await
}

/// The same, with changes to its configuration.
async fn with_company_and(change: impl FnOnce(&mut Config)) -> (TestApp, Issuer) {
    let issuer = Issuer::start().await;
    let app = spawn_app_with(|config| {
        config.identity_providers = vec![issuer.config("company")];
        change(config);
    });
    let app = app.await;
    app.admin().await;
    (app, issuer)
}

/// Why a provider let nobody in, as the redirect tells it.
#[track_caller]
fn reason(answer: &Answer) -> String {
    let (path, query) = answer.leads_to().split_once('?').unwrap_or_default();
    let facts: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let fact = |name: &str| facts.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    assert_eq!((path, fact("error").as_deref()), ("/login", Some("auth_failed")), "{}", answer.leads_to());
    assert!(fact("id").is_some_and(|id| uuid::Uuid::try_parse(&id).is_ok()), "{query}");
    fact("reason").unwrap_or_default()
}

/// Who is signed in.
async fn me(browser: &Browser) -> serde_json::Value {
    let answer = browser.get("/api/users/me").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// Nobody is.
async fn nobody(browser: &Browser) -> bool {
    browser.get("/api/users/me").await.status == 401
}
