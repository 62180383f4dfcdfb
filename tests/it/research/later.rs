//! What follows a report: later questions, and sections made anew.

use serde_json::{Value, json};
use stoa::db::DbConn;
use stoa::models::report::Citation;
use stoa::repositories::sources;

use super::outcome::{CAUSE, Outcome, check_footnotes, section_of};
use super::steering::{Research, decide, started, succeeded, waiting};
use crate::support::able::{Step, quotes};
use crate::support::scripted::Said;
use crate::support::upstream::Script;

/// The answer to a later question, checked.
async fn answered(research: &Research, session: &str, question: &str) -> Value {
    let run = started(&research.ada, session, question).await;
    succeeded(&research.ada, &run).await;
    let answer = research.ada.messages(session).await.pop().unwrap();
    let citations: Vec<Citation> = serde_json::from_value(answer["citations"].clone()).unwrap();
    let session = session.to_owned();
    let numbers: Vec<i64> = (1..100).collect();
    let load = move |conn: &mut DbConn| sources::list_numbered(conn, &session, &numbers);
    let kept = research.app.state.db.read(load).await.unwrap();
    check_footnotes(answer["content"].as_str().unwrap(), &citations, &kept);
    answer
}

#[tokio::test]
async fn a_later_question_is_answered_from_what_was_read() {
    let research = Research::new().await;
    let outcome = research.report().await;
    let session = outcome.report.session_id.unwrap();
    let before = (research.web.searches().len(), research.web.fetched("/en"));
    let answer = answered(&research, &session, "Where did Panaetius of Rhodes teach?").await;
    assert!(answer["content"].as_str().unwrap().contains("Panaetius of Rhodes taught in Rome"), "{answer}");
    assert_eq!((research.web.searches().len(), research.web.fetched("/en")), before);
}

#[tokio::test]
async fn a_later_question_that_nothing_was_read_about_is_searched_for() {
    let research = Research::new().await;
    let outcome = research.report().await;
    let session = outcome.report.session_id.unwrap();
    research.web.finds("wife", &["/wife"]);
    research.web.put("/wife", Said::html("<p>Theodora was the wife of the emperor in Constantinople.</p>"));
    let answer = answered(&research, &session, "Whose wife was Theodora?").await;
    assert!(answer["content"].as_str().unwrap().contains("Theodora was the wife"), "{answer}");
    assert_eq!(research.web.fetched("/wife"), 1);
}

#[tokio::test]
async fn a_later_question_ends_with_what_it_has_when_its_budget_is_spent() {
    let research = Research::with(|config| config.research.pages = 1).await;
    let (session, run) = research.planned().await;
    let budget = json!({ "tokens": 60_000, "pages": 40, "minutes": 20 });
    decide(
        &research.ada,
        &run,
        json!({ "action": "approve", "plan": { "sources": ["web"], "budget": budget } }),
    )
    .await;
    research.finished(&session, &run).await;
    research.web.finds("books", &["/notes.md", "/data.json", "/book.pdf"]);
    let answer = answered(&research, &session, "Which books lie under the sea?").await;
    assert_eq!(answer["status"], "complete");
    assert_eq!((research.web.fetched("/notes.md"), research.web.fetched("/book.pdf")), (1, 0));
}

#[tokio::test]
async fn a_report_is_read_for_what_it_says_by_other_researches_and_never_by_its_own() {
    let research = Research::new().await;
    research.model.always(&Script::json(500, json!({ "error": { "message": CAUSE } })));
    let first = research.report().await;
    // The same again, over the library with the first report in it.
    let (session, run) = research.planned().await;
    decide(&research.ada, &run, json!({ "action": "approve", "plan": { "sources": ["library"] } })).await;
    let second = research.finished(&session, &run).await;
    let of_first = format!("/artifacts/{}", first.report.artifact_id);
    let cited: Vec<&Citation> = second.content.citations.iter().filter(|one| one.url == of_first).collect();
    assert!(cited.iter().any(|one| one.quote.contains("533")), "{}", second.text);
    assert!(
        cited.iter().all(|one| !one.quote.contains("[^") && !one.quote.ends_with('?')),
        "{}",
        second.text
    );

    let body = json!({ "content": "Once more: when was the Digest of Justinian issued?", "research": true });
    let said = research.ada.post(&format!("/api/chat/sessions/{session}/messages"), body).await.json();
    let run = said["run"]["id"].as_str().unwrap();
    waiting(&research.ada, run).await;
    decide(&research.ada, run, json!({ "action": "approve", "plan": { "sources": ["library"] } })).await;
    let third = research.finished(&session, run).await;
    let own = format!("/artifacts/{}", second.report.artifact_id);
    assert_ne!(third.report.artifact_id, second.report.artifact_id);
    assert!(third.content.citations.iter().all(|one| one.url != own), "{}", third.text);
}

#[tokio::test]
async fn a_section_made_anew_leaves_the_others_as_they_were() {
    let research = Research::new().await;
    let outcome = research.report().await;
    let session = outcome.report.session_id.clone().unwrap();
    research.model.says(Step::Write, |task| {
        let quotes = quotes(&task.material);
        json!({ "text": format!("Anew: {} [1] And again: {} [1]", quotes[0], quotes[0]) })
    });
    let path = format!("/api/artifacts/{}/report/sections/0", outcome.report.artifact_id);
    let asked = research.ada.post(&path, json!({ "version": 1 })).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let run = asked.json()["run"]["id"].as_str().unwrap().to_owned();
    let second = research.finished(&session, &run).await;

    assert_eq!(second.report.version, 2);
    assert!(section(&second, 0).contains("Anew: "), "{}", second.text);
    assert_eq!(without_numbers(section(&second, 1)), without_numbers(section(&outcome, 1)));
    assert_eq!(second.content.sections[1].question, Some(2));
    let ours = |outcome: &Outcome| -> Vec<Citation> {
        let body = section(outcome, 1).to_owned();
        let all = outcome.content.citations.iter();
        let here = all.filter(|one| body.contains(&format!("[^{}]", one.number)));
        here.map(|one| Citation { number: 0, ..one.clone() }).collect()
    };
    assert_eq!(ours(&second), ours(&outcome));
    assert!(!ours(&outcome).is_empty());
}

fn section(outcome: &Outcome, at: usize) -> &str {
    let section = &outcome.content.sections[at];
    section_of(&outcome.text, section)
}

fn without_numbers(text: &str) -> String {
    text.replace(char::is_numeric, "")
}
