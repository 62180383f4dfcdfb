//! Lists that are remembered: for each reader their own, and never older than the last change.

use serde_json::{Value, json};

use crate::support::app::spawn_app;
use crate::support::caller::Caller;

async fn first(caller: &Caller, path: &str, list: &str) -> Value {
    // Once more, so that the second answer is the remembered one.
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(caller.get(path).await.text, answer.text);
    answer.json()[list][0].clone()
}

#[tokio::test]
async fn posts_follow_their_changes_and_drafts_are_their_authors() {
    let app = spawn_app().await;
    let (ada, nobody) = (app.member().await, app.anonymous());
    let path = "/api/posts?limit=50";
    assert_eq!(first(&nobody, path, "posts").await, Value::Null);
    let post = ada.post("/api/posts", json!({ "title": "one", "content": "x" })).await.json()["post"].clone();
    let at = format!("/api/posts/{}", post["id"].as_str().unwrap());
    assert_eq!(first(&nobody, path, "posts").await["title"], "one");
    ada.put(&at, json!({ "title": "two" })).await;
    assert_eq!(first(&nobody, path, "posts").await["title"], "two");
    ada.patch(&format!("/api/users/{}", ada.user().id), json!({ "name": "阿达" })).await;
    assert_eq!(first(&nobody, path, "posts").await["author"]["name"], "阿达");
    ada.put(&at, json!({ "published": false })).await;
    assert_eq!(first(&nobody, path, "posts").await, Value::Null);
    let drafts = "/api/posts?limit=50&drafts=true";
    assert_eq!(first(&ada, drafts, "posts").await["title"], "two");
    assert_eq!(first(&app.member().await, drafts, "posts").await, Value::Null);
    assert_eq!(nobody.get(drafts).await.status, 401);
}

#[tokio::test]
async fn products_follow_their_changes() {
    let app = spawn_app().await;
    let (admin, nobody) = (app.admin().await, app.anonymous());
    let path = "/api/products?limit=50";
    assert_eq!(first(&nobody, path, "products").await, Value::Null);
    let at = admin.post("/api/products", json!({ "name": "one" })).await.header("location").to_owned();
    assert_eq!(first(&nobody, path, "products").await["name"], "one");
    admin.put(&at, json!({ "name": "two" })).await;
    assert_eq!(first(&nobody, path, "products").await["name"], "two");
    admin.delete(&at, json!({})).await;
    assert_eq!(first(&nobody, path, "products").await, Value::Null);
}

#[tokio::test]
async fn members_follow_their_changes_and_admins_alone_see_more() {
    let app = spawn_app().await;
    let (admin, bob) = (app.admin().await, app.member().await);
    let path = "/api/users?limit=1";
    for _ in 0..2 {
        let (all, some) = (admin.get(path).await, bob.get(path).await);
        assert_eq!(all.json()[0]["email"], "member0@example.com");
        assert_eq!(some.json()[0].get("email"), None);
        assert_eq!(some.header("x-total-count"), "2");
        assert!(some.header("link").starts_with("</api/users?limit=1&cursor="), "{:?}", some.headers);
    }
    admin.post("/api/users", json!({ "name": "Eve" })).await;
    assert_eq!(bob.get(path).await.header("x-total-count"), "3");
    admin.patch(&format!("/api/users/{}", bob.user().id), json!({ "role": "admin" })).await;
    assert_eq!(bob.get(path).await.json()[0]["email"], "member0@example.com");
    bob.patch(&format!("/api/users/{}", admin.user().id), json!({ "role": "member" })).await;
    assert_eq!(admin.get(path).await.json()[0]["email"], "member0@example.com");
    assert_eq!(admin.get("/api/users?limit=50").await.json()[1].get("email"), None);
}
