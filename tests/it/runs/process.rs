//! A process that dies loses nothing that was said.

use diesel::connection::SimpleConnection;
use reqwest::Method;
use rlimit::Resource;
use serde_json::json;
use tokio::process::{Child, Command};

use super::site::{Site, caller};
use crate::support::caller::{Caller, send};
use crate::support::frames::kinds;
use crate::support::upstream::{Script, Signal};

async fn signal(process: &Child, name: &str) {
    let pid = process.id().unwrap().to_string();
    assert!(Command::new("kill").args([name, &pid]).status().await.unwrap().success());
}

#[tokio::test]
async fn an_answer_killed_halfway_keeps_its_text_and_the_session_goes_on() {
    let site = Site::new().await;
    let halfway = Script::stream().text("Everything that ").text("was written").hang();
    site.upstream.play([halfway, Script::answer(&["Here again."])]);
    let token = site.token().await;
    site.configure("[runs]\nlease_seconds = 3");
    let (mut process, address, _) = site.start().await;
    let ada = caller(address, &token);
    let id = ada.session().await;
    let run = ada.say(&id, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut reader = ada.follow(&run, "").await;
    let seen = loop {
        let delta = reader.next_of("delta").await;
        if delta.data["text"] == "was written" {
            break delta.id.unwrap();
        }
    };
    site.logged("was written").await;
    process.kill().await.unwrap();

    let (_process, address, _) = site.start().await;
    let ada = caller(address, &token);
    // On PostgreSQL another process could be alive, so the dead one's lease has to end first; heartbeats come
    // meanwhile.
    let frames = ada.follow(&run, &format!("?after={seen}")).await.rest().await;
    assert_eq!(kinds(&frames), ["error", "message", "end"]);
    assert_eq!(frames.last().unwrap().data, json!({ "status": "interrupted" }));
    let answer = ada.messages(&id).await[1].clone();
    assert_eq!(answer["content"], "Everything that was written");
    assert_eq!((&answer["status"], &answer["error_code"]), (&json!("failed"), &json!("interrupted")));
    ada.ask(&id, "still there?").await;
    assert_eq!(ada.messages(&id).await[3]["content"], "Here again.");
}

#[tokio::test]
async fn a_process_told_to_end_lets_answers_finish_and_exits_well() {
    let site = Site::new().await;
    let go_on = Signal::new();
    site.upstream.play([Script::stream().text("To the ").wait_for(&go_on).text("end.").finish(2)]);
    let token = site.token().await;
    let (mut process, address, _) = site.start().await;
    let ada = caller(address, &token);
    let id = ada.post("/api/chat/sessions", json!({ "name": "n" })).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let run = ada.say(&id, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut reader = ada.follow(&run, "").await;
    reader.next_of("delta").await;
    signal(&process, "-TERM").await;
    go_on.fire();
    let rest = reader.rest().await;
    assert_eq!(rest.last().unwrap().data, json!({ "status": "succeeded" }));
    assert!(process.wait().await.unwrap().success());
}

#[tokio::test]
async fn a_process_told_to_end_twice_ends_at_once_and_its_answer_is_settled_by_the_next() {
    let site = Site::new().await;
    site.configure("shutdown_grace_seconds = 3600");
    site.upstream.play([Script::stream().text("Half.").hang()]);
    let token = site.token().await;
    let (mut process, address, _) = site.start().await;
    let ada = caller(address, &token);
    let id = ada.session().await;
    let run = ada.say(&id, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    site.logged("Half.").await;
    // Two of one kind may be delivered as one.
    signal(&process, "-TERM").await;
    signal(&process, "-INT").await;
    assert_eq!(process.wait().await.unwrap().code(), Some(1));
    let (_process, address, _) = site.start().await;
    let ada = caller(address, &token);
    let frames = ada.follow(&run, "").await.rest().await;
    assert_eq!(frames.last().unwrap().data, json!({ "status": "interrupted" }));
    assert_eq!(ada.messages(&id).await[1]["content"], "Half.");
}

#[tokio::test]
async fn a_process_told_to_end_stores_what_it_has_promised_to_import() {
    let site = Site::new().await;
    let token = site.token().await;
    let (mut process, address, _) = site.start().await;
    let message = |_| json!({ "role": "user", "content": "How?" });
    let said: Vec<_> = (0..5000).map(message).collect();
    let chat = json!({ "title": "Soup", "chat": { "messages": said } });
    let request = caller(address, &token).request(Method::POST, "/api/chat/sessions/import");
    let begun = send(request.header("Prefer", "respond-async").json(&chat)).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    signal(&process, "-TERM").await;
    assert!(process.wait().await.unwrap().success());

    let (_process, address, _) = site.start().await;
    let import = caller(address, &token).get(begun.header("location")).await.json()["import"].clone();
    assert_eq!((&import["status"], &import["stored"]), (&json!("succeeded"), &json!(5000)));
}

#[tokio::test]
async fn the_first_start_prints_a_link_and_every_start_a_new_one() {
    let site = Site::new().await;
    let (mut process, _, first) = site.start().await;
    process.kill().await.unwrap();
    let (mut process, _, second) = site.start().await;
    let link = |said: &[String]| said.iter().find(|line| line.contains("/setup?code=")).cloned();
    assert!(link(&first).is_some() && link(&second).is_some());
    assert_ne!(link(&first), link(&second));
    process.kill().await.unwrap();
    site.token().await;
    let (_process, address, third) = site.start().await;
    assert_eq!(link(&third), None);
    let health = send(Caller::new(address, None).request(Method::GET, "/healthz")).await;
    assert_eq!(health.status, 200);
}

#[tokio::test]
async fn the_log_knows_a_failure_by_the_id_its_reader_is_shown_and_no_query() {
    let site = Site::new().await;
    let (_child, address, _) = site.start().await;
    site.connect().batch_execute("ALTER TABLE api_tokens RENAME TO away").unwrap();
    let answer = Caller::new(address, None).with_token("x").get("/api/users/me?code=s3cret").await;
    assert_eq!(answer.problem(), (500, "internal".into()));
    let log = std::fs::read_to_string(site.folder.path().join("log")).unwrap();
    assert!(log.contains(answer.json()["request_id"].as_str().unwrap()), "{log}");
    assert!(log.contains("api_tokens") && !log.contains("s3cret"), "{log}");
}

#[tokio::test]
async fn a_process_takes_as_many_connections_as_the_system_allows() {
    let (_, most) = Resource::NOFILE.get().unwrap();
    Resource::NOFILE.set(most - 1, most).unwrap();
    let site = Site::new().await;
    let (process, _, _) = site.start().await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.id().unwrap())).unwrap();
    let files: Vec<&str> =
        limits.lines().find(|line| line.starts_with("Max open files")).unwrap().split_whitespace().collect();
    assert_eq!(files[3..5], [most.to_string(), most.to_string()]);
}
