//! Settings, without scripts.

use stoa::models::user::Role;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;

const PASSWORD: &str = "correct horse";

async fn with_ada(app: &TestApp) {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user("ada@example.com", Role::Member, Some(hash)).await;
}

async fn signed_in(app: &TestApp) -> Browser {
    Browser::signed_in(app, "ada@example.com", PASSWORD).await
}

#[tokio::test]
async fn a_token_is_shown_once_and_can_be_revoked() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = signed_in(&app).await;
    let made = browser.post("/settings/tokens", &[("name", "laptop")]).await;
    let secret = made.text.split("stoa_").nth(1).map(|rest| rest.chars().take(43).collect::<String>());
    let secret = format!("stoa_{}", secret.expect("the secret on the page"));
    let list = browser.get("/settings/tokens").await;
    assert!(list.text.contains("laptop") && !list.text.contains(&secret));
    let program = app.anonymous().with_token(&secret);
    assert_eq!(program.get("/api/users/me").await.status, 200);
    let question = list.attributes("a[href$='/delete']", "href").remove(0);
    let revoke = browser.get(&question).await.attributes("form.ask", "action");
    assert_eq!(program.get("/api/users/me").await.status, 200, "the question changes nothing");
    browser.post(&revoke[0], &[]).await.leads_to();
    assert_eq!(program.get("/api/users/me").await.status, 401);
}

#[tokio::test]
async fn another_device_can_be_signed_out() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let (here, there) = (signed_in(&app).await, signed_in(&app).await);
    let list = here.get("/settings/devices").await;
    let others = list.attributes("form[action^='/settings/devices/']", "action");
    for action in &others {
        if there.get("/api/users/me").await.status == 200 {
            here.post(action, &[]).await;
        }
    }
    assert_eq!(there.get("/api/users/me").await.status, 401);
}

#[tokio::test]
async fn a_new_password_signs_other_devices_out() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let (here, there) = (signed_in(&app).await, signed_in(&app).await);
    let form = [("current_password", "wrong horse"), ("password", "a better password")];
    assert_eq!(here.post("/settings/password", &form).await.status, 400);
    let form = [("current_password", PASSWORD), ("password", "a better password")];
    here.post("/settings/password", &form).await.leads_to();
    assert_eq!(here.get("/api/users/me").await.status, 200);
    assert_eq!(there.get("/api/users/me").await.status, 401);
    Browser::signed_in(&app, "ada@example.com", "a better password").await;
}

#[tokio::test]
async fn the_profile_is_kept_and_its_language_used() {
    let app = spawn_app().await;
    with_ada(&app).await;
    let browser = signed_in(&app).await;
    let form = [("name", "阿达"), ("locale", "zh-CN"), ("theme", "dark")];
    browser.post("/settings", &form).await.leads_to();
    let page = browser.get("/settings").await;
    assert_eq!(page.attributes("html", "lang"), ["zh-CN"]);
    assert_eq!(page.attributes("html", "data-theme"), ["dark"]);
    assert_eq!(page.attributes("input[name=name]", "value"), ["阿达"]);
    assert_eq!(browser.post("/settings", &[("name", "")]).await.status, 400);
}

#[tokio::test]
async fn language_and_theme_can_be_chosen_by_anybody_and_lead_back() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    let form = [("locale", "zh-CN"), ("theme", "dark"), ("next", "/login")];
    assert_eq!(browser.post("/preferences", &form).await.leads_to(), "/login");
    let page = browser.get("/login").await;
    assert_eq!(
        (page.attributes("html", "lang"), page.attributes("html", "data-theme")),
        (vec!["zh-CN".to_owned()], vec!["dark".to_owned()])
    );
    let evil = [("theme", "light"), ("next", "//evil.example")];
    assert_eq!(browser.post("/preferences", &evil).await.leads_to(), "/");
}
