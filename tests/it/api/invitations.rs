//! `/api/users/invitations`.

use diesel::prelude::*;
use serde_json::{Value, json};
use stoa::db::Time;
use stoa::models::identity::NewIdentity;
use stoa::models::new_id;
use stoa::models::user::{Role, User};
use stoa::repositories::identities;
use stoa::schema::invitations;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;

const ALL: &str = "/api/users/invitations";

#[tokio::test]
async fn an_admin_makes_lists_and_takes_back_invitations() {
    let app = spawn_app().await;
    let (admin, other) = (app.admin().await, app.admin().await);
    let answer = admin.post(ALL, json!({ "email": "Ada@Example.com" })).await;
    let made = answer.json()["invitation"].clone();
    assert_eq!((&made["email"], &made["role"]), (&json!("ada@example.com"), &json!("member")));
    let secret = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(secret.len(), 43);
    let one = format!("{ALL}/{}", made["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), one);

    let listed = other.get(ALL).await;
    assert!(!listed.text.contains(&secret) && !listed.text.contains("hash"));
    assert_eq!(listed.json()["invitations"][0]["id"], made["id"]);
    assert_eq!(other.delete(&one, json!({})).await.json(), json!({ "success": true }));
    assert_eq!(other.delete(&one, json!({})).await.problem(), (404, "not_found".into()));
    assert_eq!(admin.get(ALL).await.json(), json!({ "invitations": [] }));
}

#[tokio::test]
async fn members_invite_nobody() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let one = format!("{ALL}/019ab2f0-7c1e-7d55-9a3e-0f6c1b2a3d4e");
    for answer in [ada.get(ALL).await, ada.post(ALL, json!({})).await, ada.delete(&one, json!({})).await] {
        assert_eq!(answer.problem(), (403, "admin_only".into()));
    }
}

#[tokio::test]
async fn an_invitation_ends_after_a_week() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    let made = admin.post(ALL, json!({})).await.json()["invitation"].clone();
    let url = made["url"].as_str().unwrap().strip_prefix(&app.state.base_url).unwrap().to_owned();
    assert_eq!(app.anonymous().get(&url).await.status, 200);
    let age = |conn: &mut stoa::db::DbConn| {
        diesel::update(invitations::table)
            .set(invitations::expires_at.eq(stoa::db::Time::now()))
            .execute(conn)?;
        Ok(())
    };
    app.state.db.write(age).await.unwrap();
    assert_eq!(app.anonymous().get(&url).await.status, 403);
    assert_eq!(admin.get(ALL).await.json(), json!({ "invitations": [] }));
}

#[tokio::test]
async fn an_invitation_needs_a_free_address_and_a_known_role() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    let taken = json!({ "email": admin.user().email });
    assert_eq!(admin.post(ALL, taken).await.problem(), (409, "email_taken".into()));
    for (body, field) in [
        (json!({ "email": "nowhere" }), "email"),
        (json!({ "email": format!("{}@x", "x".repeat(300)) }), "email"),
        (json!({ "email": "a\u{0}@x" }), "email"),
        (json!({ "role": "king" }), "role"),
    ] {
        assert_eq!(admin.post(ALL, body).await.wrong_fields(), [field]);
    }
    assert_eq!(admin.post(ALL, json!({ "email": 1 })).await.problem(), (400, "invalid_field_type".into()));
}

#[tokio::test]
async fn an_account_that_was_added_waits_for_its_owner_and_keeps_what_it_is() {
    let app = spawn_app().await;
    let (admin, other) = (app.admin().await, app.admin().await);
    let added = json!({ "name": "Ada", "email": "ada@example.com", "role": "admin" });
    let id = admin.post("/api/users", added).await.json()["id"].clone();
    let asked = json!({ "email": "Ada@Example.com", "role": "member" });
    let made = admin.post(ALL, asked.clone()).await.json()["invitation"].clone();
    assert_eq!((&made["email"], &made["role"]), (&json!("ada@example.com"), &json!("admin")));
    let second = path(&app, &other.post(ALL, asked.clone()).await.json()["invitation"]);

    let browser = Browser::new(app.address);
    let first = path(&app, &made);
    let form = [("name", "Ada Lovelace"), ("email", "eve@example.com"), ("password", "correct horse")];
    assert_eq!(browser.get(&first).await.attributes("#name", "value"), ["Ada"]);
    assert_eq!(browser.post(&first, &form).await.leads_to(), "/");
    let me = browser.get("/api/users/me").await.json();
    assert_eq!(
        (&me["id"], &me["role"], &me["name"], &me["email"]),
        (&id, &json!("admin"), &json!("Ada Lovelace"), &json!("ada@example.com"))
    );
    Browser::signed_in(&app, "ada@example.com", "correct horse").await;

    // Nobody can take it over once it is somebody's.
    let late = Browser::new(app.address);
    for answer in [late.get(&second).await, late.post(&second, &form).await] {
        assert_eq!(answer.status, 403);
    }
    assert_eq!(admin.post(ALL, asked).await.problem(), (409, "email_taken".into()));
}

#[tokio::test]
async fn of_two_who_are_invited_to_an_account_at_once_one_gets_it() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    admin.post("/api/users", json!({ "name": "Ada", "email": "ada@example.com" })).await;
    let asked = json!({ "email": "ada@example.com" });
    let first = path(&app, &admin.post(ALL, asked.clone()).await.json()["invitation"]);
    let second = path(&app, &admin.post(ALL, asked).await.json()["invitation"]);
    let (ada, eve) = (Browser::new(app.address), Browser::new(app.address));
    let form = [("name", "x"), ("password", "correct horse")];
    let answers = tokio::join!(ada.post(&first, &form), eve.post(&second, &form));
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 403]);
}

#[tokio::test]
async fn no_account_is_handed_over_that_somebody_uses_or_that_is_disabled() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    let hash = Password::parse("correct horse").unwrap().hash().await.unwrap();
    app.add_user("password@example.com", Role::Member, Some(hash)).await;
    let linked = app.add_user("linked@example.com", Role::Member, None).await;
    link(&app, linked).await;
    let disabled = json!({ "name": "x", "email": "disabled@example.com" });
    let disabled = admin.post("/api/users", disabled).await.header("location").to_owned();
    admin.patch(&disabled, json!({ "disabled": true })).await;
    // Whose program has a token, that is how they use it.
    let program = app.member().await.user().email.clone().unwrap();
    for email in ["password@example.com", "linked@example.com", "disabled@example.com", &program] {
        let refused = admin.post(ALL, json!({ "email": email })).await;
        assert_eq!(refused.problem(), (409, "email_taken".into()), "{email}");
    }
}

#[tokio::test]
async fn what_happens_to_a_waiting_account_ends_its_invitation() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    let added = json!({ "name": "Ada", "email": "ada@example.com" });
    let one = admin.post("/api/users", added).await.header("location").to_owned();
    let made = admin.post(ALL, json!({ "email": "ada@example.com" })).await;
    let link = path(&app, &made.json()["invitation"]);
    let browser = Browser::new(app.address);
    let form = [("name", "x"), ("password", "correct horse")];
    admin.patch(&one, json!({ "disabled": true })).await;
    for answer in [browser.get(&link).await, browser.post(&link, &form).await] {
        assert_eq!(answer.status, 403);
    }
    admin.patch(&one, json!({ "disabled": false })).await;
    assert_eq!(browser.get(&link).await.status, 200);
}

#[tokio::test]
async fn a_link_for_anybody_leads_to_no_account_that_waits() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    admin.post("/api/users", json!({ "name": "Ada", "email": "ada@example.com", "role": "admin" })).await;
    let link = path(&app, &admin.post(ALL, json!({})).await.json()["invitation"]);
    let form = [("name", "Eve"), ("email", "ada@example.com"), ("password", "correct horse")];
    let refused = Browser::new(app.address).post(&link, &form).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.attributes("[aria-invalid=true]", "name"), ["email"]);
}

/// The path of a new invitation's link.
fn path(app: &TestApp, invitation: &Value) -> String {
    let url = invitation["url"].as_str().unwrap();
    url.strip_prefix(&app.state.base_url).unwrap().to_owned()
}

async fn link(app: &TestApp, user: User) {
    let row = NewIdentity {
        id: new_id(),
        user_id: user.id,
        issuer: "https://id.example.com".into(),
        subject: "1".into(),
        email: None,
        created_at: Time::now(),
    };
    app.state.db.write(move |conn| identities::insert(conn, &row)).await.unwrap();
}
