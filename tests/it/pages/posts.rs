//! Posts as pages, and their feed.

use reqwest::Method;
use serde_json::json;
use stoa::models::user::Role;
use stoa::services::passwords::Password;

use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;

const PASSWORD: &str = "correct horse";

async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let hash = Password::parse(PASSWORD).unwrap().hash().await.unwrap();
    app.add_user(email, Role::Member, Some(hash)).await;
    Browser::signed_in(app, email, PASSWORD).await
}

#[tokio::test]
async fn a_post_is_written_previewed_published_and_read_by_anybody() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let typed =
        [("title", "写锁 & <WAL>"), ("content", "**好** <script>alert(1)</script>"), ("tags", "db， 学习,")];
    let preview = ada.post("/posts", &[&typed[..], &[("action", "preview")]].concat()).await;
    assert_eq!(preview.status, 200);
    assert_eq!(preview.texts(".prose strong"), ["好"]);
    assert_eq!(preview.attributes("#title", "value"), ["写锁 & <WAL>"]);
    assert!(app.anonymous().get("/api/posts").await.json()["posts"].as_array().unwrap().is_empty());

    let draft = ada.post("/posts", &[&typed[..], &[("action", "draft")]].concat()).await;
    let path = draft.leads_to().to_owned();
    let nobody = Browser::new(app.address);
    assert_eq!(nobody.get(&path).await.status, 404);
    assert_eq!(ada.get("/posts?drafts=true").await.texts(".shelf h2 > a"), ["写锁 & <WAL>"]);
    assert!(nobody.get("/posts?drafts=true").await.leads_to().starts_with("/login"));

    ada.post(&format!("{path}/edit"), &[&typed[..], &[("action", "publish")]].concat()).await.leads_to();
    let page = nobody.get(&path).await;
    assert_eq!(
        (page.texts("h1"), page.texts("a.tag")),
        (vec!["写锁 & <WAL>".into()], vec!["db".into(), "学习".into()])
    );
    assert!(!page.text.contains("<script>alert"));
    assert_eq!(page.attributes("meta[name=description]", "content").len(), 1);
    assert!(page.attributes("a", "href").iter().all(|href| !href.ends_with("/edit")));
    assert_eq!(nobody.get("/posts?tags=db").await.texts(".shelf h2 > a").len(), 1);
    assert_eq!(nobody.get("/posts?q=nothing").await.texts(".shelf h2 > a").len(), 0);

    assert!(ada.get(&format!("{path}/delete")).await.text.contains("写锁"));
    assert_eq!(ada.post(&format!("{path}/delete"), &[]).await.leads_to(), "/posts");
    assert_eq!(nobody.get(&path).await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_what_was_typed_and_strangers_change_nothing() {
    let app = spawn_app().await;
    let (ada, eve) = (signed_in(&app, "ada@example.com").await, signed_in(&app, "eve@example.com").await);
    let refused = ada.post("/posts", &[("title", " "), ("content", "kept"), ("action", "publish")]).await;
    assert_eq!((refused.status.as_u16(), refused.texts("#title-wrong").len()), (400, 1));
    assert_eq!(refused.texts("#content"), ["kept"]);
    let form = [("title", "a"), ("content", "x"), ("action", "publish")];
    let path = ada.post("/posts", &form).await.leads_to().to_owned();
    for page in ["edit", "delete"] {
        assert_eq!(eve.get(&format!("{path}/{page}")).await.status, 403);
        assert_eq!(eve.post(&format!("{path}/{page}"), &form).await.status, 403);
    }
    assert_eq!(ada.get("/posts/new?artifact=01936b1e-7c5a-7000-8000-000000000000").await.status, 404);
    assert!(Browser::new(app.address).get("/posts/new").await.leads_to().starts_with("/login"));
}

#[tokio::test]
async fn an_artifact_goes_into_the_editor_as_markdown() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    for (kind, content, typed) in [
        ("markdown", "# Mine\n", "# Mine\n"),
        ("code", "/* # */\n~~~\n", "~~~~rust\n/* # */\n~~~\n~~~~\n"),
        ("json", "[1]", "~~~json\n[1]\n~~~\n"),
    ] {
        let form = [("title", "x"), ("kind", kind), ("language", "rust"), ("content", content)];
        let artifact = ada.post("/artifacts", &form).await.leads_to().replace("/artifacts/", "");
        let editor = ada.get(&format!("/posts/new?artifact={artifact}")).await;
        assert_eq!(editor.texts("#content")[0].trim(), typed.trim(), "{kind}");
    }
}

#[tokio::test]
async fn the_feed_holds_what_is_published_and_is_sent_once() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let post = json!({ "title": "A & B", "content": "**bold** \u{b}", "tags": ["<t>"] });
    ada.post("/api/posts", post).await;
    ada.post("/api/posts", json!({ "title": "hidden", "content": "x", "published": false })).await;
    let nobody = app.anonymous();
    let feed = nobody.get("/posts/feed.xml").await;
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    let read: atom_syndication::Feed = feed.text.parse().unwrap();
    assert_eq!(read.entries.len(), 1);
    let entry = &read.entries[0];
    assert_eq!((entry.title.as_str(), entry.categories[0].term.as_str()), ("A & B", "<t>"));
    assert_eq!(entry.links[0].href, format!("{}/posts/a-b", app.state.base_url));
    let content = entry.content.as_ref().unwrap();
    assert_eq!(content.content_type.as_deref(), Some("html"));
    assert!(content.value.as_deref().unwrap().contains("<strong>bold</strong>"));
    for (name, value) in [("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")] {
        let again = nobody.request(Method::GET, "/posts/feed.xml").header(name, feed.header(value));
        assert_eq!(again.send().await.unwrap().status(), 304, "{name}");
    }
    let other = nobody.request(Method::GET, "/posts/feed.xml").header("If-None-Match", "W/\"x\"");
    assert_eq!(other.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_feed_has_room_for_some_whole_articles_and_the_openings_of_the_others() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for (title, content) in [
        ("short", "few words".to_owned()),
        ("older", "word ".repeat(80_000)),
        ("newer", "word ".repeat(80_000)),
    ] {
        ada.post("/api/posts", json!({ "title": title, "content": content })).await;
    }
    let text = app.anonymous().get("/posts/feed.xml").await.text;
    let feed: atom_syndication::Feed = text.parse().unwrap();
    let whole: Vec<_> =
        feed.entries.iter().map(|entry| (entry.title.as_str(), entry.content.is_some())).collect();
    assert_eq!(whole, [("newer", true), ("older", false), ("short", true)]);
    let opening = &feed.entries[1].summary.as_ref().unwrap().value;
    assert!(opening.starts_with("word word") && opening.ends_with('…') && opening.len() < 1000);
    assert!(feed.entries[0].summary.is_none() && feed.entries[2].summary.is_none());
}

#[tokio::test]
async fn the_list_says_how_each_post_begins_and_what_to_do_without_drafts() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let none = ada.get("/posts?drafts=true").await;
    assert_eq!(none.texts(".empty strong"), ["No drafts"]);
    let tags = (1..=9).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let content = "# 写锁\n\n**一次** <b>只有</b>一个写者。\n\n```\ncode\n```";
    ada.post("/posts", &[("title", "写锁"), ("content", content), ("tags", &tags)]).await.leads_to();
    let list = Browser::new(app.address).get("/posts").await;
    assert_eq!(list.texts(".excerpt"), ["一次 只有一个写者。"]);
    assert_eq!(list.attributes(".shelf h2", "lang"), ["zh-CN"]);
    assert_eq!(list.texts(".shelf a.tag").len(), 6);
    assert_eq!(list.attributes("header.public a.push", "href"), ["/login?next=%2Fposts"]);
}
