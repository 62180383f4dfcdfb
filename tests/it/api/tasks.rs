//! `/api/tasks`.

use serde_json::{Value, json};

use crate::support::app::spawn_app;
use crate::support::caller::Caller;

async fn noted(caller: &Caller, body: Value) -> String {
    let answer = caller.post("/api/tasks", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.header("location").to_owned()
}

async fn titles(caller: &Caller, query: &str) -> Vec<String> {
    let list = caller.get(&format!("/api/tasks{query}")).await.json();
    list["tasks"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_task_is_noted_down_changed_and_deleted() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    let body =
        json!({ "title": "核对引用 🔒", "session_id": session, "due_at": "2027-01-31T20:00:00+08:00" });
    let answer = ada.post("/api/tasks", body).await;
    let task = answer.json()["task"].clone();
    let expected = json!({
        "id": task["id"], "title": "核对引用 🔒", "description": "", "status": "todo", "session_id": session,
        "tags": [], "due_at": "2027-01-31T12:00:00.000Z",
        "created_at": task["created_at"], "updated_at": task["updated_at"],
    });
    assert_eq!(task, expected);
    let path = answer.header("location");
    assert_eq!(ada.get(path).await.json(), json!({ "task": expected }));
    let change = json!({ "status": "done", "description": "*x*", "tags": ["a"], "due_at": "" });
    let changed = ada.put(path, change).await.json()["task"].clone();
    assert_eq!(
        (&changed["status"], &changed["due_at"], &changed["title"]),
        (&json!("done"), &Value::Null, &task["title"])
    );
    assert_eq!(ada.delete(path, json!({})).await.json(), json!({ "success": true }));
    let gone = ada.get(path).await;
    assert_eq!(
        (gone.problem(), &gone.json()["error"]),
        ((404, "task_not_found".into()), &json!("任务不存在"))
    );
}

#[tokio::test]
async fn null_clears_the_time_and_absence_keeps_it() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let path = noted(&ada, json!({ "title": "x", "due_at": "2027-01-31T12:00:00Z" })).await;
    let kept = ada.put(&path, json!({ "title": "y" })).await.json();
    assert_eq!(kept["task"]["due_at"], "2027-01-31T12:00:00.000Z");
    let cleared = ada.put(&path, json!({ "due_at": null })).await.json();
    assert_eq!(cleared["task"]["due_at"], Value::Null);
    assert_eq!(ada.put(&path, json!({})).await.problem(), (400, "missing_parameter".into()));
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    noted(&ada, json!({ "title": "a", "tags": ["x"], "description": "100% Sure" })).await;
    noted(&ada, json!({ "title": "b_写锁", "tags": ["x", "50%\"_"], "status": "done" })).await;
    noted(&ada, json!({ "title": "c", "session_id": session })).await;
    assert_eq!(titles(&ada, "").await, ["c", "b_写锁", "a"]);
    assert_eq!(titles(&ada, "?status=done").await, ["b_写锁"]);
    assert_eq!(titles(&ada, "?status=todo").await, ["c", "a"]);
    assert_eq!(titles(&ada, &format!("?session_id={session}")).await, ["c"]);
    assert_eq!(titles(&ada, "?q=0%25%20sure").await, ["a"]);
    assert_eq!(titles(&ada, "?q=B_").await, ["b_写锁"]);
    assert_eq!(titles(&ada, "?tags=x&tags=50%25%22_").await, ["b_写锁"]);
    assert!(titles(&app.member().await, "").await.is_empty());
    let first = ada.get("/api/tasks?limit=2").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(
        (titles(&ada, &format!("?cursor={cursor}")).await, &first["total"]),
        (vec!["a".to_owned()], &json!(3))
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let foreign = bob.session().await;
    let path = noted(&ada, json!({ "title": "x" })).await;
    for (field, value) in [
        ("title", json!("a\0b")),
        ("title", json!("x".repeat(201))),
        ("description", json!("a\0b")),
        ("description", json!("x".repeat(64 * 1024 + 1))),
        ("status", json!("later")),
        ("due_at", json!("tomorrow")),
        ("due_at", json!("2027-02-30T00:00:00Z")),
        ("due_at", json!("9999-12-31T23:59:59-23:59")),
        ("due_at", json!("0000-01-01T00:00:00+23:59")),
        ("due_at", json!("9999-12-31T23:59:60Z")),
        ("tags", json!(["", "a"])),
    ] {
        let mut body = json!({ "title": "x" });
        body[field] = value;
        assert_eq!(ada.post("/api/tasks", body.clone()).await.wrong_fields(), [field]);
        assert_eq!(ada.put(&path, body).await.wrong_fields(), [field]);
    }
    assert_eq!(
        ada.post("/api/tasks", json!({ "title": "x", "session_id": foreign })).await.wrong_fields(),
        ["session_id"]
    );
    assert_eq!(ada.put(&path, json!({ "title": " " })).await.wrong_fields(), ["title"]);
    for body in [json!({}), json!({ "title": "" }), json!({ "title": null })] {
        let answer = ada.post("/api/tasks", body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &json!("缺少 title 参数")));
    }
    for body in
        [json!({ "title": 5 }), json!({ "title": "x", "due_at": 5 }), json!({ "title": "x", "tags": "x" })]
    {
        assert_eq!(ada.post("/api/tasks", body).await.problem(), (400, "invalid_field_type".into()));
    }
    for (query, field) in [
        ("status=later", "status"),
        ("session_id=x", "session_id"),
        ("q=%00", "q"),
        ("cursor=W10", "cursor"),
        ("page=0", "page"),
    ] {
        assert_eq!(ada.get(&format!("/api/tasks?{query}")).await.wrong_fields(), [field], "{query}");
    }
}
