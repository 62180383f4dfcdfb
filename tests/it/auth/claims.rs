//! What a provider says is believed only when it holds in every respect.

use chrono::Utc;
use serde_json::json;

use super::{me, nobody, reason, with_company, with_company_and};
use crate::support::browser::Browser;
use crate::support::issuer::{Issuer, Play, SECRET, Signing};
use crate::support::upstream::{Script, Upstream};

/// The reason why nobody comes in when the provider is changed so.
async fn refused(change: impl FnOnce(&mut Play)) -> String {
    let (app, issuer) = with_company().await;
    change(&mut issuer.play());
    let browser = Browser::new(app.address);
    let answer = issuer.sign_in(&browser, "company", "/").await;
    assert!(nobody(&browser).await);
    let page = browser.get(answer.leads_to()).await;
    assert!(!page.text.contains(SECRET));
    reason(&answer)
}

#[tokio::test]
async fn a_token_for_another_sign_in_is_refused() {
    assert_eq!(refused(|play| play.claims = json!({ "nonce": "another" })).await, "identity_wrong_nonce");
    assert_eq!(refused(|play| play.claims = json!({ "nonce": null })).await, "identity_wrong_nonce");
}

#[tokio::test]
async fn a_token_for_another_application_is_refused() {
    assert_eq!(refused(|play| play.claims = json!({ "aud": "other" })).await, "identity_wrong_audience");
    let several = json!({ "aud": ["stoa", "other"] });
    assert_eq!(refused(|play| play.claims = several).await, "identity_wrong_audience");
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let other = json!({ "iss": "https://other.example" });
    assert_eq!(refused(|play| play.claims = other).await, "identity_wrong_issuer");
}

#[tokio::test]
async fn a_token_of_another_time_is_refused() {
    let now = Utc::now().timestamp();
    let expired = json!({ "iat": now - 900, "exp": now - 600 });
    assert_eq!(refused(|play| play.claims = expired).await, "identity_clock_skew");
    let early = json!({ "iat": now + 900, "exp": now + 1200 });
    assert_eq!(refused(|play| play.claims = early).await, "identity_clock_skew");
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute() {
    let (app, issuer) = with_company().await;
    let now = Utc::now().timestamp();
    issuer.play().claims = json!({ "iat": now - 120, "exp": now - 60 });
    assert_eq!(issuer.sign_in(&Browser::new(app.address), "company", "/").await.leads_to(), "/");
    issuer.play().claims = json!({ "iat": now + 60, "exp": now + 120 });
    assert_eq!(issuer.sign_in(&Browser::new(app.address), "company", "/").await.leads_to(), "/");
}

#[tokio::test]
async fn a_signature_that_proves_nothing_is_refused() {
    for signing in [Signing::WrongKey, Signing::Nothing, Signing::ClientSecret, Signing::PublicKey] {
        assert_eq!(refused(|play| play.signing = signing).await, "identity_wrong_signature", "{signing:?}");
    }
}

#[tokio::test]
async fn a_provider_cannot_allow_weak_signatures() {
    let announced = json!({ "id_token_signing_alg_values_supported": ["none", "HS256"] });
    for signing in [Signing::Nothing, Signing::ClientSecret] {
        let reason = refused(|play| (play.signing, play.discovery) = (signing, announced.clone())).await;
        assert_eq!(reason, "identity_wrong_signature");
    }
}

#[tokio::test]
async fn a_new_key_is_asked_for_once() {
    let (app, issuer) = with_company().await;
    issuer.sign_in(&Browser::new(app.address), "company", "/").await.leads_to();
    issuer.rotate();
    let browser = Browser::new(app.address);
    assert_eq!(issuer.sign_in(&browser, "company", "/").await.leads_to(), "/");
    assert_eq!(me(&browser).await["name"], "Ada 王");
    assert_eq!((issuer.asked("jwks"), issuer.asked("discovery")), (2, 1));
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    assert_eq!(issuer.asked("jwks"), 2);
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for_at_userinfo() {
    let (app, issuer) = with_company().await;
    issuer.play().claims = json!({ "email": null, "email_verified": null, "name": null, "picture": null });
    issuer.play().userinfo = json!({ "sub": "ada-1", "email": "Ada@Example.com", "email_verified": "true", "preferred_username": "ada" });
    let browser = Browser::new(app.address);
    assert_eq!(issuer.sign_in(&browser, "company", "/").await.leads_to(), "/");
    let me = me(&browser).await;
    assert_eq!((me["name"].as_str(), me["email"].as_str()), (Some("ada"), Some("ada@example.com")));
    assert_eq!(issuer.asked("userinfo"), 1);
}

#[tokio::test]
async fn userinfo_of_somebody_else_is_refused() {
    let reason = refused(|play| {
        play.claims = json!({ "email": null });
        play.userinfo = json!({ "sub": "eve", "email": "eve@example.com" });
    });
    assert_eq!(reason.await, "identity_not_understood");
}

#[tokio::test]
async fn a_token_without_a_subject_is_refused() {
    assert_eq!(refused(|play| play.claims = json!({ "sub": null })).await, "identity_missing_claim");
    assert_eq!(refused(|play| play.claims = json!({ "sub": "" })).await, "identity_not_understood");
    let long = json!({ "sub": "x".repeat(256) });
    assert_eq!(refused(|play| play.claims = long).await, "identity_not_understood");
}

#[tokio::test]
async fn answers_without_an_id_token_are_refused() {
    let bare = json!({ "access_token": "access", "token_type": "Bearer" });
    assert_eq!(refused(|play| play.token_answer = Some((200, bare))).await, "identity_missing_claim");
    let junk = json!({ "access_token": "access", "token_type": "Bearer", "id_token": "no.token.at all" });
    assert_eq!(refused(|play| play.token_answer = Some((200, junk))).await, "identity_not_understood");
}

#[tokio::test]
async fn refusals_at_the_token_endpoint_are_told_apart() {
    for (status, error, code) in [
        (401, "invalid_client", "identity_client_refused"),
        (400, "unauthorized_client", "identity_client_refused"),
        (400, "invalid_grant", "identity_code_refused"),
        (400, "redirect_uri_mismatch", "identity_redirect_refused"),
        (400, "invalid_scope", "identity_scope_refused"),
        (400, "something_new", "identity_refused"),
        (503, "temporarily_unavailable", "identity_unreachable"),
    ] {
        let body = json!({ "error": error, "error_description": format!("said {SECRET}") });
        assert_eq!(refused(|play| play.token_answer = Some((status, body))).await, code, "{error}");
    }
}

#[tokio::test]
async fn a_wrong_client_secret_is_said_to_be() {
    let (app, issuer) = with_company_and(|config| {
        config.identity_providers[0].client_secret = toml::from_str::<toml::Table>("x = 'wrong'")
            .unwrap()
            .remove("x")
            .map(|value| value.try_into().unwrap());
    })
    .await;
    let answer = issuer.sign_in(&Browser::new(app.address), "company", "/").await;
    assert_eq!(reason(&answer), "identity_client_refused");
}

/// An application whose provider answers discovery with `script`; the reason why nobody gets there.
async fn unreadable(script: Script) -> String {
    let upstream = Upstream::start().await.on("/.well-known/openid-configuration", script);
    let url = upstream.base_url.trim_end_matches("/v1").to_owned();
    let (app, _issuer) = with_company_and(|config| config.identity_providers[0].issuer = Some(url)).await;
    reason(&Browser::new(app.address).get("/api/auth/login/company").await)
}

#[tokio::test]
async fn huge_slow_and_senseless_answers_are_given_up_on() {
    assert_eq!(
        unreadable(Script::json(200, json!({ "padding": "x".repeat(2 << 20) }))).await,
        "identity_not_understood"
    );
    assert_eq!(unreadable(Script::raw().hang()).await, "identity_unreachable");
    assert_eq!(
        unreadable(Script::raw().send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{").hang()).await,
        "identity_unreachable"
    );
    assert_eq!(unreadable(Script::json(500, json!({}))).await, "identity_unreachable");
    assert_eq!(unreadable(Script::json(404, json!({}))).await, "identity_not_understood");
    assert_eq!(
        unreadable(Script::json(200, json!({ "issuer": "https://x" }))).await,
        "identity_missing_claim"
    );
    assert_eq!(
        unreadable(Script::reply(200, &[("Content-Type", "text/html")], "<p>Sign in</p>")).await,
        "identity_not_understood"
    );
    let elsewhere = Script::reply(302, &[("Location", "http://127.0.0.1:1/")], "");
    assert_eq!(unreadable(elsewhere).await, "identity_not_understood");
}

#[tokio::test]
async fn a_provider_under_another_name_than_configured_is_refused() {
    let (app, issuer) = with_company().await;
    issuer.play().discovery = json!({ "issuer": format!("{}/", issuer.url) });
    let answer = Browser::new(app.address).get("/api/auth/login/company").await;
    assert_eq!(reason(&answer), "identity_wrong_issuer");
}

#[tokio::test]
async fn a_client_whose_secret_goes_into_the_form_sends_it_there() {
    let (app, issuer) = with_company().await;
    issuer.play().discovery = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
    let answer = issuer.sign_in(&Browser::new(app.address), "company", "/").await;
    // The stand-in only takes HTTP's own way, so being refused shows that it was not taken.
    assert_eq!(reason(&answer), "identity_client_refused");
}

#[tokio::test]
async fn an_unverified_address_is_trusted_only_where_configured() {
    let (app, issuer) = with_company_and(|config| config.identity_providers[0].trust_email = true).await;
    issuer.play().claims = json!({ "email_verified": null });
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    assert_eq!(me(&browser).await["email"], "ada@example.com");
    // An address that is said not to be verified never is.
    issuer.play().claims = json!({ "sub": "eve", "email": "eve@example.com", "email_verified": false });
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    assert_eq!(me(&browser).await["email"], json!(null));
    drop::<Issuer>(issuer);
}
