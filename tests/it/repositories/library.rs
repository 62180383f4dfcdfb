//! The texts of the workspace that a question is about.

use serde_json::json;
use stoa::db::Time;
use stoa::models::document::NewDocument;
use stoa::models::library_text::LibraryText;
use stoa::models::search_entry::SearchKind;
use stoa::repositories::{documents, library};

use crate::support::app::{TestApp, spawn_app};
use crate::support::caller::Caller;

async fn find(app: &TestApp, who: &Caller, words: &[&str], most: usize) -> Vec<LibraryText> {
    let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    let owner = who.user().id.clone();
    app.state.db.read(move |conn| library::find(conn, &owner, &words, most)).await.unwrap()
}

async fn titles(app: &TestApp, who: &Caller, words: &[&str]) -> Vec<String> {
    find(app, who, words, 40).await.into_iter().map(|text| text.title).collect()
}

async fn artifact(who: &Caller, title: &str, content: &str) -> String {
    let body = json!({ "title": title, "kind": "markdown", "content": content });
    who.post("/api/artifacts", body).await.json()["artifact"]["id"].as_str().unwrap().to_owned()
}

async fn post(who: &Caller, title: &str, content: &str, published: bool) -> String {
    let body = json!({ "title": title, "content": content, "published": published });
    who.post("/api/posts", body).await.json()["post"]["id"].as_str().unwrap().to_owned()
}

async fn document(app: &TestApp, who: &Caller, title: &str, content: &str) -> String {
    let id = stoa::models::new_id();
    let row = NewDocument {
        id: id.clone(),
        user_id: who.user().id.clone(),
        title: title.to_owned(),
        file_name: "x.txt".to_owned(),
        content_type: "text/plain".to_owned(),
        size: 1,
        content: content.to_owned(),
        sha256: id.clone(),
        created_at: Time::now(),
    };
    app.state.db.write(move |conn| documents::insert(conn, &row, vec![0])).await.unwrap();
    id
}

#[tokio::test]
async fn any_word_will_do_and_the_text_with_more_and_rarer_ones_comes_first() {
    let app = spawn_app().await;
    let ada = app.member().await;
    artifact(&ada, "one", "SQLite 的写锁只有一把").await;
    artifact(&ada, "two", "SQLite has WAL; 写锁 is taken late").await;
    artifact(&ada, "three", "PostgreSQL and SQLite").await;
    artifact(&ada, "four", "nothing of the kind").await;
    assert_eq!(titles(&app, &ada, &["写锁", "wal"]).await, ["two", "one"]);
    assert_eq!(titles(&app, &ada, &["sqlite", "WAL"]).await, ["two", "three", "one"]);
    // A run of Chinese counts by its pairs, a single character alone.
    assert_eq!(titles(&app, &ada, &["写锁机制"]).await, ["two", "one"]);
    assert_eq!(titles(&app, &ada, &["把"]).await, ["one"]);
    for none in [&[][..], &[""], &["%", "\"*", "' | 'x"], &["nowhere"]] {
        assert!(titles(&app, &ada, none).await.is_empty(), "{none:?}");
    }
}

#[tokio::test]
async fn artifacts_posts_and_documents_are_read_and_nothing_else() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    ada.ask(&session, "columns").await;
    ada.post("/api/tasks", json!({ "title": "columns" })).await;
    let kept = artifact(&ada, "columns", "first").await;
    ada.put(&format!("/api/artifacts/{kept}"), json!({ "content": "second", "base_version": 1 })).await;
    post(&ada, "Draft of columns", "x", false).await;
    let given = document(&app, &ada, "Stoa", "painted columns").await;
    let found = find(&app, &ada, &["columns"], 40).await;
    let told: Vec<_> = found.iter().map(|t| (t.kind, t.text.as_str(), t.url_path.as_str())).collect();
    assert_eq!(
        told,
        [
            (SearchKind::Document, "painted columns", format!("/library/{given}").as_str()),
            (SearchKind::Post, "x", "/posts/draft-of-columns"),
            (SearchKind::Artifact, "second", format!("/artifacts/{kept}").as_str()),
        ]
    );
    assert!(titles(&app, &ada, &["first"]).await.is_empty());
    let document = given.clone();
    let owner = ada.user().id.clone();
    app.state.db.write(move |conn| documents::delete_owned(conn, &owner, &document)).await.unwrap();
    assert_eq!(find(&app, &ada, &["painted"], 40).await, []);
}

#[tokio::test]
async fn what_others_have_published_is_read_and_nothing_else_of_theirs() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    artifact(&bob, "secret stoics", "").await;
    document(&app, &bob, "secret stoics", "x").await;
    post(&bob, "draft stoics", "x", false).await;
    let id = post(&bob, "open stoics", "x", true).await;
    assert_eq!(titles(&app, &ada, &["stoics"]).await, ["open stoics"]);
    // One's own is there once, published or not.
    assert_eq!(titles(&app, &bob, &["open"]).await, ["open stoics"]);
    let path = format!("/api/posts/{id}");
    bob.put(&path, json!({ "content": "porch" })).await;
    assert_eq!(titles(&app, &ada, &["porch"]).await, ["open stoics"]);
    bob.put(&path, json!({ "published": false })).await;
    assert!(titles(&app, &ada, &["porch", "stoics"]).await.is_empty());
    bob.put(&path, json!({ "published": true })).await;
    assert_eq!(titles(&app, &ada, &["porch"]).await, ["open stoics"]);
    bob.delete(&path, json!({})).await;
    assert!(titles(&app, &ada, &["porch"]).await.is_empty());
}

#[tokio::test]
async fn a_search_of_all_that_is_ones_own_knows_documents_and_no_post_twice() {
    let app = spawn_app().await;
    let ada = app.member().await;
    post(&ada, "stoics", "??", true).await;
    let id = document(&app, &ada, "porch", "the stoics ??").await;
    for (query, expected) in [("q=stoics", 2), ("q=%3F%3F", 2), ("q=stoics&kind=document", 1)] {
        let found = ada.get(&format!("/api/search?{query}")).await.json();
        assert_eq!(found["results"].as_array().unwrap().len(), expected, "{query}");
        assert_eq!(found["results"][0]["url"], format!("/library/{id}"), "{query}");
    }
}

#[tokio::test]
async fn a_large_workspace_gives_forty_texts_and_no_more() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for n in 0..45 {
        artifact(&ada, &format!("note {n}"), "common ground").await;
    }
    artifact(&ada, "the one", "common and rare").await;
    let found = titles(&app, &ada, &["common", "rare"]).await;
    assert_eq!((found.len(), found[0].as_str()), (40, "the one"));
    assert_eq!(find(&app, &ada, &["common"], 3).await.len(), 3);
    let words: Vec<String> = (0..500).map(|n| format!("word{n}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).chain(["rare"]).collect();
    assert!(find(&app, &ada, &words, 40).await.len() <= 40);
}
