//! Linking providers under Settings, and taking them away.

use reqwest::Method;
use serde_json::json;
use stoa::models::user::Role;
use stoa::services::passwords::Password;

use super::{me, with_company, with_company_and};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::caller::Answer;
use crate::support::issuer::Issuer;

const PASSWORD: &str = "correct horse";

async fn with_password(app: &TestApp, email: &str) -> Browser {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user(email, Role::Member, Some(hash)).await;
    Browser::signed_in(app, email, PASSWORD).await
}

/// Where the page that answers the form leads.
fn leads_out(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.text);
    let links = page.attributes("main .button", "href");
    let refresh = page.attributes("meta[http-equiv=refresh]", "content");
    assert_eq!(refresh, [format!("0;url={}", links[0])]);
    links[0].clone()
}

/// The whole way: from the settings to the provider and back.
pub async fn link(browser: &Browser, issuer: &Issuer) -> Answer {
    let page = browser.post("/api/auth/link/company", &[]).await;
    let back = issuer.visit(&leads_out(&page)).await;
    browser.get(&back).await
}

async fn unlink(browser: &Browser) -> Answer {
    let page = browser.get("/settings/identities").await;
    let action = page.attributes("form[action^='/settings/identities/']", "action")[0].clone();
    browser.post(&action, &[]).await
}

#[tokio::test]
async fn a_member_links_a_provider_and_signs_in_with_it() {
    let (app, issuer) = with_company().await;
    let browser = with_password(&app, "ada@example.com").await;
    let page = browser.get("/settings/identities").await;
    assert_eq!(page.attributes("section form", "action"), ["/api/auth/link/company"]);
    assert_eq!(link(&browser, &issuer).await.leads_to(), "/settings/identities");
    let page = browser.get("/settings/identities").await;
    assert!(page.texts(".flash")[0].contains("linked"));
    assert_eq!(page.texts(".lines strong"), ["Company company"]);
    let other = Browser::new(app.address);
    assert_eq!(issuer.sign_in(&other, "company", "/").await.leads_to(), "/");
    assert_eq!(me(&other).await["id"], me(&browser).await["id"]);
    // Once more makes no difference.
    assert_eq!(link(&browser, &issuer).await.leads_to(), "/settings/identities");
    assert_eq!(browser.get("/settings/identities").await.texts(".lines li").len(), 1);
}

#[tokio::test]
async fn an_identity_has_one_owner() {
    let (app, issuer) = with_company().await;
    issuer.sign_in(&Browser::new(app.address), "company", "/").await.leads_to();
    let bea = with_password(&app, "bea@example.com").await;
    let refused = link(&bea, &issuer).await;
    assert!(
        refused.leads_to().starts_with("/settings/identities?error=identity_taken&id="),
        "{}",
        refused.leads_to()
    );
    let page = bea.get(refused.leads_to()).await;
    assert!(page.texts("#wrong p")[0].contains("another account"));
    assert_eq!(page.texts(".lines li").len(), 0);
    assert_eq!(page.attributes(".tabs [aria-current]", "href"), ["/settings/identities"]);
}

#[tokio::test]
async fn a_refusal_while_linking_is_told_where_it_began() {
    let (app, issuer) = with_company().await;
    let ada = with_password(&app, "ada@example.com").await;
    issuer.play().claims = json!({ "nonce": "another" });
    let refused = link(&ada, &issuer).await;
    assert!(refused.leads_to().starts_with("/settings/identities?error=identity_wrong_nonce"));
    for error in ["nonsense", "%3Cb%3E", "internal"] {
        let page = ada.get(&format!("/settings/identities?error={error}&id=x")).await;
        assert_eq!(page.texts("#wrong p"), ["The sign-in did not succeed. Please try again."]);
    }
}

#[tokio::test]
async fn linking_begins_with_a_form_of_ours_and_somebody_signed_in() {
    let (app, _issuer) = with_company().await;
    let ada = with_password(&app, "ada@example.com").await;
    for (name, value) in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
        let request = ada.request(Method::POST, "/api/auth/link/company").header(name, value);
        assert_eq!(ada.send(request).await.status, 403);
    }
    assert_eq!(ada.get("/api/auth/link/company").await.status, 405);
    let unknown = ada.post("/api/auth/link/other", &[]).await;
    assert!(unknown.leads_to().starts_with("/settings/identities?error=provider_unknown"));
    let id = me(&ada).await["id"].as_str().unwrap().to_owned();
    app.admin().await.patch(&format!("/api/users/{id}"), json!({ "disabled": true })).await;
    assert!(ada.post("/api/auth/link/company", &[]).await.leads_to().starts_with("/login"));
    let nobody = Browser::new(app.address);
    assert_eq!(
        nobody.post("/api/auth/link/company", &[]).await.leads_to(),
        "/login?next=%2Fsettings%2Fidentities"
    );
    assert_eq!(nobody.get("/settings/identities").await.leads_to(), "/login?next=%2Fsettings%2Fidentities");
}

#[tokio::test]
async fn what_one_began_another_does_not_end() {
    let (app, issuer) = with_company().await;
    let browser = with_password(&app, "ada@example.com").await;
    let page = browser.post("/api/auth/link/company", &[]).await;
    let back = issuer.visit(&leads_out(&page)).await;
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user("bea@example.com", Role::Member, Some(hash)).await;
    browser.post("/login", &[("email", "bea@example.com"), ("password", PASSWORD)]).await.leads_to();
    let refused = browser.get(&back).await;
    assert!(refused.leads_to().contains("error=identity_other_account"), "{}", refused.leads_to());
    assert_eq!(browser.get("/settings/identities").await.texts(".lines li").len(), 0);
}

#[tokio::test]
async fn a_link_is_taken_away_while_there_is_another_way_in() {
    let (app, issuer) = with_company().await;
    let ada = with_password(&app, "ada@example.com").await;
    link(&ada, &issuer).await.leads_to();
    assert_eq!(unlink(&ada).await.leads_to(), "/settings/identities");
    assert_eq!(ada.get("/settings/identities").await.texts(".lines li").len(), 0);
    let refused = issuer.sign_in(&Browser::new(app.address), "company", "/").await;
    assert_eq!(super::reason(&refused), "identity_email_taken");
}

#[tokio::test]
async fn the_only_way_in_stays() {
    let (app, issuer) = with_company().await;
    let ada = Browser::new(app.address);
    issuer.sign_in(&ada, "company", "/").await.leads_to();
    let page = ada.get("/settings/identities").await;
    assert!(page.attributes("form[action^='/settings/identities/']", "action").is_empty());
    assert_eq!(page.texts(".badge"), ["Only way to sign in"]);
    let id = first_id(&app, &ada).await;
    let refused = ada.post(&format!("/settings/identities/{id}/delete"), &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("only way"));
    assert_eq!(ada.get("/settings/identities").await.texts(".lines li").len(), 1);
}

#[tokio::test]
async fn of_two_requests_at_once_one_leaves_a_way_in() {
    let second = Issuer::start().await;
    let other = second.config("other");
    let (app, first) = with_company_and(|config| config.identity_providers.push(other)).await;
    let ada = Browser::new(app.address);
    first.sign_in(&ada, "company", "/").await.leads_to();
    let page = ada.post("/api/auth/link/other", &[]).await;
    let back = second.visit(&leads_out(&page)).await;
    assert_eq!(ada.get(&back).await.leads_to(), "/settings/identities");
    let page = ada.get("/settings/identities").await;
    let actions = page.attributes("form[action^='/settings/identities/']", "action");
    assert_eq!(actions.len(), 2);
    let (one, two) = tokio::join!(ada.post(&actions[0], &[]), ada.post(&actions[1], &[]));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
}

#[tokio::test]
async fn a_strangers_identity_is_as_an_unknown_one() {
    let (app, issuer) = with_company().await;
    let ada = Browser::new(app.address);
    issuer.sign_in(&ada, "company", "/").await.leads_to();
    let id = first_id(&app, &ada).await;
    let eve = with_password(&app, "eve@example.com").await;
    for path in [format!("/settings/identities/{id}/delete"), "/settings/identities/x/delete".to_owned()] {
        assert_eq!(eve.post(&path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(
        Browser::new(app.address).post(&format!("/settings/identities/{id}/delete"), &[]).await.status,
        303
    );
    assert_eq!(ada.get("/settings/identities").await.texts(".lines li").len(), 1);
}

#[tokio::test]
async fn an_identity_of_a_provider_that_is_gone_is_shown_and_counts_for_nothing() {
    let (app, issuer) = with_company().await;
    let ada = with_password(&app, "ada@example.com").await;
    issuer.play().claims = json!({});
    link(&ada, &issuer).await.leads_to();
    let user: stoa::models::user::User = {
        let email = stoa::services::text::Email::parse("ada@example.com").unwrap();
        app.state.db.read(move |conn| stoa::services::accounts::find_by_email(conn, &email)).await.unwrap()
    };
    let without = stoa::models::user::User { password_hash: None, ..user.clone() };
    let (all, issuers) = (
        app.state.db.read(move |conn| stoa::services::identities::list(conn, &user)).await.unwrap(),
        Vec::new(),
    );
    assert!(!stoa::services::identities::is_spare(&without, &all, "another", &issuers));
    assert!(stoa::services::identities::is_spare(
        &without,
        &all,
        "another",
        std::slice::from_ref(&issuer.url)
    ));
}

/// The id of the only identity of who is signed in.
async fn first_id(app: &TestApp, browser: &Browser) -> String {
    let id = me(browser).await["id"].as_str().unwrap().to_owned();
    let list = app.state.db.read(move |conn| {
        let user = stoa::services::accounts::find_active(conn, &id)?.unwrap();
        stoa::services::identities::list(conn, &user)
    });
    list.await.unwrap()[0].id.clone()
}
