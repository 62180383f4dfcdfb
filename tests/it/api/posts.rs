//! `/api/posts`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::spawn_app;
use crate::support::caller::{Answer, Caller, send};

async fn put(caller: &Caller, path: &str, body: Value) -> Answer {
    send(caller.request(Method::PUT, path).json(&body)).await
}

async fn write(caller: &Caller, body: Value) -> Value {
    let answer = caller.post("/api/posts", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["post"].clone()
}

fn at(post: &Value) -> String {
    format!("/api/posts/{}", post["id"].as_str().unwrap())
}

async fn titles(caller: &Caller, query: &str) -> Vec<String> {
    let answer = caller.get(&format!("/api/posts{query}")).await;
    let posts = answer.json()["posts"].as_array().unwrap().clone();
    posts.iter().map(|post| post["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_post_is_published_at_once_for_everybody() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let body =
        json!({ "title": "写锁 与 WAL", "content": "**好**\n\n<script>x</script>", "tags": ["db", "db"] });
    let answer = ada.post("/api/posts", body).await;
    let post = answer.json()["post"].clone();
    assert_eq!(answer.header("location"), at(&post));
    let expected = json!({
        "id": post["id"], "slug": "写锁-与-wal", "title": "写锁 与 WAL", "content": "**好**\n\n<script>x</script>",
        "content_html": post["content_html"], "author": { "id": ada.user().id, "name": "Ada" }, "tags": ["db"],
        "published": true, "created_at": post["created_at"], "updated_at": post["updated_at"],
    });
    assert_eq!(post, expected);
    let html = post["content_html"].as_str().unwrap();
    assert!(html.contains("<strong>好</strong>") && !html.contains("<script"), "{html}");
    let nobody = app.anonymous();
    for name in [post["id"].as_str().unwrap(), "%E5%86%99%E9%94%81-%E4%B8%8E-wal"] {
        assert_eq!(nobody.get(&format!("/api/posts/{name}")).await.json(), json!({ "post": expected }));
    }
    assert_eq!(
        nobody.get("/api/posts").await.json(),
        json!({ "posts": [expected], "total": 1, "next_cursor": null })
    );
}

#[tokio::test]
async fn a_draft_exists_for_its_author_only() {
    let app = spawn_app().await;
    let (ada, eve, admin) = (app.member().await, app.member().await, app.admin().await);
    let draft = write(&ada, json!({ "title": "secret", "content": "x", "published": false })).await;
    for caller in [&eve, &admin, &app.anonymous()] {
        assert_eq!(caller.get(&at(&draft)).await.problem(), (404, "post_not_found".into()));
        assert_eq!(caller.get("/api/posts/secret").await.status, 404);
        assert!(titles(caller, "").await.is_empty());
    }
    for caller in [&eve, &admin] {
        assert_eq!(put(caller, &at(&draft), json!({ "title": "mine" })).await.status, 404);
        assert_eq!(caller.delete(&at(&draft), json!({})).await.status, 404);
        assert!(titles(caller, "?drafts=true").await.is_empty());
    }
    assert_eq!(titles(&ada, "?drafts=true").await, ["secret"]);
    assert_eq!(ada.get(&at(&draft)).await.status, 200);
    assert_eq!(app.anonymous().get("/api/posts?drafts=true").await.problem(), (401, "unauthorized".into()));
}

#[tokio::test]
async fn what_is_published_its_author_and_admins_may_change() {
    let app = spawn_app().await;
    let (ada, eve, admin) = (app.member().await, app.member().await, app.admin().await);
    let post = write(&ada, json!({ "title": "a", "content": "x" })).await;
    assert_eq!(put(&eve, &at(&post), json!({ "title": "b" })).await.problem(), (403, "not_author".into()));
    assert_eq!(eve.delete(&at(&post), json!({})).await.problem(), (403, "not_author".into()));
    let changed = put(&admin, &at(&post), json!({ "title": "b", "tags": ["t"] })).await.json();
    assert_eq!((&changed["post"]["title"], &changed["post"]["slug"]), (&json!("b"), &json!("a")));
    assert_eq!(changed["post"]["author"]["id"], ada.user().id);
    assert_eq!(put(&ada, &at(&post), json!({})).await.problem(), (400, "missing_parameter".into()));
    assert_eq!(admin.delete(&at(&post), json!({})).await.json(), json!({ "success": true }));
    assert_eq!(ada.delete(&at(&post), json!({})).await.problem(), (404, "post_not_found".into()));
}

#[tokio::test]
async fn a_slug_follows_the_title_until_publication_and_is_nobody_elses() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let first = write(&ada, json!({ "title": "Notes", "content": "x" })).await;
    let second = write(&ada, json!({ "title": "notes!", "content": "x", "published": false })).await;
    assert_eq!((&first["slug"], &second["slug"]), (&json!("notes"), &json!("notes-2")));
    let renamed = put(&ada, &at(&second), json!({ "title": "Other" })).await.json();
    assert_eq!(renamed["post"]["slug"], "other");
    put(&ada, &at(&second), json!({ "published": true })).await;
    put(&ada, &at(&second), json!({ "published": false })).await;
    let kept = put(&ada, &at(&second), json!({ "title": "Third" })).await.json();
    assert_eq!(kept["post"]["slug"], "other");
    for title in ["new", first["id"].as_str().unwrap()] {
        let post = write(&ada, json!({ "title": title, "content": "x" })).await;
        assert_eq!(post["slug"], format!("{title}-2"));
    }
    for _ in 0..12 {
        write(&ada, json!({ "title": "Notes", "content": "x" })).await;
    }
}

#[tokio::test]
async fn lists_are_searched_filtered_and_paged() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for (title, tags) in
        [("100% sure", json!(["a", "50%_\""])), ("写锁", json!(["a"])), ("100 times", json!([]))]
    {
        write(&ada, json!({ "title": title, "content": "Some_Text", "tags": tags })).await;
    }
    assert_eq!(titles(&ada, "?q=100%25").await, ["100% sure"]);
    assert_eq!(titles(&ada, "?q=some_t").await.len(), 3);
    assert!(titles(&ada, "?q=some%25t").await.is_empty());
    assert_eq!(titles(&ada, "?q=%E9%94%81").await, ["写锁"]);
    assert_eq!(titles(&ada, "?tags=a").await, ["写锁", "100% sure"]);
    assert_eq!(titles(&ada, "?tags=a&tags=50%25_%22").await, ["100% sure"]);
    let page = ada.get("/api/posts?limit=2").await.json();
    assert_eq!(page["total"], 3);
    let cursor = page["next_cursor"].as_str().unwrap();
    write(&ada, json!({ "title": "late", "content": "x" })).await;
    assert_eq!(titles(&ada, &format!("?limit=2&cursor={cursor}")).await, ["100% sure"]);
    assert_eq!(titles(&ada, "?limit=1&page=2").await, ["100 times"]);
}

#[tokio::test]
async fn a_part_of_the_list_ends_early_where_posts_are_long() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for title in ["a", "b", "c"] {
        write(&ada, json!({ "title": title, "content": "word ".repeat(80_000) })).await;
    }
    for query in ["", "limit=3"] {
        let first = ada.get(&format!("/api/posts?{query}")).await.json();
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!((first["posts"].as_array().unwrap().len(), &first["total"]), (2, &json!(3)));
        let rest = ada.get(&format!("/api/posts?{query}&cursor={cursor}")).await.json();
        assert_eq!((&rest["posts"][0]["title"], &rest["next_cursor"]), (&json!("a"), &Value::Null));
    }
}

#[tokio::test]
async fn many_posts_are_listed_each_once() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for n in 0..130 {
        write(&ada, json!({ "title": n.to_string(), "content": "x" })).await;
    }
    let all: Vec<_> = (0..130).rev().map(|n| n.to_string()).collect();
    assert_eq!(titles(&ada, "").await, all);
    assert_eq!(titles(&ada, "?limit=127").await, all[..127]);
    assert_eq!(titles(&ada, "?limit=64&page=2").await, all[64..128]);
    let cursor = ada.get("/api/posts?limit=129").await.json()["next_cursor"].clone();
    assert_eq!(titles(&ada, &format!("?cursor={}", cursor.as_str().unwrap())).await, ["0"]);
}

#[tokio::test]
async fn bad_input_is_refused_with_what_is_wrong() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for body in [json!({}), json!({ "title": "  ", "content": "x" })] {
        let answer = ada.post("/api/posts", body).await;
        assert_eq!(answer.problem(), (400, "missing_title".into()));
        assert_eq!(answer.json()["error"], "缺少 title 参数");
    }
    let unknown = "01936b1e-7c5a-7000-8000-000000000000";
    for (body, field) in [
        (json!({ "title": "x".repeat(201), "content": "x" }), "title"),
        (json!({ "title": "a\u{0}b", "content": "x" }), "title"),
        (json!({ "title": "a" }), "content"),
        (json!({ "title": "a", "content": "a\u{0}b" }), "content"),
        (json!({ "title": "a", "content": "x".repeat(512 * 1024 + 1) }), "content"),
        (json!({ "title": "a", "content": "x", "tags": ["x".repeat(51)] }), "tags"),
        (json!({ "title": "a", "content": "x", "artifact_id": unknown }), "artifact_id"),
    ] {
        assert_eq!(ada.post("/api/posts", body).await.wrong_fields(), [field]);
    }
    for body in [json!({ "title": 1 }), json!({ "title": "a", "published": "yes" }), json!([])] {
        assert_eq!(ada.post("/api/posts", body).await.problem(), (400, "invalid_field_type".into()));
    }
    let large = json!({ "title": "a", "content": "x".repeat(1024 * 1024) });
    assert_eq!(ada.post("/api/posts", large).await.problem(), (413, "too_large".into()));
    for (query, field) in
        [("cursor=x", "cursor"), ("limit=0", "limit"), ("drafts=maybe", "drafts"), ("q=%00", "q")]
    {
        assert_eq!(ada.get(&format!("/api/posts?{query}")).await.wrong_fields(), [field]);
    }
    for id in [unknown, "nothing", "%00", "a%25b"] {
        assert_eq!(
            ada.get(&format!("/api/posts/{id}")).await.problem(),
            (404, "post_not_found".into()),
            "{id}"
        );
    }
}

#[tokio::test]
async fn posts_that_want_one_name_at_the_same_time_all_get_one() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let drafts = [draft(&ada, "a").await, draft(&ada, "b").await];
    let create = async || write(&ada, json!({ "title": "Same time", "content": "x" })).await;
    let rename = async |id: &str| {
        let answer = put(&ada, &format!("/api/posts/{id}"), json!({ "title": "Same time" })).await;
        answer.json()["post"].clone()
    };
    let (a, b, c, d, e) = tokio::join!(create(), create(), create(), rename(&drafts[0]), rename(&drafts[1]));
    let mut slugs: Vec<_> = [a, b, c, d, e].iter().map(|post| post["slug"].clone().to_string()).collect();
    slugs.sort_unstable();
    let expected = ["", "-2", "-3", "-4", "-5"].map(|number| format!("\"same-time{number}\""));
    assert_eq!(slugs, expected);
}

async fn draft(author: &Caller, title: &str) -> String {
    let post = write(author, json!({ "title": title, "content": "x", "published": false })).await;
    post["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_post_is_made_from_its_authors_artifact_alone() {
    let app = spawn_app().await;
    let (ada, eve) = (app.member().await, app.member().await);
    let artifact = json!({ "title": "report", "kind": "markdown", "content": "# x" });
    let id = ada.post("/api/artifacts", artifact).await.json()["artifact"]["id"].clone();
    let post = json!({ "title": "a", "content": "x", "artifact_id": id });
    assert_eq!(ada.post("/api/posts", post.clone()).await.status, 200);
    assert_eq!(eve.post("/api/posts", post).await.wrong_fields(), ["artifact_id"]);
}

#[tokio::test]
async fn what_readers_are_sent_runs_nothing() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let attack = "<script>x</script> [a](javascript:x) [b](JaVaScRiPt&colon;x) [c](data:text/html,x) \
                  [d](vbscript:x) <img src=x onerror=x> <svg onload=x> ![e](javascript:x) \
                  <a href=\"&#106;avascript:x\">f</a>";
    let post = write(&ada, json!({ "title": "<script>x</script>", "content": attack })).await;
    let html = post["content_html"].as_str().unwrap().to_lowercase();
    for element in ["<script", "<svg", "<img", "<a "] {
        assert!(!html.contains(element), "{element} in {html}");
    }
    assert_eq!(post["slug"], "script-x-script");
    let page = app.anonymous().get("/posts/script-x-script").await;
    let feed = app.anonymous().get("/posts/feed.xml").await;
    assert!(!page.text.contains("<script>x") && !feed.text.contains("<script>x"));
    assert!(page.attributes(".prose a", "href").iter().all(|href| !href.contains("script:")));
}
