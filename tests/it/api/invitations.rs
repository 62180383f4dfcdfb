//! `/api/users/invitations`.

use diesel::prelude::*;
use serde_json::json;
use stoa::schema::invitations;

use crate::support::app::spawn_app;

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
