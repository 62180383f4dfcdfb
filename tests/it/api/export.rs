//! Sessions as files.

use serde_json::json;

use crate::support::app::spawn_app;
use crate::support::reports::{LOCK, TEXT, research};
use crate::support::upstream::Script;

#[tokio::test]
async fn json_holds_every_message_of_every_branch() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    ada.ask(&id, "hi").await;
    let answer = ada.messages(&id).await[1]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/chat/sessions/{id}/messages/{answer}/regenerate");
    let run = ada.post(&path, json!({})).await.json()["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.rest().await;
    ada.patch(&format!("/api/chat/sessions/{id}"), json!({ "tags": ["a"], "pinned": true })).await;
    let file = ada.get(&format!("/api/chat/sessions/{id}/export")).await;
    assert_eq!(file.header("content-type"), "application/json");
    let archive = file.json();
    assert_eq!((&archive["format"], &archive["version"]), (&json!("stoa.session"), &json!(1)));
    let session = &archive["sessions"][0];
    assert_eq!(session["messages"].as_array().unwrap().len(), 3);
    assert_eq!((&session["tags"], &session["pinned"]), (&json!(["a"]), &json!(true)));
    assert_eq!(session["head_id"], session["messages"][2]["id"]);
    assert!(!file.text.contains(&ada.user().id), "an export names nobody");
}

#[tokio::test]
async fn a_files_name_is_made_of_the_sessions_and_harmless() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let name = "../你好 \"; filename=evil.exe";
    let id = ada.post("/api/chat/sessions", json!({ "name": name })).await.json()["id"].clone();
    let path = format!("/api/chat/sessions/{}/export", id.as_str().unwrap());
    for (format, ending) in [("json", "json"), ("markdown", "md"), ("html", "html")] {
        let file = ada.get(&format!("{path}?format={format}")).await;
        let header = file.header("content-disposition").to_owned();
        assert!(header.starts_with("attachment; filename=\"chat."), "{header}");
        assert!(header.contains("filename*=UTF-8''%E4%BD%A0%E5%A5%BD"), "{header}");
        assert!(header.ends_with(&format!(".{ending}")) && !header.contains('/'), "{header}");
    }
    let wrong = ada.get(&format!("{path}?format=pdf")).await;
    assert_eq!(wrong.wrong_fields(), ["format"]);
}

#[tokio::test]
async fn markdown_and_html_are_for_reading_and_run_nothing() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let hostile = "**bold** <script>alert(1)</script> [x](javascript:alert(1)) <svg onload=alert(1)>";
    app.upstream.play([Script::answer(&[hostile])]);
    ada.ask(&id, hostile).await;
    ada.patch(&format!("/api/chat/sessions/{id}"), json!({ "name": "</title><script>x" })).await;
    let path = format!("/api/chat/sessions/{id}/export");
    let text = ada.get(&format!("{path}?format=markdown")).await;
    assert!(text.text.starts_with("# </title><script>x\n\n## Ada"), "{}", text.text);
    assert_eq!(text.text.matches(hostile).count(), 2);
    let page = ada.get(&format!("{path}?format=html")).await;
    assert!(page.text.contains("<strong>bold</strong>"));
    for trace in ["<script", "<svg", "href=\"javascript", "src=\"http"] {
        assert!(!page.text.contains(trace), "{trace}: {}", page.text);
    }
}

#[tokio::test]
async fn footnotes_work_in_every_file_however_many_reports_there_are() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let again = TEXT.replace("# The write lock", "# Once more: the write lock");
    app.upstream.play([Script::answer(&[&again])]);
    let session = ada.session().await;
    let file = ada.get(&format!("/api/chat/sessions/{}/export?format=markdown", made.session)).await;
    assert!(file.text.ends_with(TEXT), "one report is as it was written");
    let page = ada.get(&format!("/api/chat/sessions/{}/export?format=html", made.session)).await;
    let (links, ids) = (page.attributes("sup.footnote a", "href"), page.attributes("li[id]", "id"));
    assert_eq!((links.len(), ids.len()), (3, 3));
    for (link, id) in links.iter().zip(&ids) {
        assert_eq!(*link, format!("#{id}"));
    }
    assert!(page.text.contains("读者不会被写者阻塞。"), "the passages stand in it");

    // Two texts with the same footnotes in one conversation.
    ada.ask(&session, "hi").await;
    ada.ask(&session, "hi").await;
    let file = ada.get(&format!("/api/chat/sessions/{session}/export?format=markdown")).await;
    let html = stoa::markdown::render(&file.text);
    assert_eq!(stoa::markdown::footnotes(&file.text), ["1", "2", "3", "2-1", "2-2", "2-3"]);
    assert_eq!(html.matches("<li id=").count(), 6);
}

#[tokio::test]
async fn a_file_names_what_of_a_research_it_does_not_hold_and_so_does_its_import() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let file = ada.get(&format!("/api/chat/sessions/{}/export", made.session)).await;
    let session = file.json()["sessions"][0].clone();
    assert_eq!(session["left_out"], json!(["plans", "sources", "reports"]));
    assert_eq!(session["messages"][1]["citations"].as_array().unwrap().len(), 3);
    assert!(!file.text.contains(LOCK));
    let mut newer = file.json();
    newer["sessions"][0]["left_out"] = json!(["sources", "something else"]);
    for archive in [file.json(), newer] {
        let done = ada.post("/api/chat/sessions/import", archive).await.json();
        assert_eq!((&done["notes"][0]["code"], &done["notes"][0]["count"]), (&json!("left_out"), &json!(1)));
        let copy = ada
            .get(&format!("/api/chat/sessions/{}/export", done["sessions"][0].as_str().unwrap()))
            .await
            .json();
        assert_eq!(copy["sessions"][0]["messages"][1]["content"], TEXT);
        assert_eq!(copy["sessions"][0]["messages"][1]["citations"], session["messages"][1]["citations"]);
        assert_eq!(copy["sessions"][0].get("left_out"), None);
    }
    let chat = ada.session().await;
    let chat = ada.get(&format!("/api/chat/sessions/{chat}/export")).await.json();
    assert_eq!(chat["sessions"][0].get("left_out"), None);
}
