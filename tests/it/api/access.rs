//! Who may do what: every protected route, called by nobody, by a stranger and by somebody disabled.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{TestApp, spawn_app};
use crate::support::caller::{Caller, send};
use crate::support::upload::{NOTE, with_file};

/// Where a file is sent instead of JSON.
const GIVING: &str = "/api/documents";
use crate::support::reports;

struct Route {
    method: Method,
    path: String,
    body: Value,
    /// Whether the path or body names something of its owner's.
    owned: bool,
}

/// Every protected route, with ids that are `owner`'s.
async fn routes(app: &TestApp, owner: &Caller) -> Vec<Route> {
    let session = owner.session().await;
    let sent = owner.say(&session, "hi").await;
    let run = sent["run"]["id"].as_str().unwrap().to_owned();
    owner.follow(&run, "").await.rest().await;
    let answer = sent["run"]["message_id"].as_str().unwrap();
    let question = sent["message"]["id"].as_str().unwrap();
    let token =
        owner.post("/api/tokens", json!({ "name": "x" })).await.json()["id"].as_str().unwrap().to_owned();
    let draft = json!({ "title": "draft", "content": "x", "published": false });
    let draft = owner.post("/api/posts", draft).await.json()["post"]["id"].as_str().unwrap().to_owned();
    let draft = format!("/api/posts/{draft}");
    let artifact = json!({ "title": "x", "kind": "text", "content": "x" });
    let artifact = owner.post("/api/artifacts", artifact).await.header("location").to_owned();
    let task = owner.post("/api/tasks", json!({ "title": "x" })).await.header("location").to_owned();
    let document = owner.give(NOTE).await.header("location").to_owned();
    let import = owner.request(Method::POST, "/api/chat/sessions/import").header("Prefer", "respond-async");
    let import = send(import.json(&json!({ "chat": {} }))).await.header("location").to_owned();
    let route = |method, path: &str, body, owned| Route { method, path: path.to_owned(), body, owned };
    let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
    let put = Method::PUT;
    let research = reports::research(&app.state, owner).await;
    let sources = format!("/api/chat/sessions/{}/sources", research.session);
    let report = format!("/api/artifacts/{}/report", research.artifact);
    let one = format!("/api/chat/sessions/{session}");
    let messages = format!("{one}/messages");
    let share = format!("{one}/share");
    owner.post(&share, json!({})).await;
    vec![
        route(get.clone(), "/api/chat/sessions", json!({}), false),
        route(post.clone(), "/api/chat/sessions", json!({}), false),
        route(patch.clone(), "/api/chat/sessions", json!({ "id": session, "name": "mine now" }), true),
        route(post.clone(), "/api/chat/sessions/import", json!({ "chat": {} }), false),
        route(get.clone(), &import, json!({}), true),
        route(get.clone(), &one, json!({}), true),
        route(patch.clone(), &one, json!({ "name": "mine now" }), true),
        route(get.clone(), &share, json!({}), true),
        route(post.clone(), &share, json!({}), true),
        route(get.clone(), &format!("{one}/export"), json!({}), true),
        route(get.clone(), &messages, json!({}), true),
        route(post.clone(), &messages, json!({ "content": "hi" }), true),
        route(post.clone(), &format!("{messages}/{answer}/select"), json!({}), true),
        route(post.clone(), &format!("{messages}/{question}/edit"), json!({ "content": "x" }), true),
        route(post.clone(), &format!("{messages}/{answer}/regenerate"), json!({}), true),
        route(post.clone(), &format!("{messages}/{answer}/continue"), json!({}), true),
        route(get.clone(), &format!("/api/runs/{run}"), json!({}), true),
        route(get.clone(), &format!("/api/runs/{run}/stream"), json!({}), true),
        route(get.clone(), &format!("/api/runs/{run}/stream?view=blocks"), json!({}), true),
        route(post.clone(), &format!("/api/runs/{run}/cancel"), json!({}), true),
        route(post.clone(), &format!("/api/runs/{run}/resume"), json!({}), true),
        route(get.clone(), &format!("/api/runs/{}/plan", research.run), json!({}), true),
        route(get.clone(), &sources, json!({}), true),
        route(get.clone(), &format!("{sources}/1"), json!({}), true),
        route(get.clone(), &report, json!({}), true),
        route(get.clone(), &report.replace("/report", "/evidence"), json!({}), true),
        route(get.clone(), &report.replace("/report", "/export"), json!({}), true),
        route(post.clone(), &format!("{report}/tasks"), json!({}), true),
        route(post.clone(), &format!("{report}/sections/0"), json!({}), true),
        route(get.clone(), "/api/artifacts", json!({}), false),
        route(post.clone(), "/api/artifacts", json!({ "title": "x", "kind": "text", "content": "" }), false),
        route(get.clone(), &artifact, json!({}), true),
        route(get.clone(), &format!("{artifact}/versions"), json!({}), true),
        route(get.clone(), &format!("{artifact}/raw"), json!({}), true),
        route(put.clone(), &artifact, json!({ "content": "y", "base_version": 1 }), true),
        route(get.clone(), "/api/documents", json!({}), false),
        route(post.clone(), GIVING, json!({}), false),
        route(get.clone(), &document, json!({}), true),
        route(get.clone(), &format!("{document}/raw"), json!({}), true),
        route(get.clone(), "/api/tasks", json!({}), false),
        route(post.clone(), "/api/tasks", json!({ "title": "x" }), false),
        route(get.clone(), &task, json!({}), true),
        route(put, &task, json!({ "status": "done" }), true),
        route(get.clone(), "/api/live", json!({}), false),
        route(get.clone(), "/api/models", json!({}), false),
        route(get.clone(), "/api/search?q=hi", json!({}), false),
        route(get.clone(), "/api/tokens", json!({}), false),
        route(post.clone(), "/api/posts", json!({ "title": "x", "content": "x" }), false),
        route(Method::PUT, &draft, json!({ "title": "mine now" }), true),
        route(delete.clone(), &draft, json!({}), true),
        route(post, "/api/tokens", json!({ "name": "x" }), false),
        route(delete.clone(), &format!("/api/tokens/{token}"), json!({}), true),
        route(get.clone(), "/api/users", json!({}), false),
        route(get.clone(), &format!("/api/users/{}", owner.user().id), json!({}), false),
        route(get, "/api/users/me", json!({}), false),
        route(patch, &format!("/api/users/{}", owner.user().id), json!({ "name": "x" }), false),
        route(delete.clone(), &share, json!({}), true),
        route(delete.clone(), &artifact, json!({}), true),
        route(delete.clone(), &task, json!({}), true),
        route(delete.clone(), &document, json!({}), true),
        route(delete.clone(), &format!("{messages}/{answer}"), json!({}), true),
        route(delete.clone(), "/api/chat/sessions", json!({ "id": session }), true),
        route(delete, &one, json!({}), true),
    ]
}

/// Every route that is for administrators, with ids of things they keep.
async fn admin_routes(admin: &Caller) -> Vec<Route> {
    let route = |method, path: &str, body| Route { method, path: path.to_owned(), body, owned: false };
    let product = admin.post("/api/products", json!({ "name": "x" })).await.header("location").to_owned();
    let invitation = admin.post("/api/users/invitations", json!({})).await.header("location").to_owned();
    vec![
        route(Method::GET, "/api/users/invitations", json!({})),
        route(Method::POST, "/api/users/invitations", json!({})),
        route(Method::DELETE, &invitation, json!({})),
        route(Method::POST, "/api/users", json!({ "name": "x" })),
        route(Method::POST, "/api/products", json!({ "name": "x" })),
        route(Method::PUT, &product, json!({ "name": "y" })),
        route(Method::DELETE, &product, json!({})),
    ]
}

#[tokio::test]
async fn what_administrators_do_nobody_else_may() {
    let app = spawn_app().await;
    let (admin, other, member) = (app.admin().await, app.admin().await, app.member().await);
    let (routes, open) = (admin_routes(&admin).await, admin_routes(&other).await);
    other.patch(&format!("/api/users/{}", admin.user().id), json!({ "disabled": true })).await;
    for route in &routes {
        let name = format!("{} {}", route.method, route.path);
        for (caller, expected) in [(app.anonymous(), 401), (admin.clone(), 401), (member.clone(), 403)] {
            assert_eq!(call(&caller, route).await.problem().0, expected, "{name}");
        }
    }
    for route in &open {
        let answer = call(&other, route).await;
        assert_eq!(answer.status, 200, "{} {}: {}", route.method, route.path, answer.text);
    }
}

#[tokio::test]
async fn what_is_public_everybody_reads_with_any_credential_or_none() {
    let app = spawn_app().await;
    let (admin, member) = (app.admin().await, app.member().await);
    let product = admin.post("/api/products", json!({ "name": "x" })).await.header("location").to_owned();
    let post = json!({ "title": "x", "content": "x" });
    let post = member.post("/api/posts", post).await.header("location").to_owned();
    admin.patch(&format!("/api/users/{}", member.user().id), json!({ "disabled": true })).await;
    for path in ["/api/products", &product, "/api/posts", &post] {
        for caller in [app.anonymous(), member.clone(), admin.clone(), app.member().await] {
            assert_eq!(caller.get(path).await.status, 200, "{path}");
        }
    }
}

async fn call(caller: &Caller, route: &Route) -> crate::support::caller::Answer {
    let request = caller.request(route.method.clone(), &route.path);
    send(match route.method {
        Method::GET => request,
        Method::POST if route.path == GIVING => with_file(request, NOTE),
        _ => request.json(&route.body),
    })
    .await
}

async fn owner_and_routes(app: &TestApp) -> (Caller, Vec<Route>) {
    let owner = app.member().await;
    let routes = routes(app, &owner).await;
    (owner, routes)
}

#[tokio::test]
async fn nobody_and_bad_tokens_get_a_401_everywhere() {
    let app = spawn_app().await;
    let (owner, routes) = owner_and_routes(&app).await;
    let forged = owner.with_token("stoa_forged");
    for route in &routes {
        for caller in [app.anonymous(), forged.clone(), owner.with_token("")] {
            let answer = call(&caller, route).await;
            assert_eq!(answer.problem(), (401, "unauthorized".into()), "{} {}", route.method, route.path);
            assert_eq!(answer.json()["error"], "Unauthorized");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
}

#[tokio::test]
async fn a_strangers_id_answers_exactly_as_an_unknown_one() {
    let app = spawn_app().await;
    let (owner, routes) = owner_and_routes(&app).await;
    let stranger = app.member().await;
    for route in routes.iter().filter(|route| route.owned) {
        let answer = call(&stranger, route).await;
        assert_eq!(answer.status, 404, "{} {}: {}", route.method, route.path, answer.text);
    }
    // And nothing of the owner's has changed.
    for route in routes.iter().filter(|route| route.method == Method::GET) {
        assert_eq!(call(&owner, route).await.status, 200, "{}", route.path);
    }
}

#[tokio::test]
async fn somebody_disabled_gets_a_401_everywhere() {
    let app = spawn_app().await;
    let (owner, routes) = owner_and_routes(&app).await;
    let admin = app.admin().await;
    admin.patch(&format!("/api/users/{}", owner.user().id), json!({ "disabled": true })).await;
    for route in &routes {
        assert_eq!(call(&owner, route).await.status, 401, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn owners_may() {
    let app = spawn_app().await;
    let (owner, routes) = owner_and_routes(&app).await;
    for route in &routes {
        let answer = call(&owner, route).await;
        // The last route deletes what the one before it has deleted already, and the session may be busy.
        let fine = answer.status.is_success()
            || (route.method == Method::DELETE && answer.status == 404)
            || answer.status == 409;
        assert!(fine, "{} {}: {} {}", route.method, route.path, answer.status, answer.text);
    }
}

#[tokio::test]
async fn a_cookie_may_change_nothing_from_another_site() {
    let app = spawn_app().await;
    let nobody = app.anonymous();
    for (name, value, refused) in [
        ("Origin", "https://evil.example", true),
        ("Origin", "null", true),
        ("Sec-Fetch-Site", "cross-site", true),
        ("Sec-Fetch-Site", "same-site", true),
        ("Sec-Fetch-Site", "same-origin", false),
    ] {
        let request =
            nobody.request(Method::POST, "/api/hello").header(name, value).json(&json!({ "name": "x" }));
        let expected = if refused { 403 } else { 200 };
        assert_eq!(send(request).await.status, expected, "{name}: {value}");
    }
    let own = format!("http://{}", app.address);
    let request =
        nobody.request(Method::POST, "/api/hello").header("Origin", own).json(&json!({ "name": "x" }));
    assert_eq!(send(request).await.status, 200);
    let member = app.member().await;
    let request = member.request(Method::POST, "/api/chat/sessions").header("Origin", "https://evil.example");
    assert_eq!(send(request.json(&json!({}))).await.status, 200);
}
