//! `/api/artifacts`.

use serde_json::{Value, json};

use crate::support::app::spawn_app;
use crate::support::caller::Caller;

async fn kept(caller: &Caller, body: Value) -> Value {
    let answer = caller.post("/api/artifacts", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["artifact"].clone()
}

async fn note(caller: &Caller, title: &str) -> String {
    let artifact = kept(caller, json!({ "title": title, "kind": "markdown", "content": "one" })).await;
    format!("/api/artifacts/{}", artifact["id"].as_str().unwrap())
}

async fn titles(caller: &Caller, query: &str) -> Vec<String> {
    let list = caller.get(&format!("/api/artifacts{query}")).await.json();
    let rows = list["artifacts"].as_array().unwrap();
    assert!(rows.iter().all(|row| row.get("content").is_none()));
    rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_artifact_is_kept_to_the_byte_and_has_an_address() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    let content = "fn main() {}\r\n// 写锁 🔒\t\n";
    let body = json!({ "title": " 写锁 ", "kind": "code", "language": "rust", "content": content,
        "session_id": session, "tags": ["a"] });
    let answer = ada.post("/api/artifacts", body).await;
    let artifact = answer.json()["artifact"].clone();
    let expected = json!({
        "id": artifact["id"], "title": "写锁", "kind": "code", "language": "rust", "session_id": session,
        "version": 1, "size": content.len(), "tags": ["a"], "content": content,
        "created_at": artifact["created_at"], "updated_at": artifact["updated_at"],
    });
    assert_eq!(artifact, expected);
    assert_eq!(ada.get(answer.header("location")).await.json(), json!({ "artifact": expected }));
    ada.delete(&format!("/api/chat/sessions/{session}"), json!({})).await;
    assert!(ada.get(answer.header("location")).await.json()["artifact"]["session_id"].is_null());
}

#[tokio::test]
async fn a_change_is_a_new_version_and_a_stale_one_is_refused() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let path = note(&ada, "draft").await;
    let change = json!({ "title": "final", "content": "two", "base_version": 1 });
    let changed = ada.put(&path, change.clone()).await.json()["artifact"].clone();
    assert_eq!(
        (&changed["version"], &changed["content"], &changed["title"]),
        (&json!(2), &json!("two"), &json!("final"))
    );
    assert_eq!(ada.put(&path, change).await.problem(), (409, "stale_version".into()));
    for base in [0, -1, 3, i64::MAX] {
        let answer = ada.put(&path, json!({ "content": "x", "base_version": base })).await;
        assert_eq!(answer.problem(), (409, "stale_version".into()));
    }
    let first = ada.get(&format!("{path}?version=1")).await.json()["artifact"].clone();
    assert_eq!(
        (&first["version"], &first["content"], &first["title"]),
        (&json!(1), &json!("one"), &json!("draft"))
    );
    let list = ada.get(&format!("{path}/versions")).await.json();
    let versions: Vec<_> =
        list["versions"].as_array().unwrap().iter().map(|v| v["version"].clone()).collect();
    assert_eq!((versions, list["total"].clone()), (vec![json!(2), json!(1)], json!(2)));
    let part = ada.get(&format!("{path}/versions?limit=1")).await.json();
    let rest =
        ada.get(&format!("{path}/versions?cursor={}", part["next_cursor"].as_str().unwrap())).await.json();
    assert_eq!(rest["versions"][0]["version"], 1);
}

#[tokio::test]
async fn of_writers_at_once_one_wins() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let path = note(&ada, "raced").await;
    let write = |n: i32| ada.put(&path, json!({ "content": n.to_string(), "base_version": 1 }));
    let answers = futures_util::future::join_all((0..8).map(write)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(ada.get(&path).await.json()["artifact"]["version"], 2);
}

#[tokio::test]
async fn deleting_takes_all_versions_along() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let path = note(&ada, "gone").await;
    ada.put(&path, json!({ "content": "two", "base_version": 1 })).await;
    assert_eq!(ada.delete(&path, json!({})).await.json(), json!({ "success": true }));
    for path in [path.clone(), format!("{path}?version=1"), format!("{path}/versions"), format!("{path}/raw")]
    {
        let answer = ada.get(&path).await;
        assert_eq!(answer.problem(), (404, "artifact_not_found".into()), "{path}");
        assert_eq!(answer.json()["error"], "工件不存在");
    }
    assert_eq!(ada.delete(&path, json!({})).await.status, 404);
    assert!(titles(&ada, "").await.is_empty());
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    for (title, kind) in [("100% sure", "markdown"), ("Under_score", "csv"), ("写锁", "text")] {
        kept(&ada, json!({ "title": title, "kind": kind, "content": "", "tags": ["x", title] })).await;
    }
    kept(&ada, json!({ "title": "here", "kind": "json", "content": "", "session_id": session })).await;
    assert_eq!(titles(&ada, "").await, ["here", "写锁", "Under_score", "100% sure"]);
    assert_eq!(titles(&ada, "?kind=csv").await, ["Under_score"]);
    assert_eq!(titles(&ada, "?q=UNDER_").await, ["Under_score"]);
    assert_eq!(titles(&ada, "?q=0%25").await, ["100% sure"]);
    assert_eq!(titles(&ada, "?tags=x&tags=%E5%86%99%E9%94%81").await, ["写锁"]);
    assert_eq!(titles(&ada, &format!("?session_id={session}")).await, ["here"]);
    assert!(titles(&app.member().await, "").await.is_empty());
    let first = ada.get("/api/artifacts?limit=3").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(
        (titles(&ada, &format!("?cursor={cursor}")).await, &first["total"]),
        (vec!["100% sure".to_owned()], &json!(4))
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let foreign = bob.session().await;
    let path = note(&ada, "x").await;
    let fine = json!({ "title": "x", "kind": "text", "content": "x" });
    for (field, value) in [
        ("kind", json!("pdf")),
        ("kind", Value::Null),
        ("content", json!("a\0b")),
        ("content", Value::Null),
        ("title", json!("a\0")),
        ("title", json!("x".repeat(201))),
        ("language", json!("a\nb")),
        ("session_id", json!(foreign)),
        ("session_id", json!("x\0")),
        ("tags", json!(["a\0"])),
    ] {
        let mut body = fine.clone();
        body[field] = value;
        assert_eq!(ada.post("/api/artifacts", body.clone()).await.wrong_fields(), [field], "{body}");
    }
    for title in [Value::Null, json!(""), json!(" ")] {
        let answer =
            ada.post("/api/artifacts", json!({ "title": title, "kind": "text", "content": "" })).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &json!("缺少 title 参数")));
    }
    assert_eq!(ada.put(&path, json!({ "base_version": 1 })).await.wrong_fields(), ["content"]);
    assert_eq!(ada.put(&path, json!({ "content": "" })).await.wrong_fields(), ["base_version"]);
    let wrong = json!({ "content": "x", "base_version": "1" });
    assert_eq!(ada.put(&path, wrong).await.problem(), (400, "invalid_field_type".into()));
    let large = json!({ "title": "x", "kind": "text", "content": "x".repeat(1024 * 1024) });
    assert_eq!(ada.post("/api/artifacts", large).await.problem(), (413, "too_large".into()));
    for (query, field) in [
        ("kind=pdf", "kind"),
        ("session_id=x", "session_id"),
        ("q=%00", "q"),
        ("tags=%00", "tags"),
        ("limit=0", "limit"),
        ("cursor=W10", "cursor"),
        ("cursor=WzAsIlx1MDAwMCJd", "cursor"),
    ] {
        assert_eq!(ada.get(&format!("/api/artifacts?{query}")).await.wrong_fields(), [field], "{query}");
    }
    assert_eq!(ada.get(&format!("{path}?version=x")).await.wrong_fields(), ["version"]);
    assert_eq!(ada.get(&format!("{path}?version=9")).await.status, 404);
    for id in ["x", "%00", "%ff"] {
        assert_eq!(
            ada.get(&format!("/api/artifacts/{id}")).await.problem(),
            (404, "artifact_not_found".into())
        );
    }
}

#[tokio::test]
async fn raw_bytes_never_act_as_a_page() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let content = "<script>alert(1)</script>";
    for (kind, language, content_type, saved, end) in [
        ("html", "", "application/octet-stream", true, "html"),
        ("svg", "", "application/octet-stream", true, "svg"),
        ("markdown", "", "text/plain; charset=utf-8", false, "md"),
        ("text", "", "text/plain; charset=utf-8", false, "txt"),
        ("csv", "", "text/csv; charset=utf-8", false, "csv"),
        ("json", "", "application/json", false, "json"),
        ("code", "rust", "text/plain; charset=utf-8", false, "rs"),
        ("code", "HTML", "text/plain; charset=utf-8", false, "html"),
        ("code", "../x", "text/plain; charset=utf-8", false, "txt"),
    ] {
        let body = json!({ "title": "写 \"锁\"/..", "kind": kind, "language": language, "content": content });
        let id = kept(&ada, body).await["id"].as_str().unwrap().to_owned();
        let raw = ada.get(&format!("/api/artifacts/{id}/raw?version=1")).await;
        assert_eq!((raw.text.as_str(), raw.header("content-type")), (content, content_type), "{kind}");
        assert_eq!(raw.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(raw.header("x-content-type-options"), "nosniff");
        let disposition = raw.header("content-disposition");
        assert_eq!(disposition.starts_with("attachment"), saved, "{kind}: {disposition}");
        assert!(disposition.contains(&format!("filename=\"artifact.{end}\"")), "{disposition}");
        assert!(disposition.contains("filename*=UTF-8''%E5%86%99%20%E9%94%81"), "{disposition}");
        let saved = ada.get(&format!("/api/artifacts/{id}/raw?download")).await;
        assert!(saved.header("content-disposition").starts_with("attachment"));
    }
}
