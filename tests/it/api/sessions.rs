//! `/api/chat/sessions`.

use serde_json::json;

use crate::support::app::spawn_app;
use crate::support::caller::Caller;

async fn names(caller: &Caller, query: &str) -> Vec<String> {
    let answer = caller.get(&format!("/api/chat/sessions{query}")).await;
    let sessions = answer.json()["sessions"].as_array().unwrap().clone();
    sessions.iter().map(|session| session["name"].as_str().unwrap().to_owned()).collect()
}

async fn named(caller: &Caller, name: &str) -> String {
    let answer = caller.post("/api/chat/sessions", json!({ "name": name })).await;
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_session_is_returned_itself_with_its_address() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let answer = ada.post("/api/chat/sessions", json!({ "name": "写锁 🔒", "type": "deepresearch" })).await;
    let body = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("location"), format!("/api/chat/sessions/{}", body["id"].as_str().unwrap()));
    let expected = json!({
        "id": body["id"], "name": "写锁 🔒", "type": "deepresearch", "model": null, "pinned": false,
        "archived": false, "tags": [], "message_count": 0, "run_status": null,
        "created_at": body["created_at"], "updated_at": body["updated_at"],
    });
    assert_eq!(body, expected);
    assert!(body["created_at"].as_str().unwrap().ends_with('Z'));
    let shown = ada.get(answer.header("location")).await.json();
    assert_eq!(shown, json!({ "session": expected }));
}

#[tokio::test]
async fn a_session_without_a_name_gets_one_in_the_callers_language() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let chinese = ada.post("/api/chat/sessions", json!({})).await.json();
    assert_eq!((chinese["name"].as_str(), chinese["type"].as_str()), (Some("新对话"), Some("chat")));
    let request = ada.request(reqwest::Method::POST, "/api/chat/sessions").header("Accept-Language", "en-GB");
    let english = crate::support::caller::send(request.json(&json!({}))).await.json();
    assert_eq!(english["name"], "New chat");
}

#[tokio::test]
async fn the_list_has_pinned_ones_first_then_newest_activity_first() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let (first, second) = (named(&ada, "first").await, named(&ada, "second").await);
    named(&ada, "third").await;
    ada.ask(&second, "go").await;
    let pinned = ada.patch(&format!("/api/chat/sessions/{first}"), json!({ "pinned": true })).await;
    assert_eq!(pinned.json(), json!({ "success": true }));
    assert_eq!(names(&ada, "").await, ["first", "second", "third"]);
}

#[tokio::test]
async fn the_list_can_be_filtered_by_type_state_and_tags() {
    let app = spawn_app().await;
    let ada = app.member().await;
    ada.post("/api/chat/sessions", json!({ "name": "study", "type": "deepresearch" })).await;
    let (a, b) = (named(&ada, "a").await, named(&ada, "b").await);
    ada.patch(&format!("/api/chat/sessions/{a}"), json!({ "tags": ["x", "50%\"_"], "archived": true })).await;
    ada.patch(&format!("/api/chat/sessions/{b}"), json!({ "tags": ["x"], "pinned": true })).await;
    assert_eq!(names(&ada, "?type=deepresearch").await, ["study"]);
    assert_eq!(names(&ada, "?type=chat").await, ["b", "a"]);
    assert_eq!(names(&ada, "?archived=true").await, ["a"]);
    assert_eq!(names(&ada, "?archived=false").await, ["b", "study"]);
    assert_eq!(names(&ada, "?pinned=true").await, ["b"]);
    assert_eq!(names(&ada, "?tags=x").await, ["b", "a"]);
    assert_eq!(names(&ada, "?tags=x&tags=50%25%22_").await, ["a"]);
    assert!(names(&ada, "?tags=5_%25").await.is_empty());
}

#[tokio::test]
async fn a_search_finds_its_words_literally_in_any_case() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for name in ["100% sure", "100 times", "Under_score", "underscore", "写锁与 WAL", "back\\slash"] {
        named(&ada, name).await;
    }
    assert_eq!(names(&ada, "?q=100%25").await, ["100% sure"]);
    assert_eq!(names(&ada, "?q=UNDER_").await, ["Under_score"]);
    assert_eq!(names(&ada, "?q=%E5%86%99%E9%94%81").await, ["写锁与 WAL"]);
    assert_eq!(names(&ada, "?q=k%5Cs").await, ["back\\slash"]);
    assert_eq!(names(&ada, "?q=%20%20").await.len(), 6);
}

#[tokio::test]
async fn pages_by_number_and_by_cursor_give_every_session_once() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for number in 0..7 {
        named(&ada, &format!("s{number}")).await;
    }
    let first = ada.get("/api/chat/sessions?limit=3").await.json();
    assert_eq!((first["total"].as_i64(), first["sessions"].as_array().unwrap().len()), (Some(7), 3));
    // A session that arrives meanwhile does not push others onto the next page.
    named(&ada, "late").await;
    let mut seen = names(&ada, "?limit=3&page=2").await;
    assert_eq!(seen, ["s4", "s3", "s2"]);
    seen.clear();
    let mut cursor = first["next_cursor"].as_str().map(str::to_owned);
    while let Some(place) = cursor {
        let page = ada.get(&format!("/api/chat/sessions?limit=3&cursor={place}")).await.json();
        let items = page["sessions"].as_array().unwrap();
        seen.extend(items.iter().map(|session| session["name"].as_str().unwrap().to_owned()));
        cursor = page["next_cursor"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, ["s3", "s2", "s1", "s0"]);
    let all = ada.get("/api/chat/sessions").await.json();
    assert_eq!((all["total"].as_i64(), all["next_cursor"].is_null()), (Some(8), true));
}

#[tokio::test]
async fn the_guides_rename_and_delete_work_by_body() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let renamed = ada.patch("/api/chat/sessions", json!({ "id": id, "name": " 新名字 " })).await;
    assert_eq!((renamed.status.as_u16(), renamed.json()), (200, json!({ "success": true })));
    assert_eq!(names(&ada, "").await, ["新名字"]);
    let deleted = ada.delete("/api/chat/sessions", json!({ "id": id })).await;
    assert_eq!((deleted.status.as_u16(), deleted.json()), (200, json!({ "success": true })));
    let again = ada.delete("/api/chat/sessions", json!({ "id": id })).await;
    assert_eq!(again.json()["error"], "会话不存在");
}

#[tokio::test]
async fn the_guides_errors_are_kept_to_the_letter() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let error = |answer: crate::support::caller::Answer| {
        (answer.status.as_u16(), answer.json()["error"].as_str().unwrap().to_owned())
    };
    let path = "/api/chat/sessions";
    assert_eq!(error(ada.delete(path, json!({})).await), (400, "缺少 id".into()));
    assert_eq!(error(ada.patch(path, json!({ "id": "x" })).await), (400, "缺少参数".into()));
    assert_eq!(error(ada.patch(path, json!({ "name": "x" })).await), (400, "缺少参数".into()));
    assert_eq!(error(ada.get("/api/chat/sessions?type=talk").await), (400, "type 参数无效".into()));
    assert_eq!(error(ada.post(path, json!({ "type": "talk" })).await), (400, "type 参数无效".into()));
    let stranger = json!({ "id": "01a20750-065f-7622-966a-1aef5b302e93", "name": "x" });
    assert_eq!(error(ada.patch(path, stranger).await), (404, "会话不存在".into()));
}

#[tokio::test]
async fn deleting_a_session_takes_its_messages_and_runs_along() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let run = ada.say(&id, "hello").await["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.rest().await;
    ada.delete(&format!("/api/chat/sessions/{id}"), json!({})).await;
    assert_eq!(ada.get(&format!("/api/chat/sessions/{id}/messages")).await.status, 404);
    assert_eq!(ada.get(&format!("/api/runs/{run}")).await.status, 404);
}

#[tokio::test]
async fn changing_nothing_is_refused_and_filing_is_no_activity() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let path = format!("/api/chat/sessions/{id}");
    assert_eq!(ada.patch(&path, json!({})).await.problem(), (400, "missing_parameter".into()));
    let before = ada.get(&path).await.json()["session"]["updated_at"].clone();
    ada.patch(&path, json!({ "archived": true, "model": "test/small", "tags": ["b", "a", "b"] })).await;
    let after = ada.get(&path).await.json()["session"].clone();
    assert_eq!(after["updated_at"], before);
    assert_eq!((&after["model"], &after["tags"]), (&json!("test/small"), &json!(["b", "a"])));
}

#[tokio::test]
async fn a_list_is_never_older_than_the_last_change() {
    let app = spawn_app().await;
    let (ada, bob) = (app.member().await, app.member().await);
    let id = ada.session().await;
    for n in 0..20 {
        let name = format!("name {n}");
        ada.patch(&format!("/api/chat/sessions/{id}"), json!({ "name": name })).await;
        for _ in 0..2 {
            assert_eq!(names(&ada, "?limit=50").await, [name.as_str()]);
        }
        assert!(names(&bob, "?limit=50").await.is_empty());
    }
    ada.ask(&id, "hi").await;
    let listed = ada.get("/api/chat/sessions?limit=50").await.json()["sessions"][0].clone();
    assert_eq!((&listed["message_count"], &listed["run_status"]), (&json!(2), &json!("succeeded")));
    ada.delete("/api/chat/sessions", json!({ "id": id })).await;
    assert!(names(&ada, "?limit=50").await.is_empty());
}
