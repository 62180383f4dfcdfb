//! What researches plan, read and report.

use serde_json::json;

use crate::support::app::spawn_app;
use crate::support::reports::{LOCK, TEXT, WAL, research};

#[tokio::test]
async fn a_plan_its_sources_and_its_report_are_read() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let plan = ada.get(&format!("/api/runs/{}/plan", made.run)).await.json()["plan"].clone();
    assert_eq!((&plan["status"], &plan["questions"][0]), (&json!("approved"), &json!("Who holds the lock?")));

    let place = format!("/api/chat/sessions/{}/sources", made.session);
    let sources = ada.get(&place).await.json()["sources"].clone();
    assert_eq!(sources.as_array().unwrap().len(), 2);
    assert_eq!((&sources[1]["number"], &sources[1]["title"]), (&json!(2), &json!("WAL 与读者")));
    assert!(sources[0].get("content").is_none());
    let second = ada.get(&format!("{place}/2")).await.json()["source"].clone();
    assert_eq!((&second["content"], &second["sha256"]), (&json!(WAL), &sources[1]["sha256"]));

    let report = ada.get(&format!("/api/artifacts/{}/report", made.artifact)).await.json()["report"].clone();
    assert_eq!((&report["version"], &report["mode"]), (&json!(1), &json!("deterministic")));
    let cited = &report["citations"][0];
    let bytes = |key: &str| usize::try_from(cited[key].as_u64().unwrap()).unwrap();
    assert_eq!(cited["quote"], LOCK[bytes("start")..bytes("end")]);
    let section = &report["sections"][1];
    let start = usize::try_from(section["start"].as_u64().unwrap()).unwrap();
    assert!(TEXT[start..].starts_with("## What does WAL change?"));
    assert_eq!(report["citations"][2]["source"], json!(null));
}

#[tokio::test]
async fn what_is_no_research_has_no_plan_no_report_and_no_sources() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    assert_eq!(ada.get(&format!("/api/runs/{run}/plan")).await.problem(), (404, "not_found".into()));
    let sources = format!("/api/chat/sessions/{session}/sources");
    assert_eq!(ada.get(&sources).await.json(), json!({ "sources": [] }));
    for number in ["1", "0", "-1", "x", "99999999999999999999"] {
        assert_eq!(ada.get(&format!("{sources}/{number}")).await.problem(), (404, "not_found".into()));
    }
    let artifact = json!({ "title": "x", "kind": "markdown", "content": "# x" });
    let artifact = ada.post("/api/artifacts", artifact).await.header("location").to_owned();
    let unknown = (404, "artifact_not_found".to_owned());
    assert_eq!(ada.get(&format!("{artifact}/report")).await.problem(), unknown);
    assert_eq!(ada.post(&format!("{artifact}/report/tasks"), json!({})).await.problem(), unknown);
    assert_eq!(ada.post(&format!("{artifact}/report/sections/0"), json!({})).await.problem(), unknown);
}

#[tokio::test]
async fn a_version_that_somebody_has_written_by_hand_is_no_report() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let artifact = format!("/api/artifacts/{}", made.artifact);
    ada.put(&artifact, json!({ "content": "# Mine", "base_version": 1 })).await;
    assert_eq!(ada.get(&format!("{artifact}/report")).await.status, 404);
    assert_eq!(ada.get(&format!("{artifact}/report?version=1")).await.status, 200);
    assert_eq!(ada.post(&format!("{artifact}/report/sections/0"), json!({})).await.status, 404);
    let stale = ada.post(&format!("{artifact}/report/sections/0"), json!({ "version": 1 })).await;
    assert_eq!(stale.problem(), (409, "stale_version".into()));
}

#[tokio::test]
async fn open_questions_become_tasks_once() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let place = format!("/api/artifacts/{}/report/tasks", made.artifact);
    let one = ada.post(&place, json!({ "question": 1 })).await.json()["tasks"].clone();
    assert_eq!((one.as_array().unwrap().len(), &one[0]["title"]), (1, &json!("What do others do?")));
    assert_eq!((&one[0]["session_id"], &one[0]["status"]), (&json!(made.session), &json!("todo")));
    let all = ada.post(&place, json!({})).await.json()["tasks"].clone();
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!((&all[0]["title"], &all[1]["id"]), (&json!("How fast is it on a network?"), &one[0]["id"]));
    assert_eq!(ada.post(&place, json!({})).await.json()["tasks"], all);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 2);
    assert_eq!(ada.post(&place, json!({ "question": 2 })).await.problem(), (404, "not_found".into()));
    // The report outlives its session; its questions are tasks of none then.
    ada.delete(&format!("/api/chat/sessions/{}", made.session), json!({})).await;
    let later = ada.post(&place, json!({})).await.json()["tasks"].clone();
    assert_eq!((&later[0]["session_id"], &later[0]["id"]), (&json!(null), &all[0]["id"]));
}

#[tokio::test]
async fn a_section_is_asked_for_anew_in_the_session_of_its_report() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let place = format!("/api/artifacts/{}/report/sections/1", made.artifact);
    let wish = json!({ "version": 1, "client_id": "once" });
    let sent = ada.post(&place, wish.clone()).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let retried = ada.post(&place, wish).await.json();
    assert_eq!(retried["run"]["id"], sent.json()["run"]["id"]);
    let (message, run) = (sent.json()["message"].clone(), sent.json()["run"].clone());
    assert_eq!(message["content"], "重新研究：What does WAL change?");
    assert_eq!((&message["session_id"], &message["parent_id"]), (&json!(made.session), &json!(made.answer)));
    assert_eq!(
        (&run["kind"], sent.header("location")),
        (&json!("section"), format!("/api/runs/{}", run["id"].as_str().unwrap()).as_str())
    );
    let id = run["id"].as_str().unwrap().to_owned();
    let kept =
        app.state.db.read(move |conn| stoa::repositories::checkpoints::find_optional(conn, &id, "request"));
    let kept: serde_json::Value = serde_json::from_str(&kept.await.unwrap().unwrap()).unwrap();
    assert_eq!(kept["section"], json!({ "artifact_id": made.artifact, "version": 1, "section": 1 }));
}

#[tokio::test]
async fn a_section_is_asked_for_in_the_members_own_words() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    ada.patch(&format!("/api/users/{}", ada.user().id), json!({ "locale": "en" })).await;
    let sent = ada.post(&format!("/api/artifacts/{}/report/sections/0", made.artifact), json!({})).await;
    assert_eq!(sent.json()["message"]["content"], "Research this anew: Who holds the lock?");
}

#[tokio::test]
async fn a_section_is_not_made_anew_while_the_session_is_busy_or_gone() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let made = research(&app.state, &ada).await;
    let place = format!("/api/artifacts/{}/report/sections/0", made.artifact);
    crate::support::plans::wait(&app.state, &made.run).await;
    assert_eq!(ada.post(&place, json!({})).await.problem(), (409, "run_active".into()));
    for section in ["2", "9", "-1", "x"] {
        let place = format!("/api/artifacts/{}/report/sections/{section}", made.artifact);
        assert_eq!(ada.post(&place, json!({})).await.problem(), (404, "not_found".into()), "{section}");
    }
    ada.delete(&format!("/api/chat/sessions/{}", made.session), json!({})).await;
    assert_eq!(ada.post(&place, json!({})).await.problem(), (409, "research_gone".into()));
}
