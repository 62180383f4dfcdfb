//! Who comes in, and as whom.

use serde_json::json;
use stoa::models::user::Role;
use stoa::services::passwords::Password;

use super::{me, nobody, reason, with_company, with_company_and};
use crate::support::app::spawn_app_with;
use crate::support::browser::Browser;
use crate::support::issuer::Issuer;

#[tokio::test]
async fn the_same_person_is_the_same_member_whatever_else_changes() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    let first = me(&browser).await;
    issuer.play().claims = json!({ "email": "ada@married.example", "name": "Ada Lovelace", "picture": null });
    let second = Browser::new(app.address);
    issuer.sign_in(&second, "company", "/").await.leads_to();
    assert_eq!(me(&second).await, first);
}

#[tokio::test]
async fn roles_are_not_touched_by_signing_in() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    let id = me(&browser).await["id"].as_str().unwrap().to_owned();
    let admin = app.admin().await;
    admin.patch(&format!("/api/users/{id}"), json!({ "role": "admin", "name": "The Countess" })).await;
    issuer.play().claims = json!({ "role": "member", "roles": ["member"], "groups": [] });
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    let me = me(&browser).await;
    assert_eq!((me["role"].as_str(), me["name"].as_str()), (Some("admin"), Some("The Countess")));
}

#[tokio::test]
async fn nobody_becomes_the_first_administrator_through_a_provider() {
    let issuer = Issuer::start().await;
    let app = spawn_app_with(|config| config.identity_providers = vec![issuer.config("company")]).await;
    issuer.play().claims = json!({ "role": "admin" });
    let browser = Browser::new(app.address);
    let answer = issuer.sign_in(&browser, "company", "/").await;
    assert_eq!(reason(&answer), "setup_needed");
    assert!(nobody(&browser).await);
    let page = browser.get("/login").await;
    assert!(page.texts(".providers a").is_empty(), "no use in offering it yet");
}

#[tokio::test]
async fn a_taken_address_is_never_merged() {
    for verified in [true, false] {
        let (app, issuer) = with_company().await;
        app.add_user("ada@example.com", Role::Admin, None).await;
        issuer.play().claims = json!({ "email": "ADA@example.com", "email_verified": verified });
        let browser = Browser::new(app.address);
        let answer = issuer.sign_in(&browser, "company", "/").await;
        assert_eq!(reason(&answer), "identity_email_taken");
        assert!(browser.get(answer.leads_to()).await.texts("#wrong p")[0].contains("under Settings"));
        assert!(nobody(&browser).await);
    }
}

#[tokio::test]
async fn an_unverified_address_does_not_become_ones_own() {
    let (app, issuer) = with_company().await;
    issuer.play().claims = json!({ "email_verified": false });
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    assert_eq!(me(&browser).await["email"], json!(null));
    let page = browser.get("/settings/identities").await;
    assert!(page.text.contains("ada@example.com"), "it is shown where it says what it is");
}

#[tokio::test]
async fn names_are_made_fit() {
    let (app, issuer) = with_company().await;
    for (sub, name, email, shown) in [
        ("a", json!("  Line\nbreak\u{0}  "), json!(null), "Linebreak".to_owned()),
        ("b", json!("x".repeat(500)), json!(null), "x".repeat(100)),
        ("c", json!(" "), json!("bea@example.com"), "bea".to_owned()),
        ("d-subject", json!(null), json!(null), "d-subject".to_owned()),
        ("e", json!("<b>阿达</b>"), json!("not an address"), "<b>阿达</b>".to_owned()),
    ] {
        issuer.play().claims =
            json!({ "sub": sub, "name": name, "email": email, "picture": "javascript:alert(1)" });
        issuer.play().userinfo = json!({ "sub": sub });
        let browser = Browser::new(app.address);
        assert_eq!(issuer.sign_in(&browser, "company", "/").await.leads_to(), "/");
        let me = me(&browser).await;
        assert_eq!((me["name"].as_str(), &me["avatar_url"]), (Some(shown.as_str()), &json!(null)));
    }
}

#[tokio::test]
async fn only_some_domains_may_come_in() {
    let allowed = |config: &mut stoa::config::Config| {
        config.sign_in.allowed_email_domains = vec!["Example.COM".to_owned()];
    };
    for (claims, expected) in [
        (json!({ "email": "Ada@EXAMPLE.com" }), None),
        (json!({ "email": "ada@other.example" }), Some("email_domain_refused")),
        (json!({ "email": "ada@evil-example.com" }), Some("email_domain_refused")),
        (json!({ "email": "ada@example.com.evil" }), Some("email_domain_refused")),
        (json!({ "email": "ada@sub.example.com" }), Some("email_domain_refused")),
        (json!({ "email": "ada@example.com", "email_verified": false }), Some("email_not_verified")),
        (json!({ "email": "ada@example.com", "email_verified": null }), Some("email_not_verified")),
        (json!({ "email": null }), Some("email_not_verified")),
        (json!({ "email": "a@evil.example@example.com" }), Some("email_not_verified")),
    ] {
        let (app, issuer) = with_company_and(allowed).await;
        issuer.play().claims = claims.clone();
        let answer = issuer.sign_in(&Browser::new(app.address), "company", "/").await;
        match expected {
            Some(code) => assert_eq!(reason(&answer), code, "{claims}"),
            None => assert_eq!(answer.leads_to(), "/", "{claims}"),
        }
    }
}

#[tokio::test]
async fn closed_sign_ups_keep_strangers_out_and_members_in() {
    let (app, issuer) = with_company_and(|config| config.sign_in.sign_ups = false).await;
    let stranger = issuer.sign_in(&Browser::new(app.address), "company", "/").await;
    assert_eq!(reason(&stranger), "sign_ups_closed");
    let hash = Password::parse("correct horse").unwrap().hash().await.unwrap();
    app.add_user("ada@example.com", Role::Member, Some(hash)).await;
    let browser = Browser::signed_in(&app, "ada@example.com", "correct horse").await;
    super::linking::link(&browser, &issuer).await.leads_to();
    let again = Browser::new(app.address);
    assert_eq!(issuer.sign_in(&again, "company", "/").await.leads_to(), "/");
    assert_eq!(me(&again).await["email"], "ada@example.com");
}

#[tokio::test]
async fn somebody_disabled_does_not_come_in() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    let id = me(&browser).await["id"].as_str().unwrap().to_owned();
    app.admin().await.patch(&format!("/api/users/{id}"), json!({ "disabled": true })).await;
    assert!(nobody(&browser).await);
    assert_eq!(reason(&issuer.sign_in(&browser, "company", "/").await), "account_disabled");
    assert!(nobody(&browser).await);
}

#[tokio::test]
async fn two_first_sign_ins_at_once_make_one_account() {
    let (app, issuer) = with_company().await;
    let browsers = [Browser::new(app.address), Browser::new(app.address)];
    let [one, two] = &browsers;
    let (first, second) =
        tokio::join!(issuer.sign_in(one, "company", "/"), issuer.sign_in(two, "company", "/"));
    assert_eq!((first.leads_to(), second.leads_to()), ("/", "/"));
    assert_eq!(me(one).await["id"], me(two).await["id"]);
}

#[tokio::test]
async fn the_session_outlives_the_providers_token() {
    let (app, issuer) = with_company().await;
    let browser = Browser::new(app.address);
    let now = chrono::Utc::now().timestamp();
    issuer.play().claims = json!({ "exp": now + 1 });
    issuer.sign_in(&browser, "company", "/").await.leads_to();
    issuer.play().token_answer = Some((500, json!({})));
    assert_eq!(me(&browser).await["name"], "Ada 王");
    let devices = browser.get("/settings/devices").await;
    assert_eq!(devices.texts(".lines li").len(), 1);
}
