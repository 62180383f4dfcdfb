//! Every error that is described is really answered, to the letter; and no other one.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use reqwest::Method;
use serde_json::{Value, json};
use stoa::db::DbConn;
use stoa::models::plan::PlanStatus;

use super::document::{Document, Operation};
use super::fixture::{Fixture, UNKNOWN, unknown};
use crate::support::app::spawn_app_with;
use crate::support::caller::{Answer, Caller, send};
use crate::support::plans;
use crate::support::reports::{self, Researched};
use crate::support::upload::{File, NOTE};
use crate::support::upstream::Script;

/// Errors that were promised, and which of them came.
struct Promises {
    operations: Vec<Operation>,
    kept: BTreeSet<(String, String)>,
}

impl Promises {
    async fn of(fixture: &Fixture) -> Self {
        Self { operations: Document::of(&fixture.app).await.operations(), kept: BTreeSet::new() }
    }

    fn find(&self, method: &Method, path: &str) -> Operation {
        let found = self.operations.iter().find(|one| one.method == *method && one.path == path);
        found.unwrap_or_else(|| panic!("{method} {path}")).clone()
    }

    /// Fails unless an error is described as it was answered.
    #[track_caller]
    fn check(&mut self, operation: &Operation, answer: &Answer) {
        if answer.status.as_u16() < 400 {
            return;
        }
        let mut told = answer.json();
        let described = operation.errors().into_iter().find(|(status, _, problem)| {
            told["request_id"] = problem["request_id"].clone();
            // The place where a body could not be read any further is another each time.
            if told.get("detail").is_some() && problem.get("detail").is_some() {
                told["detail"] = problem["detail"].clone();
            }
            (*status, problem) == (answer.status.as_u16(), &told)
        });
        let Some((_, name, _)) = described else { panic!("{}: {}", operation.name(), answer.text) };
        self.kept.insert((operation.name(), name));
    }

    /// The errors that never came, but for those that only a broken server answers, and for files larger than
    /// 64 MiB, which have a test of their own.
    fn broken(&self) -> Vec<(String, String)> {
        let all = self.operations.iter().flat_map(|operation| {
            operation.errors().into_iter().map(|(_, name, _)| (operation.name(), name))
        });
        let elsewhere = |(name, error): &(String, String)| {
            matches!(error.as_str(), "internal" | "unavailable")
                || (name.ends_with("/import") && error == "too_large")
        };
        all.filter(|one| !elsewhere(one) && !self.kept.contains(one)).collect()
    }
}

#[tokio::test]
async fn every_error_that_is_described_is_answered_and_no_other() {
    let fixture = Fixture::new().await;
    let mut promises = Promises::of(&fixture).await;
    for operation in promises.operations.clone() {
        for answer in by_shape(&fixture, &operation).await {
            promises.check(&operation, &answer);
        }
    }
    let member = fixture.app.member().await;
    for (caller, method, path, place, body) in own(&fixture, &member) {
        let operation = promises.find(&method, path);
        let body = operation.body().map(|_| &body);
        promises.check(&operation, &operation.call(caller, &place, body).await);
    }
    uploads(&fixture, &mut promises).await;
    without_session(&fixture, &mut promises).await;
    overtaken(&fixture, &mut promises).await;
    spent(&fixture, &mut promises).await;
    busy(&fixture, &mut promises).await;
    without_models(&mut promises).await;
    assert_eq!(promises.broken(), []);
}

/// What is wrong in every way that does not depend on what the operation is for.
async fn by_shape(fixture: &Fixture, operation: &Operation) -> Vec<Answer> {
    let (nobody, admin) = (fixture.app.anonymous(), &fixture.admin);
    let there = fixture.path(operation);
    let mut answers = Vec::new();
    if operation.is_protected() && !operation.leads_on() {
        answers.push(operation.call(&nobody, &there, None).await);
        assert_eq!(answers[0].status, 401, "{}", operation.name());
    }
    let foreign = nobody.request(operation.method.clone(), &there).header("Origin", "https://evil.example");
    answers.push(send(foreign).await);
    for path in [unknown(operation), operation.path.replace(['{', '}'], "x")] {
        let example = operation.body().map(|body| body["example"].clone());
        answers.push(operation.call(admin, &path, example.as_ref()).await);
    }
    for (kind, body) in [
        ("application/json", "{".to_owned()),
        ("application/json", "5".to_owned()),
        ("text/plain", "{}".to_owned()),
        ("application/json", " ".repeat(2 * 1024 * 1024)),
    ] {
        if operation.body().is_some() {
            let request = admin.request(operation.method.clone(), &there).header("Content-Type", kind);
            answers.push(send(request.body(body)).await);
        }
    }
    let glue = if there.contains('?') { '&' } else { '?' };
    for parameter in operation.query() {
        let name = parameter["name"].as_str().unwrap();
        answers.push(operation.call(admin, &format!("{there}{glue}{name}=0&{name}=0"), None).await);
        if name == "limit" {
            answers.push(operation.call(admin, &format!("{there}{glue}limit=0"), None).await);
        }
    }
    answers
}

/// The id of an answer that comes in with a file.
const ANSWER: &str = "01a20750-065f-7622-966a-1aef5b302e94";

type Wrong<'a> = (&'a Caller, Method, &'a str, String, Value);

/// What is wrong in ways of the operation's own: who, the operation, where, what.
fn own<'a>(fixture: &'a Fixture, member: &'a Caller) -> Vec<Wrong<'a>> {
    let admin = &fixture.admin;
    let (get, post, put, patch, delete) =
        (Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE);
    let long = "x".repeat(201);
    let place = |path: &str| fixture.place(path);
    let at =
        |method: &Method, path: &'static str, body: Value| (admin, method.clone(), path, place(path), body);
    let by =
        |caller: &'a Caller, (_, method, path, place, body): Wrong<'a>| (caller, method, path, place, body);
    let asking = |path: &'static str, query: &str| (admin, Method::GET, path, place(path) + query, json!({}));
    let sessions = "/api/chat/sessions";
    let (one, messages) = ("/api/chat/sessions/{id}", "/api/chat/sessions/{id}/messages");
    let regenerate = "/api/chat/sessions/{id}/messages/{message_id}/regenerate";
    let of_message =
        |message: &str, act: &str| format!("/api/chat/sessions/{}/messages/{message}{act}", fixture.session);
    let one_message = "/api/chat/sessions/{id}/messages/{message_id}";
    let edit = "/api/chat/sessions/{id}/messages/{message_id}/edit";
    let go_on = "/api/chat/sessions/{id}/messages/{message_id}/continue";
    let select = "/api/chat/sessions/{id}/messages/{message_id}/select";
    let to = |path: &'static str, message: &str, body: Value| {
        let act = path.strip_prefix(one_message).unwrap_or_default();
        (admin, Method::POST, path, of_message(message, act), body)
    };
    let of_research = |method: Method, path: &'static str, from: &str, to: &str, body: Value| {
        (admin, method, path, place(path).replace(from, to), body)
    };
    let (section, to_tasks) =
        ("/api/artifacts/{id}/report/sections/{section}", "/api/artifacts/{id}/report/tasks");
    let unshared = format!("/api/chat/sessions/{}/share", fixture.unshared);
    vec![
        at(&post, "/api/artifacts", json!({})),
        at(&post, "/api/artifacts", json!({ "title": long, "kind": "text", "content": "" })),
        at(&post, "/api/artifacts", json!({ "title": "x" })),
        asking("/api/artifacts/{id}", "?version=x"),
        asking("/api/artifacts/{id}/raw", "?version=x"),
        at(&put, "/api/artifacts/{id}", json!({ "content": "x" })),
        at(&put, "/api/artifacts/{id}", json!({ "content": "x", "base_version": 99 })),
        asking("/api/artifacts/{id}/report", "?version=x"),
        asking("/api/artifacts/{id}/evidence", "?version=x"),
        asking("/api/artifacts/{id}/export", "?version=x"),
        asking("/api/artifacts/{id}/export", "?format=x"),
        of_research(post.clone(), section, "sections/0", "sections/2", json!({})),
        at(&post, to_tasks, json!({ "question": 99 })),
        at(&post, to_tasks, json!({ "version": 99 })),
        of_research(
            get.clone(),
            "/api/chat/sessions/{id}/sources/{number}",
            "sources/1",
            "sources/9",
            json!({}),
        ),
        at(&get, "/api/auth/callback", json!({})),
        at(&post, "/api/auth/callback", json!({})),
        asking("/api/chat/sessions/{id}/export", "?format=x"),
        at(&post, "/api/hello", json!({})),
        at(&post, "/api/chat/sessions/import", json!({})),
        at(&post, "/api/chat/sessions/import", json!({ "format": 1 })),
        at(&post, "/api/chat/sessions/import", json!(vec![json!({ "mapping": {} }); 200_001])),
        by(member, at(&get, "/api/users/invitations", json!({}))),
        by(member, at(&post, "/api/users/invitations", json!({}))),
        by(member, at(&delete, "/api/users/invitations/{id}", json!({}))),
        at(&post, "/api/users/invitations", json!({ "email": "x" })),
        at(&post, "/api/users/invitations", json!({ "email": member.user().email })),
        asking(messages, &format!("?branch={UNKNOWN}")),
        at(&post, messages, json!({ "content": "" })),
        at(&post, messages, json!({ "content": "x", "parent_id": UNKNOWN })),
        to(regenerate, UNKNOWN, json!({})),
        to(regenerate, &fixture.question, json!({})),
        to(edit, UNKNOWN, json!({ "content": "x" })),
        to(edit, &fixture.answer, json!({ "content": "x" })),
        to(edit, &fixture.question, json!({ "content": "" })),
        to(go_on, UNKNOWN, json!({})),
        to(go_on, &fixture.question, json!({})),
        to(go_on, &fixture.answer, json!({})),
        (admin, post.clone(), go_on, fixture.cut.place(go_on, &fixture.cut.followed), json!({})),
        to(select, UNKNOWN, json!({})),
        (admin, delete.clone(), one_message, of_message(UNKNOWN, ""), json!({})),
        by(&fixture.nobody, asking("/api/posts", "?drafts=true")),
        at(&post, "/api/posts", json!({})),
        at(&post, "/api/posts", json!({ "title": long })),
        at(&put, "/api/posts/{id}", json!({})),
        at(&put, "/api/posts/{id}", json!({ "title": long })),
        by(member, at(&put, "/api/posts/{id}", json!({ "title": "x" }))),
        by(member, at(&delete, "/api/posts/{id}", json!({}))),
        by(member, at(&post, "/api/products", json!({}))),
        by(member, at(&put, "/api/products/{id}", json!({}))),
        by(member, at(&delete, "/api/products/{id}", json!({}))),
        at(&post, "/api/products", json!({})),
        at(&post, "/api/products", json!({ "name": "x", "price_cents": -1, "currency": "CNY" })),
        at(&put, "/api/products/{id}", json!({})),
        at(&put, "/api/products/{id}", json!({ "price_cents": -1, "currency": "CNY" })),
        asking("/api/runs/{id}/stream", "?after=x"),
        at(&post, "/api/runs/{id}/resume", json!({})),
        (admin, Method::GET, "/api/search", "/api/search".to_owned(), json!({})),
        asking(sessions, "?type=x"),
        at(&post, sessions, json!({ "type": "x" })),
        at(&post, sessions, json!({ "name": long })),
        at(&patch, sessions, json!({})),
        at(&patch, sessions, json!({ "id": fixture.session, "name": long })),
        at(&delete, sessions, json!({})),
        at(&patch, one, json!({})),
        at(&patch, one, json!({ "name": long })),
        (admin, get.clone(), "/api/chat/sessions/{id}/share", unshared.clone(), json!({})),
        (admin, delete.clone(), "/api/chat/sessions/{id}/share", unshared.clone(), json!({})),
        asking("/api/tasks", "?status=x"),
        at(&post, "/api/tasks", json!({})),
        at(&post, "/api/tasks", json!({ "title": long })),
        at(&put, "/api/tasks/{id}", json!({})),
        at(&put, "/api/tasks/{id}", json!({ "title": long })),
        at(&post, "/api/tokens", json!({})),
        at(&post, "/api/tokens", json!({ "name": "x", "expires_at": "2020-01-01T00:00:00Z" })),
        by(member, at(&post, "/api/users", json!({}))),
        at(&post, "/api/users", json!({})),
        at(&post, "/api/users", json!({ "name": "x", "email": "x" })),
        at(&post, "/api/users", json!({ "name": "x", "email": member.user().email })),
        by(member, at(&patch, "/api/users/{id}", json!({ "name": "x" }))),
        at(&patch, "/api/users/{id}", json!({ "theme": "x" })),
        at(&patch, "/api/users/{id}", json!({ "daily_tokens": -1 })),
        at(&patch, "/api/users/{id}", json!({ "disabled": true })),
    ]
}

/// Files in forms that hold none, or are none.
async fn uploads(fixture: &Fixture, promises: &mut Promises) {
    for path in ["/api/chat/sessions/import", "/api/documents"] {
        let operation = promises.find(&Method::POST, path);
        for body in ["--b--\r\n", "nothing like it"] {
            let request = fixture.admin.request(Method::POST, path);
            let request = request.header("Content-Type", "multipart/form-data; boundary=b").body(body);
            promises.check(&operation, &send(request).await);
        }
    }
    let operation = promises.find(&Method::POST, "/api/documents");
    promises.check(&operation, &fixture.admin.post(&operation.path, json!({})).await);
    let (large, long) = (vec![b'x'; 20 * 1024 * 1024 + 1], "x".repeat(201));
    for file in [
        File { bytes: b"", ..NOTE },
        File { kind: "image/png", ..NOTE },
        File { title: Some(&long), ..NOTE },
        File { bytes: &large, ..NOTE },
    ] {
        promises.check(&operation, &fixture.admin.give(file).await);
    }
}

/// What is refused when a report has outlived its research.
async fn without_session(fixture: &Fixture, promises: &mut Promises) {
    let gone = reports::research(&fixture.app.state, &fixture.admin).await;
    let session = format!("/api/chat/sessions/{}", gone.session);
    assert_eq!(fixture.admin.delete(&session, json!({})).await.status, 200);
    again(&fixture.admin, &gone, promises).await;
    bundle(&fixture.admin, &gone, promises).await;
}

/// What is refused when a research has read more than a bundle holds, and when its report has another version.
async fn overtaken(fixture: &Fixture, promises: &mut Promises) {
    let much = reports::research(&fixture.app.state, &fixture.admin).await;
    let session = much.session.clone();
    let read = move |conn: &mut DbConn| {
        let text = "x".repeat(4 * 1024 * 1024);
        for number in 3..19 {
            let url = format!("https://example.org/{number}");
            let source = reports::source(conn, &session, number, &url, "much", &text)?;
            let long_ago = "UPDATE sources SET fetched_at = 0 WHERE id = ";
            conn.batch_execute(&format!("{long_ago}'{}'", source.id))?;
        }
        Ok(())
    };
    fixture.app.state.db.write(read).await.unwrap();
    bundle(&fixture.admin, &much, promises).await;
    let artifact = format!("/api/artifacts/{}", much.artifact);
    fixture.admin.put(&artifact, json!({ "content": "x", "base_version": 1 })).await;
    again(&fixture.admin, &much, promises).await;
}

/// Asks for what stands behind a report.
async fn bundle(caller: &Caller, research: &Researched, promises: &mut Promises) {
    let operation = promises.find(&Method::GET, "/api/artifacts/{id}/evidence");
    let place = operation.path.replace("{id}", &research.artifact);
    promises.check(&operation, &operation.call(caller, &place, None).await);
}

/// Asks for a section of a report anew.
async fn again(caller: &Caller, research: &Researched, promises: &mut Promises) {
    let operation = promises.find(&Method::POST, "/api/artifacts/{id}/report/sections/{section}");
    let place = operation.path.replace("{id}", &research.artifact).replace("{section}", "0");
    promises.check(&operation, &operation.call(caller, &place, Some(&json!({ "version": 1 }))).await);
}

/// What is refused when nothing is left to spend today.
async fn spent(fixture: &Fixture, promises: &mut Promises) {
    let own = format!("/api/users/{}", fixture.admin.user().id);
    let stands = async |status: &str| {
        let put = format!("UPDATE runs SET status = '{status}' WHERE id = '{}'", fixture.run);
        fixture.app.state.db.write(move |conn| Ok(conn.batch_execute(&put)?)).await.unwrap();
    };
    fixture.admin.patch(&own, json!({ "daily_tokens": 0 })).await;
    let cut = &fixture.cut;
    ask(&fixture.admin, &cut.session, &cut.question, &cut.last, promises).await;
    again(&fixture.admin, &fixture.research, promises).await;
    plans::propose(&fixture.app.state, &fixture.run, PlanStatus::Proposed).await;
    let resume = promises.find(&Method::POST, "/api/runs/{id}/resume");
    for said in [json!({ "action": "approve" }), json!({ "action": "x" })] {
        let place = fixture.place(&resume.path);
        promises.check(&resume, &resume.call(&fixture.admin, &place, Some(&said)).await);
    }
    stands("succeeded").await;
    fixture.admin.patch(&own, json!({ "daily_tokens": null })).await;
}

/// What is refused while an answer is being made.
async fn busy(fixture: &Fixture, promises: &mut Promises) {
    fixture.app.upstream.play([Script::stream().text("Hel").hang()]);
    fixture.admin.say(&fixture.session, "hi").await;
    ask(&fixture.admin, &fixture.session, &fixture.question, &fixture.answer, promises).await;
    plans::wait(&fixture.app.state, &fixture.research.run).await;
    again(&fixture.admin, &fixture.research, promises).await;
    let one = promises.find(&Method::DELETE, "/api/chat/sessions/{id}/messages/{message_id}");
    promises.check(&one, &one.call(&fixture.admin, &fixture.place(&one.path), None).await);
}

/// What is refused where nothing can be asked.
async fn without_models(promises: &mut Promises) {
    let app = spawn_app_with(|config| {
        config.providers.clear();
        config.builtin_model.enabled = Some(false);
    })
    .await;
    let ada = app.member().await;
    let import = promises.find(&Method::POST, "/api/chat/sessions/import");
    let mut file = import.body().unwrap()["example"].clone();
    let session = file["sessions"][0]["id"].as_str().unwrap().to_owned();
    let mut answer = file["sessions"][0]["messages"][0].clone();
    let question = answer["id"].as_str().unwrap().to_owned();
    answer["parent_id"] = json!(question);
    answer["status"] = json!("cancelled");
    answer["id"] = json!(ANSWER);
    answer["role"] = json!("assistant");
    file["sessions"][0]["messages"].as_array_mut().unwrap().push(answer);
    assert_eq!(ada.post("/api/chat/sessions/import", file).await.json()["sessions"], json!([session]));
    ask(&ada, &session, &question, ANSWER, promises).await;
    again(&ada, &reports::research(&app.state, &ada).await, promises).await;
}

/// Asks for an answer in every way there is.
async fn ask(caller: &Caller, session: &str, question: &str, answer: &str, promises: &mut Promises) {
    let ways = [
        ("", answer),
        ("/{message_id}/regenerate", answer),
        ("/{message_id}/edit", question),
        ("/{message_id}/continue", answer),
    ];
    for (path, message) in ways {
        let operation = promises.find(&Method::POST, &format!("/api/chat/sessions/{{id}}/messages{path}"));
        let place = operation.path.replace("{id}", session).replace("{message_id}", message);
        let body = operation.body().map(|_| json!({ "content": "x" }));
        promises.check(&operation, &operation.call(caller, &place, body.as_ref()).await);
    }
}
