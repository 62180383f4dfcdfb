//! What a member is asked on the way, and what follows from the answer.

use serde_json::{Value, json};
use stoa::db::DailyTokens;
use stoa::models::report::ReportMode;

use super::steering::{REQUEST, Research, approve, begin, decide, started, succeeded, told, waiting};
use crate::support::able::{Step, sensible};
use crate::support::upstream::Script;

#[tokio::test]
async fn a_question_is_asked_back_once_and_the_answer_begins_the_research() {
    let research = Research::new().await;
    research.model.says(Step::Clarify, |_| json!({ "question": "Which Digest do you mean?" }));
    let (session, run) = begin(&research.ada).await;
    let frames = succeeded(&research.ada, &run).await;
    assert!(frames.iter().all(|frame| frame.event != "plan"));
    let asked = research.ada.messages(&session).await[1].clone();
    assert_eq!(
        (&asked["content"], &asked["status"]),
        (&json!("Which Digest do you mean?"), &json!("complete"))
    );

    let run = started(&research.ada, &session, "Justinian's.").await;
    waiting(&research.ada, &run).await;
    assert_eq!(research.model.count(Step::Clarify), 1);
    let planning = research.model.asked().into_iter().find(|task| task.step == Step::Plan).unwrap();
    assert_eq!(planning.material, format!("{REQUEST}\n\nJustinian's."));
    approve(&research.ada, &run).await;
    research.finished(&session, &run).await;
}

#[tokio::test]
async fn a_rejected_plan_ends_the_run_and_the_next_question_stands_alone() {
    let research = Research::new().await;
    let (session, run) = research.planned().await;
    decide(&research.ada, &run, json!({ "action": "reject" })).await;
    let end = research.ada.follow(&run, "").await.rest().await;
    assert_eq!(end.last().unwrap().data, json!({ "status": "cancelled" }));
    let run = started(&research.ada, &session, "Who was Panaetius?").await;
    waiting(&research.ada, &run).await;
    assert_eq!(research.model.asked().last().unwrap().material, "Who was Panaetius?");
    assert_eq!(research.web.searches(), Vec::<String>::new());
}

#[tokio::test]
async fn an_edited_plan_waits_on_and_is_carried_out_as_it_was_left() {
    let research = Research::new().await;
    let (session, run) = research.planned().await;
    let plan = json!({ "questions": ["Who arranged the civil law?"], "sources": ["web"] });
    decide(&research.ada, &run, json!({ "action": "edit", "plan": plan })).await;
    assert_eq!(research.ada.get(&format!("/api/runs/{run}")).await.json()["run"]["status"], "waiting");
    decide(&research.ada, &run, json!({ "action": "approve" })).await;
    let outcome = research.finished(&session, &run).await;
    assert_eq!(outcome.content.sections.len(), 1);
    assert_eq!(research.web.searches(), ["Who arranged the civil law?"]);
}

/// A research one question at a time that may read one page; its session and run once that is read.
async fn with_one_page() -> (Research, String, String) {
    let research = Research::with(|config| config.research.parallel = 1).await;
    research.web.finds("kinds", &["/notes.md"]);
    let (session, run) = research.planned().await;
    let plan = json!({ "sources": ["web"], "questions": ["When was the Digest issued?", "What kinds of books are there?"],
        "budget": { "tokens": 60_000, "pages": 1, "minutes": 20 } });
    decide(&research.ada, &run, json!({ "action": "approve", "plan": plan })).await;
    let paused = paused(&research, &run).await;
    assert_eq!(paused["status"], "paused");
    (research, session, run)
}

async fn paused(research: &Research, run: &str) -> Value {
    told(&research.ada, run, "paused").await
}

#[tokio::test]
async fn a_research_whose_pages_are_nearly_spent_asks_and_goes_on_with_as_many_again() {
    let (research, session, run) = with_one_page().await;
    decide(&research.ada, &run, json!({ "action": "approve" })).await;
    let outcome = research.finished(&session, &run).await;
    assert_eq!(outcome.kept(), ["/en", "/notes.md"]);
    assert_eq!((research.web.fetched("/en"), research.web.fetched("/notes.md")), (1, 1));
    assert!(outcome.content.sections.iter().all(|section| section.failure.is_none()));
    let plan = research.ada.follow(&run, "").await.rest().await;
    let plan = plan.iter().rfind(|frame| frame.event == "plan").unwrap();
    assert_eq!(plan.data["budget"]["pages"], 2);
}

#[tokio::test]
async fn a_research_whose_pages_are_nearly_spent_finishes_with_what_is_there() {
    let (research, session, run) = with_one_page().await;
    decide(&research.ada, &run, json!({ "action": "finish" })).await;
    let outcome = research.finished(&session, &run).await;
    assert_eq!(outcome.kept(), ["/en"]);
    assert_eq!(outcome.content.sections[1].failure.as_deref(), Some("budget_of_plan"));
    assert_eq!(outcome.report.mode, ReportMode::Model, "tokens are left to write");
}

#[tokio::test]
async fn a_research_that_nobody_watches_finishes_by_itself() {
    let research = Research::with(|config| {
        (config.research.auto_approve, config.research.pages, config.research.parallel) = (true, 1, 1);
    })
    .await;
    let (session, run) = begin(&research.ada).await;
    let outcome = research.finished(&session, &run).await;
    assert_eq!(outcome.content.figures.pages, 1);
    assert_eq!(outcome.content.sections[1].failure.as_deref(), Some("budget_of_plan"));
}

#[tokio::test]
async fn a_research_whose_tokens_are_spent_asks_too() {
    let research = Research::with(|config| config.research.parallel = 1).await;
    let (session, run) = research.planned().await;
    let budget = json!({ "tokens": 1_000, "pages": 40, "minutes": 20 });
    // What the model has read and written by then is more than that.
    let plan = json!({ "sources": ["web"], "budget": budget });
    research.model.plays(Step::Notes, |task| {
        let text = sensible(task).to_string();
        Script::stream().text(&text).finish(2_000)
    });
    decide(&research.ada, &run, json!({ "action": "approve", "plan": plan })).await;
    paused(&research, &run).await;
    decide(&research.ada, &run, json!({ "action": "finish" })).await;
    let outcome = research.finished(&session, &run).await;
    assert_eq!(outcome.report.mode, ReportMode::Mixed, "without tokens fixed rules write");
    assert!(!outcome.content.citations.is_empty());
}

#[tokio::test]
async fn who_continues_what_they_rejected_is_asked_again() {
    let research = Research::new().await;
    let (session, run) = research.planned().await;
    decide(&research.ada, &run, json!({ "action": "reject" })).await;
    let answer = research.ada.messages(&session).await[1]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/chat/sessions/{session}/messages/{answer}/continue");
    let run = research.ada.post(&path, json!({})).await.json()["run"]["id"].as_str().unwrap().to_owned();
    assert_eq!(waiting(&research.ada, &run).await["status"], "proposed");
    approve(&research.ada, &run).await;
    research.finished(&session, &run).await;
}

#[tokio::test]
async fn who_has_no_tokens_left_today_still_gets_the_report() {
    let research = Research::with(|config| config.runs.daily_tokens = DailyTokens::Most(3_000)).await;
    let (session, run) = research.planned().await;
    research.model.plays(Step::Notes, |task| {
        let text = sensible(task).to_string();
        Script::stream().text(&text).finish(9_000)
    });
    approve(&research.ada, &run).await;
    let outcome = research.finished(&session, &run).await;
    assert_eq!(outcome.report.mode, ReportMode::Mixed);
}
