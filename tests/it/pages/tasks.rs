//! Tasks, without scripts.

use reqwest::Method;
use serde_json::json;

use super::chat::signed_in;
use crate::support::app::spawn_app;
use crate::support::browser::Browser;

/// Notes a task down and gives its path.
async fn noted(browser: &Browser, form: &[(&str, &str)]) -> String {
    browser.post("/tasks", form).await.leads_to();
    browser.get("/tasks").await.attributes(".task .what > a", "href").remove(0)
}

#[tokio::test]
async fn a_task_is_noted_down_read_changed_moved_and_deleted() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let form = [
        ("title", "核对引用 🔖"),
        ("description", "**All** of them <script>x</script>"),
        ("tags", "a，b"),
        ("due", "2020-01-31"),
    ];
    let place = noted(&ada, &form).await;
    let page = ada.get(&place).await;
    assert_eq!(
        (page.texts("main h1"), page.texts(".prose strong")),
        (vec!["核对引用 🔖".into()], vec!["All".into()])
    );
    assert!(!page.text.contains("<script>x"));
    assert_eq!(page.texts(".due.late time"), ["Overdue since 2020-01-31"]);
    assert!(page.attributes(".due time", "title")[0].starts_with("2020-01-31"));
    let change = [("title", "核对"), ("status", "in_progress"), ("due", ""), ("tags", "c")];
    assert_eq!(ada.post(&format!("{place}/edit"), &change).await.leads_to(), place);
    let page = ada.get(&place).await;
    assert_eq!((page.texts(".tag"), page.texts(".due").len()), (vec!["c".to_owned()], 0));
    let moved =
        ada.post(&format!("{place}/status"), &[("status", "done"), ("next", "/tasks?view=board")]).await;
    assert_eq!(moved.leads_to(), "/tasks?view=board");
    let board = ada.get("/tasks?view=board").await;
    assert_eq!(board.texts("[aria-labelledby=done] .what > a"), ["核对"]);
    assert_eq!(ada.get(&format!("{place}/delete")).await.status, 200);
    assert_eq!(ada.post(&format!("{place}/delete"), &[]).await.leads_to(), "/tasks");
    assert_eq!(ada.get(&place).await.status, 404);
}

#[tokio::test]
async fn a_day_that_is_not_changed_keeps_its_hour() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    ada.set_cookie("stoa_tz", "480");
    let place = noted(&ada, &[("title", "x")]).await;
    let path = format!("/api{place}");
    let exact = ada.request(Method::PUT, &path).header("Origin", format!("http://{}", app.address));
    ada.send(exact.json(&json!({ "due_at": "2027-01-31T17:30:00Z" }))).await;
    let due = async || ada.get(&path).await.json()["task"]["due_at"].clone();
    let form = ada.get(&format!("{place}/edit")).await;
    assert_eq!(form.attributes("[name=due]", "value"), ["2027-02-01"]);
    let change = |day| [("title", "y"), ("status", "todo"), ("due", day)];
    ada.post(&format!("{place}/edit"), &change("2027-02-01")).await.leads_to();
    assert_eq!(due().await, "2027-01-31T17:30:00.000Z");
    ada.post(&format!("{place}/edit"), &change("2027-02-02")).await.leads_to();
    assert_eq!(due().await, "2027-02-02T15:59:59.000Z");
}

#[tokio::test]
async fn a_task_of_a_chat_leads_back_to_it() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let chat = super::chat::begin(&ada, "hi").await;
    let session = chat.trim_start_matches("/chat/");
    let list = format!("/tasks?session_id={session}");
    assert_eq!(ada.get(&list).await.attributes("[name=session_id]", "value"), [session]);
    let form = [("title", "x"), ("session_id", session), ("view", "board")];
    assert_eq!(ada.post("/tasks", &form).await.leads_to(), format!("{list}&view=board"));
    let page = ada.get(&list).await;
    assert_eq!(page.attributes(".notice a.origin", "href"), [chat.as_str()]);
    let place = page.attributes(".task .what > a", "href").remove(0);
    assert_eq!(ada.get(&place).await.attributes(".facts a.origin", "href"), [chat.as_str()]);
}

#[tokio::test]
async fn what_was_typed_stands_there_again_with_the_reason() {
    let app = spawn_app().await;
    let ada = signed_in(&app, "ada@example.com").await;
    let refused = ada.post("/tasks", &[("title", "x"), ("due", "2027-02-30"), ("tags", "kept")]).await;
    assert_eq!((refused.status.as_u16(), refused.texts("#due-wrong").len()), (400, 1));
    assert_eq!(refused.attributes("[name=tags]", "value"), ["kept"]);
    let place = noted(&ada, &[("title", "x")]).await;
    let refused = ada
        .post(&format!("{place}/edit"), &[("title", ""), ("status", "todo"), ("description", "kept")])
        .await;
    assert_eq!((refused.status.as_u16(), refused.texts("#title-wrong").len()), (400, 1));
    assert_eq!(refused.texts("textarea"), ["kept"]);
}
