//! Signing out here, and at the provider.

use serde_json::json;
use stoa::models::user::Role;
use stoa::services::passwords::Password;

use super::{nobody, with_company};
use crate::support::browser::Browser;
use crate::support::issuer::CLIENT;

#[tokio::test]
async fn signing_out_goes_on_to_the_provider() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    let page = browser.post("/logout", &[]).await;
    assert!(nobody(&browser).await);
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    let href = &page.attributes("main .button", "href")[0];
    let url = reqwest::Url::parse(href).unwrap();
    let told: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert!(href.starts_with(&format!("{}/end?", issuer.url)), "{href}");
    assert_eq!(told["client_id"], CLIENT);
    assert_eq!(told["post_logout_redirect_uri"], format!("http://{}/login", app.address));
    assert_eq!(told["id_token_hint"].split('.').count(), 3);
    assert_eq!(page.attributes("meta[http-equiv=refresh]", "content"), [format!("0;url={href}")]);
}

#[tokio::test]
async fn a_provider_that_is_down_or_has_no_such_place_keeps_nobody_in() {
    let (app, issuer) = with_company().await;
    issuer.play().discovery = json!({ "end_session_endpoint": null });
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    assert_eq!(browser.post("/logout", &[]).await.leads_to(), "/login");
    assert!(nobody(&browser).await);

    let (app, issuer) = with_company().await;
    issuer.play().discovery = json!({ "end_session_endpoint": "javascript:alert(1)" });
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    assert_eq!(browser.post("/logout", &[]).await.leads_to(), "/login");
}

#[tokio::test]
async fn who_signs_in_with_a_password_next_is_not_sent_to_the_provider_of_who_was_there_before() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    let hash = Password::parse("correct horse").unwrap().hash().await.unwrap();
    app.add_user("bea@example.com", Role::Member, Some(hash)).await;
    browser.post("/login", &[("email", "bea@example.com"), ("password", "correct horse")]).await.leads_to();
    assert_eq!(browser.post("/logout", &[]).await.leads_to(), "/login");
}
