//! Joining by invitation, without scripts.

use serde_json::json;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;
use crate::support::caller::Caller;

const PASSWORD: &str = "correct horse";

/// The path of a new invitation's link.
async fn invite(app: &TestApp, admin: &Caller, body: serde_json::Value) -> String {
    let made = admin.post("/api/users/invitations", body).await.json();
    let url = made["invitation"]["url"].as_str().unwrap().to_owned();
    url.strip_prefix(&app.state.base_url).unwrap().to_owned()
}

#[tokio::test]
async fn a_link_makes_one_account_and_signs_it_in() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    let path = invite(&app, &admin, json!({ "role": "admin" })).await;
    let browser = Browser::new(app.address);
    assert_eq!(browser.get(&path).await.status, 200);
    let form = [("name", "李雷 🐼"), ("email", "Li@example.com"), ("password", PASSWORD)];
    assert_eq!(browser.post(&path, &form).await.leads_to(), "/");
    let me = browser.get("/api/users/me").await.json();
    assert_eq!((&me["email"], &me["role"]), (&json!("li@example.com"), &json!("admin")));
    Browser::signed_in(&app, "li@example.com", PASSWORD).await;

    let second = Browser::new(app.address);
    for answer in [second.get(&path).await, second.post(&path, &form).await] {
        assert_eq!(answer.status, 403);
        assert!(answer.text.contains("not valid any more"), "{}", answer.text);
    }
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_joins() {
    let app = spawn_app().await;
    let path = invite(&app, &app.admin().await, json!({})).await;
    let (ada, eve) = (Browser::new(app.address), Browser::new(app.address));
    let form = |email| [("name", "x"), ("email", email), ("password", PASSWORD)];
    let (form_a, form_e) = (form("ada@example.com"), form("eve@example.com"));
    let answers = tokio::join!(ada.post(&path, &form_a), eve.post(&path, &form_e));
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 403]);
}

#[tokio::test]
async fn an_address_the_invitation_names_cannot_be_changed() {
    let app = spawn_app().await;
    let path = invite(&app, &app.admin().await, json!({ "email": "Ada@Example.com" })).await;
    let browser = Browser::new(app.address);
    let page = browser.get(&path).await;
    assert_eq!(page.attributes("input[readonly]", "value"), ["ada@example.com"]);
    browser
        .post(&path, &[("name", "Ada"), ("email", "eve@example.com"), ("password", PASSWORD)])
        .await
        .leads_to();
    assert_eq!(browser.get("/api/users/me").await.json()["email"], "ada@example.com");
}

#[tokio::test]
async fn a_form_with_mistakes_comes_back_and_the_invitation_stays() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    let path = invite(&app, &admin, json!({})).await;
    let browser = Browser::new(app.address);
    let taken = admin.user().email.clone().unwrap();
    for (form, field) in [
        ([("name", " "), ("email", "a@example.com"), ("password", PASSWORD)], "name"),
        ([("name", "x\u{0}"), ("email", "a@example.com"), ("password", PASSWORD)], "name"),
        ([("name", "Ada"), ("email", "nowhere"), ("password", PASSWORD)], "email"),
        ([("name", "Ada"), ("email", taken.as_str()), ("password", PASSWORD)], "email"),
        ([("name", "Ada"), ("email", "a@example.com"), ("password", "short")], "password"),
    ] {
        let again = browser.post(&path, &form).await;
        assert!(again.status.is_client_error(), "{field}");
        assert_eq!(again.attributes("input[aria-invalid=true]", "name"), [field]);
        assert_eq!(again.attributes("input[name=email]", "value"), [form[1].1]);
        assert!(again.attributes("input[name=password]", "value").is_empty());
    }
    browser
        .post(&path, &[("name", "Ada"), ("email", "a@example.com"), ("password", PASSWORD)])
        .await
        .leads_to();
}

#[tokio::test]
async fn a_link_that_was_taken_back_or_never_made_or_whose_maker_lost_the_role_opens_nothing() {
    let app = spawn_app().await;
    let (admin, other) = (app.admin().await, app.admin().await);
    let path = invite(&app, &admin, json!({})).await;
    let open = admin.get("/api/users/invitations").await.json();
    let id = open["invitations"][0]["id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/api/users/invitations/{id}"), json!({})).await;
    let of_other = invite(&app, &other, json!({ "role": "admin" })).await;
    admin.patch(&format!("/api/users/{}", other.user().id), json!({ "role": "member" })).await;
    let browser = Browser::new(app.address);
    for path in [path.as_str(), &of_other, "/invite/x", "/invite/%00", "/invite/%F0%9F%90%BC"] {
        assert_eq!(browser.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let app = spawn_app().await;
    let browser = Browser::new(app.address);
    let mut status = browser.get("/invite/x").await.status.as_u16();
    for _ in 0..70 {
        status = browser.get("/invite/x").await.status.as_u16();
    }
    assert_eq!(status, 429);
}
