//! Following a run, over the API.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use stoa::db::Time;
use stoa::models::plan::PlanStatus;
use stoa::models::run::RunStatus;
use stoa::models::run_event::RunEventRow;
use stoa::repositories::run_events;
use stoa::schema::runs;

use crate::support::app::{TestApp, spawn_app};
use crate::support::caller::{Caller, send};
use crate::support::frames::{Frame, kinds, text};
use crate::support::plans;
use crate::support::upstream::{Script, Signal};

/// A session with an answer that stands still after "Hel" until the signal.
async fn halfway(app: &TestApp) -> (Caller, String, String, Signal) {
    let go_on = Signal::new();
    app.upstream.play([Script::stream().text("Hel").wait_for(&go_on).text("lo").finish(2)]);
    let ada = app.member().await;
    let id = ada.session().await;
    let run = ada.say(&id, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    (ada, id, run, go_on)
}

fn ids(frames: &[Frame]) -> Vec<i64> {
    frames.iter().map(|frame| frame.id.unwrap()).collect()
}

#[tokio::test]
async fn events_are_numbered_from_one_without_gaps_and_end_with_end() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let frames = ada.ask(&ada.session().await, "hi").await;
    assert_eq!(ids(&frames), (1..=i64::try_from(frames.len()).unwrap()).collect::<Vec<_>>());
    assert_eq!(kinds(&frames), ["run", "delta", "message", "end"]);
    assert_eq!(frames.last().unwrap().data, json!({ "status": "succeeded" }));
    let message = &frames.iter().find(|frame| frame.event == "message").unwrap().data["message"];
    assert_eq!((&message["content"], &message["status"]), (&json!("Hello there."), &json!("complete")));
}

#[tokio::test]
async fn the_stream_has_the_headers_proxies_need() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let run = ada.say(&ada.session().await, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let request =
        ada.request(Method::GET, &format!("/api/runs/{run}/stream")).header("Accept-Encoding", "gzip, br");
    let answer = send(request).await;
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(answer.header("cache-control"), "no-cache, no-transform");
    assert_eq!(answer.header("x-accel-buffering"), "no");
    assert!(answer.text.starts_with(": "));
}

#[tokio::test]
async fn every_replay_is_the_same_as_what_was_seen_live() {
    let app = spawn_app().await;
    let ada = app.member().await;
    app.upstream.play([Script::stream()
        .delta(json!({ "reasoning_content": "hm" }))
        .text("a")
        .text("b")
        .text("c")
        .finish(2)]);
    let id = ada.session().await;
    let run = ada.say(&id, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let live = ada.follow(&run, "").await.rest().await;
    let replayed = ada.follow(&run, "").await.rest().await;
    assert_eq!(live, replayed);
    assert_eq!(text(&live), "abc");
    for after in 0..live.len() {
        let rest = ada.follow(&run, &format!("?after={after}")).await.rest().await;
        assert_eq!(rest, live[after..]);
    }
}

#[tokio::test]
async fn an_answer_longer_than_a_reader_is_given_at_once_comes_whole() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let pieces: Vec<_> = (0..3000).map(|number| format!("{number} {}", "word ".repeat(20))).collect();
    let all: Vec<&str> = pieces.iter().map(String::as_str).collect();
    app.upstream.play([Script::answer(&all)]);
    let id = ada.session().await;
    let run = ada.say(&id, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let live = ada.follow(&run, "").await.rest().await;
    let replayed = ada.follow(&run, "").await.rest().await;
    assert_eq!(ids(&live), (1..=i64::try_from(live.len()).unwrap()).collect::<Vec<_>>());
    assert_eq!(text(&live), pieces.concat());
    assert_eq!(live, replayed);
}

#[tokio::test]
async fn the_ending_of_a_long_answer_that_was_interrupted_is_told_once() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let run = ada.say(&id, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.rest().await;
    let row = |number: i64, kind: &str, data: &str| RunEventRow {
        run_id: run.clone(),
        seq: number,
        last_seq: number,
        kind: kind.to_owned(),
        data: data.to_owned(),
        created_at: Time::now(),
    };
    // So many that a part of what is read at once would end with the error.
    let mut rows: Vec<_> = (1..256).map(|number| row(number, "delta", r#"["a"]"#)).collect();
    rows.push(row(256, "error", r#"{"code":"interrupted"}"#));
    rows.push(row(257, "message", r#"{"message":{}}"#));
    rows.push(row(258, "end", r#"{"status":"interrupted"}"#));
    let id = run.clone();
    let rewrite = app.state.db.write(move |conn| {
        run_events::delete_all_but(conn, std::slice::from_ref(&id), &[])?;
        run_events::append(conn, &rows)?;
        let interrupted = runs::status.eq(RunStatus::Interrupted);
        diesel::update(runs::table.find(&id)).set(interrupted).execute(conn)?;
        Ok(())
    });
    rewrite.await.unwrap();
    let frames = ada.follow(&run, "").await.rest().await;
    assert_eq!(ids(&frames), (1..=258).collect::<Vec<_>>());
    assert_eq!(kinds(&frames), ["delta", "error", "message", "end"]);
}

#[tokio::test]
async fn a_reader_that_comes_back_goes_on_after_the_last_event_it_saw() {
    let app = spawn_app().await;
    let (ada, _, run, go_on) = halfway(&app).await;
    let mut first = ada.follow(&run, "").await;
    let seen = first.next_of("delta").await;
    drop(first);
    let request = ada.request(Method::GET, &format!("/api/runs/{run}/stream"));
    let request = request.header("Last-Event-ID", seen.id.unwrap().to_string());
    let response = request.send().await.unwrap();
    go_on.fire();
    let rest = crate::support::frames::Frames::new(response).rest().await;
    assert_eq!((rest[0].id, text(&rest)), (seen.id.map(|id| id + 1), "lo".to_owned()));
}

#[tokio::test]
async fn closing_every_stream_stops_nothing() {
    let app = spawn_app().await;
    let (ada, id, run, go_on) = halfway(&app).await;
    let mut reader = ada.follow(&run, "").await;
    reader.next_of("delta").await;
    drop(reader);
    go_on.fire();
    // Following anew only waits for the end; nobody was reading meanwhile.
    ada.follow(&run, "").await.rest().await;
    assert_eq!(ada.messages(&id).await[1]["content"], "Hello");
}

#[tokio::test]
async fn many_readers_see_the_same() {
    let app = spawn_app().await;
    let (ada, _, run, go_on) = halfway(&app).await;
    let readers = futures_util::future::join_all((0..20).map(|_| ada.follow(&run, ""))).await;
    go_on.fire();
    let seen = futures_util::future::join_all(readers.into_iter().map(|reader| reader.rest())).await;
    assert!(seen.iter().all(|frames| frames == &seen[0]));
}

#[tokio::test]
async fn stopping_keeps_what_was_written_and_stops_the_model() {
    let app = spawn_app().await;
    let (ada, id, run, _go_on) = halfway(&app).await;
    let mut reader = ada.follow(&run, "").await;
    reader.next_of("delta").await;
    let answer = ada.post(&format!("/api/runs/{run}/cancel"), json!({})).await;
    assert_eq!(answer.json(), json!({ "success": true }));
    app.upstream.disconnected(1).await;
    let rest = reader.rest().await;
    assert_eq!(kinds(&rest), ["message", "end"]);
    assert_eq!(rest.last().unwrap().data, json!({ "status": "cancelled" }));
    let message = ada.messages(&id).await[1].clone();
    assert_eq!((&message["content"], &message["status"]), (&json!("Hel"), &json!("cancelled")));
    assert_eq!(ada.get(&format!("/api/runs/{run}")).await.json()["run"]["status"], "cancelled");
    // It is over: stopping again changes nothing, and the session goes on.
    assert_eq!(ada.post(&format!("/api/runs/{run}/cancel"), json!({})).await.status, 200);
    app.upstream.play([Script::answer(&["Again."])]);
    ada.ask(&id, "more").await;
    assert_eq!(ada.messages(&id).await.len(), 4);
}

#[tokio::test]
async fn a_model_that_breaks_off_leaves_its_text_and_a_sentence() {
    let app = spawn_app().await;
    app.upstream.play([Script::stream().text("Half an ans")]);
    let ada = app.member().await;
    let id = ada.session().await;
    let frames = ada.ask(&id, "hi").await;
    assert_eq!(kinds(&frames), ["run", "delta", "error", "message", "end"]);
    let error = &frames.iter().find(|frame| frame.event == "error").unwrap().data;
    assert_eq!(error["code"], "model_truncated");
    assert!(error["error"].as_str().unwrap().contains("已收到的内容"));
    let message = ada.messages(&id).await[1].clone();
    let expected = (&json!("Half an ans"), &json!("failed"), &json!("model_truncated"));
    assert_eq!((&message["content"], &message["status"], &message["error_code"]), expected);
}

#[tokio::test]
async fn what_a_model_server_refuses_becomes_a_sentence_in_the_readers_language() {
    let app = spawn_app().await;
    let ada = app.member().await;
    for (status, code) in [(401, "model_unauthorized"), (429, "model_rate_limited"), (500, "model_failed")] {
        app.upstream.play([Script::json(status, json!({ "error": { "message": "sk-secret" } }))]);
        let run = ada.say(&ada.session().await, "hi").await["run"]["id"].as_str().unwrap().to_owned();
        let request =
            ada.request(Method::GET, &format!("/api/runs/{run}/stream")).header("Accept-Language", "en");
        let frames = crate::support::frames::Frames::new(request.send().await.unwrap()).rest().await;
        let error = &frames.iter().find(|frame| frame.event == "error").unwrap().data;
        assert_eq!(error["code"], code);
        assert!(error["error"].as_str().unwrap().starts_with("The model provider"), "{error}");
        assert!(!error.to_string().contains("sk-secret"));
        assert_eq!(ada.get(&format!("/api/runs/{run}")).await.json()["run"]["error"], code);
    }
}

#[tokio::test]
async fn pages_get_the_text_as_blocks_each_finished_one_once() {
    let app = spawn_app().await;
    app.upstream.play([Script::stream()
        .text("# Title\n\nSome **bo")
        .text("ld** text.\n\n<script>alert(1)</script>\n\nEnd")
        .finish(2)]);
    let ada = app.member().await;
    let run = ada.say(&ada.session().await, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let frames = ada.follow(&run, "?view=blocks").await.rest().await;
    assert!(frames.iter().all(|frame| frame.event != "delta"));
    let blocks: Vec<_> = frames.iter().filter(|frame| frame.event == "block").collect();
    for index in 0..3 {
        let finished = blocks.iter().filter(|b| b.data["index"] == index && b.data["open"] == false).count();
        assert_eq!(finished, 1, "block {index}");
    }
    let html: String =
        blocks.iter().filter(|b| b.data["open"] == false).map(|b| b.data["html"].as_str().unwrap()).collect();
    assert!(
        html.contains("<strong>bold</strong>") && html.contains("End") && !html.contains("<script"),
        "{html}"
    );
}

#[tokio::test]
async fn a_place_beyond_the_end_or_before_the_start_is_no_reason_to_hang() {
    let app = spawn_app().await;
    let ada = app.member().await;
    let id = ada.session().await;
    let run = ada.say(&id, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    ada.follow(&run, "").await.rest().await;
    let frames = ada.follow(&run, "?after=99999").await.rest().await;
    assert_eq!(frames.last().unwrap().event, "end");
    for wrong in ["-1", "x", "1.5", "99999999999999999999"] {
        let answer = ada.get(&format!("/api/runs/{run}/stream?after={wrong}")).await;
        assert_eq!(answer.wrong_fields(), ["after"]);
        let request =
            ada.request(Method::GET, &format!("/api/runs/{run}/stream")).header("Last-Event-ID", wrong);
        assert_eq!(send(request).await.wrong_fields(), ["after"]);
    }
    assert_eq!(ada.get(&format!("/api/runs/{run}/stream?view=x")).await.wrong_fields(), ["view"]);
}

#[tokio::test]
async fn a_run_that_waits_goes_on_with_what_it_was_answered_once() {
    let app = spawn_app().await;
    let (ada, _, run, _go_on) = halfway(&app).await;
    let path = format!("/api/runs/{run}/resume");
    assert_eq!(ada.post(&path, json!({ "action": "approve" })).await.problem(), (409, "not_waiting".into()));
    assert_eq!(ada.post(&path, json!([])).await.problem(), (400, "invalid_field_type".into()));
    ada.post(&format!("/api/runs/{run}/cancel"), json!({})).await;
    ada.follow(&run, "").await.rest().await;
    plans::propose(&app.state, &run, PlanStatus::Proposed).await;
    let said = json!({ "action": "approve", "plan": { "questions": ["Who waits?", " "] } });
    let resumed = ada.post(&path, said).await;
    assert_eq!((resumed.status.as_u16(), &resumed.json()["run"]["status"]), (200, &json!("queued")));
    assert_eq!(resumed.json()["plan"]["questions"], json!(["Who waits?"]));
    assert_eq!(ada.post(&path, json!({ "action": "approve" })).await.status, 409);
}

#[tokio::test]
async fn deleting_a_session_stops_its_answer() {
    let app = spawn_app().await;
    let (ada, id, run, _go_on) = halfway(&app).await;
    let mut reader = ada.follow(&run, "").await;
    reader.next_of("delta").await;
    assert_eq!(ada.delete(&format!("/api/chat/sessions/{id}"), json!({})).await.status, 200);
    app.upstream.disconnected(1).await;
    assert_eq!(reader.rest().await.last().unwrap().event, "end");
}

#[tokio::test]
async fn an_open_stream_ends_when_its_reader_is_disabled() {
    let app = spawn_app().await;
    let (ada, _, run, _go_on) = halfway(&app).await;
    let mut reader = ada.follow(&run, "").await;
    reader.next_of("delta").await;
    let disabled = json!({ "disabled": true });
    app.admin().await.patch(&format!("/api/users/{}", ada.user().id), disabled).await;
    assert!(reader.rest().await.is_empty());
}
