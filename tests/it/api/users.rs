//! `/api/users`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::spawn_app;
use crate::support::caller::{Answer, send};

#[tokio::test]
async fn one_sees_oneself_without_secrets() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let me = ada.get("/api/users/me").await.json();
    assert_eq!((&me["email"], &me["role"]), (&json!("member0@example.com"), &json!("member")));
    assert!(me.get("password_hash").is_none());
}

#[tokio::test]
async fn one_changes_ones_own_name_language_and_look() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let path = format!("/api/users/{}", ada.user().id);
    let changed =
        ada.patch(&path, json!({ "name": "阿达", "locale": "en-US", "theme": "dark" })).await.json();
    assert_eq!(
        (&changed["name"], &changed["locale"], &changed["theme"]),
        (&json!("阿达"), &json!("en"), &json!("dark"))
    );
    let cleared = ada.patch(&path, json!({ "locale": "", "theme": "" })).await.json();
    assert!(cleared["locale"].is_null() && cleared["theme"].is_null());
    assert_eq!(ada.patch(&path, json!({ "theme": "pink" })).await.wrong_fields(), ["theme"]);
}

#[tokio::test]
async fn members_change_nobody_else_and_no_role() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let path = |user: &str| format!("/api/users/{user}");
    let other = ada.patch(&path(&bob.user().id), json!({ "name": "x" })).await;
    assert_eq!(other.problem(), (403, "admin_only".into()));
    let role = ada.patch(&path(&ada.user().id), json!({ "role": "admin" })).await;
    assert_eq!(role.problem(), (403, "admin_only".into()));
}

#[tokio::test]
async fn somebody_disabled_by_an_admin_is_out_at_once() {
    let app = spawn_app().await;
    let (admin, bob) = (app.admin().await, app.member().await);
    assert_eq!(bob.get("/api/chat/sessions").await.status, 200);
    let path = format!("/api/users/{}", bob.user().id);
    assert_eq!(admin.patch(&path, json!({ "disabled": true })).await.json()["disabled"], true);
    assert_eq!(bob.get("/api/chat/sessions").await.problem(), (401, "unauthorized".into()));
    admin.patch(&path, json!({ "disabled": false })).await;
    // The account is back, but what let them in before is not.
    assert_eq!(bob.get("/api/chat/sessions").await.status, 401);
    let own = admin.patch(&format!("/api/users/{}", admin.user().id), json!({ "disabled": true })).await;
    assert_eq!(own.problem(), (409, "own_account".into()));
    // Nor under another spelling of the id.
    let own = admin.user().id.to_uppercase();
    let answer = admin.patch(&format!("/api/users/{own}"), json!({ "role": "member" })).await;
    assert_eq!(answer.problem(), (404, "not_found".into()));
}

#[tokio::test]
async fn two_admins_cannot_shut_each_other_out_at_once() {
    let app = spawn_app().await;
    for change in [json!({ "disabled": true }), json!({ "role": "member" })] {
        let (ada, eve) = (app.admin().await, app.admin().await);
        let path = |user: &str| format!("/api/users/{user}");
        let (of_ada, of_eve) = (path(&ada.user().id), path(&eve.user().id));
        let answers = tokio::join!(ada.patch(&of_eve, change.clone()), eve.patch(&of_ada, change.clone()));
        let done = [answers.0, answers.1].iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{change}");
    }
}

fn names(answer: &Answer) -> Vec<String> {
    let rows = answer.json().as_array().unwrap().clone();
    rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn members_see_names_and_roles_admins_also_addresses_and_states() {
    let app = spawn_app().await;
    let (admin, bob) = (app.admin().await, app.member().await);
    let row = |list: &Value, id: &str| list.as_array().unwrap().iter().find(|row| row["id"] == id).cloned();
    let seen = bob.get("/api/users").await.json();
    let (other, own) = (row(&seen, &admin.user().id).unwrap(), row(&seen, &bob.user().id).unwrap());
    let keys: Vec<&String> = other.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["avatar_url", "created_at", "id", "name", "role"]);
    assert_eq!((&own["email"], &own["disabled"]), (&json!("member1@example.com"), &json!(false)));
    let all = admin.get("/api/users").await.json();
    assert_eq!(row(&all, &bob.user().id).unwrap()["email"], "member1@example.com");

    let one = format!("/api/users/{}", admin.user().id);
    assert_eq!(bob.get(&one).await.json(), other);
    assert_eq!(admin.get(&one).await.json()["email"], "member0@example.com");
    for unknown in ["x", "019ab2f0-7c1e-7d55-9a3e-0f6c1b2a3d4e"] {
        assert_eq!(bob.get(&format!("/api/users/{unknown}")).await.problem(), (404, "not_found".into()));
    }
}

#[tokio::test]
async fn the_directory_is_read_in_parts_and_searched_literally() {
    let app = spawn_app().await;
    let admin = app.admin().await;
    for name in ["100%", "1000", "李雷", "李雷雷", "a_b", "axb", "O'Brien \"Bob\""] {
        assert_eq!(admin.post("/api/users", json!({ "name": name })).await.status, 200);
    }
    let first = admin.get("/api/users?limit=5&q=").await;
    assert_eq!((names(&first).len(), first.header("x-total-count")), (5, "8"));
    let link = first.header("link").strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
    let second = admin.get(link).await;
    assert_eq!((names(&second).len(), second.header("link")), (3, ""));
    assert!(names(&second).iter().all(|name| !names(&first).contains(name)));
    assert_eq!(names(&admin.get("/api/users?limit=5&page=2").await), names(&second));

    for (q, found) in [
        ("100%25", vec!["100%"]),
        ("a_b", vec!["a_b"]),
        ("%E6%9D%8E%E9%9B%B7", vec!["李雷", "李雷雷"]),
        ("o'brien+%22", vec!["O'Brien \"Bob\""]),
        ("member0%40", vec!["Ada"]),
        ("nobody", vec![]),
    ] {
        let answer = admin.get(&format!("/api/users?q={q}")).await;
        assert_eq!(names(&answer), found, "{q}");
        assert_eq!(answer.header("x-total-count"), found.len().to_string());
    }
    // Who cannot see addresses cannot find out about them either.
    assert!(names(&app.member().await.get("/api/users?q=member0%40").await).is_empty());
    for (query, field) in [("limit=0", "limit"), ("page=x", "page"), ("cursor=x", "cursor"), ("q=%00a", "q")]
    {
        assert_eq!(admin.get(&format!("/api/users?{query}")).await.wrong_fields(), [field], "{query}");
    }
}

#[tokio::test]
async fn an_admin_adds_members_and_placeholders() {
    let app = spawn_app().await;
    let (admin, bob) = (app.admin().await, app.member().await);
    let made = admin
        .post("/api/users", json!({ "name": "李雷 🐼", "email": "Li@Example.com", "role": "admin" }))
        .await;
    let user = made.json();
    assert_eq!(
        (&user["email"], &user["role"], &user["disabled"]),
        (&json!("li@example.com"), &json!("admin"), &json!(false))
    );
    assert_eq!(made.header("location"), format!("/api/users/{}", user["id"].as_str().unwrap()));
    let placeholder = admin.post("/api/users", json!({ "name": "Nobody", "email": "" })).await.json();
    assert_eq!((&placeholder["email"], &placeholder["disabled"]), (&Value::Null, &json!(true)));

    let add = async |body: Value| admin.post("/api/users", body).await;
    assert_eq!(
        add(json!({ "name": "x", "email": "li@EXAMPLE.com" })).await.problem(),
        (409, "email_taken".into())
    );
    for body in [json!({}), json!({ "name": "  " }), json!({ "name": null })] {
        assert_eq!(add(body).await.problem(), (400, "missing_name".into()));
    }
    for (body, field) in [
        (json!({ "name": "x\u{0}" }), "name"),
        (json!({ "name": "x".repeat(101) }), "name"),
        (json!({ "name": "x", "email": "nowhere" }), "email"),
        (json!({ "name": "x", "role": "king" }), "role"),
    ] {
        assert_eq!(add(body).await.wrong_fields(), [field]);
    }
    assert_eq!(add(json!({ "name": 1 })).await.problem(), (400, "invalid_field_type".into()));
    let large = admin.request(Method::POST, "/api/users").json(&json!({ "name": "x".repeat(1 << 20) }));
    assert_eq!(send(large).await.status, 413);
    assert_eq!(bob.post("/api/users", json!({ "name": "x" })).await.problem(), (403, "admin_only".into()));
}
