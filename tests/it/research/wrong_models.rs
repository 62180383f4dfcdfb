//! Models that do everything wrong: nothing of it is ever read as fact.

use serde_json::json;
use stoa::models::report::{ReportMode, Verdict};

use super::outcome::{CAUSE, Outcome};
use super::steering::Research;
use crate::support::able::{Step, Task, quotes, said, sensible, verdicts};
use crate::support::upstream::Script;

#[tokio::test]
async fn a_model_that_does_all_steps_well_makes_a_report_of_supported_sentences() {
    let research = Research::new().await;
    let outcome = research.report().await;
    assert_eq!(outcome.report.mode, ReportMode::Model);
    assert_eq!(outcome.content.title, "Roman law and the Stoa");
    assert!(outcome.text.contains("The Digest of Justinian was issued in the year 533."), "{}", outcome.text);
    assert!(outcome.verdicts().iter().all(|verdict| *verdict == Verdict::Supported));
    assert!(!outcome.content.citations.is_empty() && outcome.content.open_questions.is_empty());
    assert_eq!(outcome.kept(), ["/en"]);
    // Another way to the same page leads to the same source.
    assert_eq!((research.web.fetched("/moved"), research.web.fetched("/en")), (1, 2));
}

#[tokio::test]
async fn numbers_of_notes_that_there_are_not_are_struck_out() {
    let research = Research::new().await;
    research.model.says(Step::Write, |task| {
        let first = &quotes(&task.material)[0];
        json!({ "text": format!("{first} [1][7] [99]\n\nThe Senate burnt it all. [42]") })
    });
    research
        .model
        .says(Step::Rewrite, |_| json!({ "sentences": [{ "sentence": 1, "text": "It burnt. [13]" }] }));
    let outcome = research.report().await;
    assert!(!outcome.text.contains("42") && !outcome.text.contains("99") && !outcome.text.contains("13]"));
    assert_eq!(outcome.verdicts(), [Verdict::Supported, Verdict::Unsupported].repeat(2));
    assert_eq!(outcome.content.citations[1].sentence, "It burnt.");
}

#[tokio::test]
async fn quotes_that_stand_nowhere_are_no_notes() {
    let research = Research::new().await;
    let invented = json!({ "quote": "The Digest was lost at sea in 1204.", "claim": "It was lost." });
    research.model.says(Step::Notes, move |task| {
        let mut notes = sensible(task)["notes"].as_array().unwrap().clone();
        notes.insert(0, invented.clone());
        json!({ "notes": notes })
    });
    let outcome = research.report().await;
    assert!(!outcome.text.contains("lost") && !outcome.content.citations.is_empty(), "{}", outcome.text);
    assert_eq!((outcome.report.mode, research.model.count(Step::Notes)), (ReportMode::Model, 2));
}

#[tokio::test]
async fn a_model_that_only_invents_quotes_is_replaced_by_fixed_rules() {
    let research = Research::new().await;
    research.model.says(
        Step::Notes,
        |_| json!({ "notes": [{ "quote": "The Digest was lost at sea.", "claim": "Lost." }] }),
    );
    let outcome = research.report().await;
    assert!(!outcome.text.contains("lost") && outcome.text.contains("533"), "{}", outcome.text);
    assert_eq!(outcome.report.mode, ReportMode::Mixed);
    // Each page once, and once more to repair it.
    assert_eq!(research.model.count(Step::Notes), 4);
}

#[tokio::test]
async fn the_same_quote_twice_is_one_note() {
    let research = Research::new().await;
    research.model.says(Step::Notes, |task| {
        let notes = sensible(task)["notes"].as_array().unwrap().clone();
        json!({ "notes": [notes[0], notes[0], notes[0]] })
    });
    let outcome = research.report().await;
    assert_eq!(outcome.notes.len(), 2, "one for each question");
}

#[tokio::test]
async fn malformed_answers_are_repaired_once() {
    let research = Research::new().await;
    for step in [Step::Clarify, Step::Plan, Step::Query, Step::Choose, Step::Notes, Step::Decide] {
        research.model.plays(step, malformed_at_first);
    }
    for step in [Step::Write, Step::Judge, Step::Open] {
        research.model.plays(step, malformed_at_first);
    }
    let outcome = research.report().await;
    assert_eq!(outcome.report.mode, ReportMode::Model);
    let asked = research.model.asked();
    assert_eq!(asked.iter().filter(|task| task.again).count() * 2, asked.len());
}

fn malformed_at_first(task: &Task) -> Script {
    match task.again {
        true => said(&format!("Of course!\n```json\n{}\n```", sensible(task))),
        false => said("{\"question\": \"half an ans"),
    }
}

/// A research whose model gives nothing but `script` to every step is made by fixed rules, and says so.
async fn fixed_rules_instead_of(script: Script) -> (Research, Outcome) {
    let research = Research::new().await;
    research.model.always(&script);
    let outcome = research.report().await;
    assert_eq!(outcome.report.mode, ReportMode::Deterministic);
    assert!(outcome.text.contains("Made by fixed rules"), "{}", outcome.text);
    assert!(outcome.text.contains("533"), "{}", outcome.text);
    (research, outcome)
}

#[tokio::test]
async fn a_model_that_never_answers_in_json_is_replaced_by_fixed_rules() {
    let (research, _) = fixed_rules_instead_of(said(&format!("Well, {CAUSE} {{"))).await;
    let asked = research.model.asked();
    assert_eq!(asked.iter().filter(|task| task.again).count() * 2, asked.len(), "each step is repaired once");
}

#[tokio::test]
async fn a_model_that_says_nothing_is_replaced_by_fixed_rules() {
    fixed_rules_instead_of(said("")).await;
}

#[tokio::test]
async fn a_model_that_refuses_is_replaced_by_fixed_rules() {
    fixed_rules_instead_of(said(&format!("I cannot help with that. {CAUSE}"))).await;
}

#[tokio::test]
async fn a_model_that_calls_tools_without_end_is_replaced_by_fixed_rules() {
    let call = json!({ "tool_calls": [{ "index": 0, "id": "t", "type": "function",
        "function": { "name": "search", "arguments": "{\"q\": \"again\"}" } }] });
    let calls = (0..40).fold(Script::stream(), |script, _| script.delta(call.clone()));
    let done = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "tool_calls" }] });
    fixed_rules_instead_of(calls.data(done).data("[DONE]").end()).await;
}

#[tokio::test]
async fn a_model_that_is_down_is_not_asked_for_ever() {
    let (research, _) =
        fixed_rules_instead_of(Script::json(500, json!({ "error": { "message": CAUSE } }))).await;
    // Twice for the plan, then three times in a row, of which others may be under way.
    assert!(research.model.asked().len() <= 6, "{:?}", research.model.asked());
}

#[tokio::test]
async fn a_model_that_breaks_off_is_not_asked_for_ever() {
    let (research, _) = fixed_rules_instead_of(Script::stream().text("{\"question\": nul").reset()).await;
    // Twice for the plan, then three times in a row, of which others may be under way.
    assert!(research.model.asked().len() <= 6, "{:?}", research.model.asked());
}

#[tokio::test]
async fn a_model_that_never_stops_is_stopped() {
    let research = Research::new().await;
    let word = "and so on ".repeat(1000);
    let endless = (0..40).fold(Script::stream(), |script, _| script.text(&word)).hang();
    research.model.plays(Step::Write, move |_| endless.clone());
    let outcome = research.report().await;
    assert_eq!(outcome.report.mode, ReportMode::Mixed);
    assert!(!outcome.text.contains("and so on"));
    research.app.upstream.disconnected(1).await;
}

#[tokio::test]
async fn a_model_that_fails_half_way_leaves_the_rest_to_fixed_rules() {
    let research = Research::new().await;
    research.model.plays(Step::Write, |_| Script::json(503, json!({ "error": { "message": CAUSE } })));
    let outcome = research.report().await;
    assert_eq!(outcome.report.mode, ReportMode::Mixed);
    assert!(outcome.verdicts().iter().all(|verdict| *verdict == Verdict::Supported));
}

#[tokio::test]
async fn verdicts_that_are_missing_are_found_by_the_words_in_common() {
    let research = Research::new().await;
    research.model.says(Step::Judge, |_| json!({ "verdicts": [] }));
    let outcome = research.report().await;
    assert_eq!(outcome.report.mode, ReportMode::Mixed);
    assert!(outcome.verdicts().iter().all(|verdict| *verdict == Verdict::Supported), "each is a quote");
}

#[tokio::test]
async fn verdicts_on_claims_that_there_are_not_count_for_nothing() {
    let research = Research::new().await;
    research.model.says(Step::Judge, |task| {
        let mut all = verdicts(&task.material, "unsupported");
        all.push(json!({ "claim": 99, "verdict": "supported" }));
        json!({ "verdicts": all })
    });
    let outcome = research.report().await;
    assert_eq!((outcome.report.mode, research.model.count(Step::Rewrite)), (ReportMode::Mixed, 0));
}

#[tokio::test]
async fn a_sentence_that_no_passage_says_is_written_anew_once_and_then_marked() {
    let research = Research::new().await;
    research.model.says(
        Step::Write,
        |task| json!({ "text": format!("Trajan wrote it. [1] {} [1]", quotes(&task.material)[0]) }),
    );
    let judge = |task: &Task| {
        let claims = task.material.split("Claim ").skip(1);
        let verdict = |claim: &str| if claim.contains("Trajan") { "unsupported" } else { "supported" };
        let one = |(number, claim): (usize, &str)| json!({ "claim": number, "verdict": verdict(claim) });
        json!({ "verdicts": (1..).zip(claims).map(one).collect::<Vec<_>>() })
    };
    research.model.says(Step::Judge, judge);
    research.model.says(
        Step::Rewrite,
        |_| json!({ "sentences": [{ "sentence": 1, "text": "Trajan may have written it. [1]" }] }),
    );
    let outcome = research.report().await;
    assert_eq!(research.model.count(Step::Rewrite), 2, "once a section");
    assert_eq!(outcome.verdicts(), [Verdict::Unsupported, Verdict::Supported].repeat(2));
    assert!(outcome.text.contains("Trajan may have written it.[^1] "), "{}", outcome.text);
    assert!(outcome.text.contains("[^1]: No passage says this."), "{}", outcome.text);
}

#[tokio::test]
async fn an_address_that_a_model_invents_is_neither_evidence_nor_a_link() {
    let research = Research::new().await;
    let write = |task: &Task| {
        format!("{} [1] See https://made.example/up and www.made.example. [1]", quotes(&task.material)[0])
    };
    research.model.says(Step::Write, move |task| json!({ "text": write(task) }));
    research.model.says(Step::Rewrite, |_| json!({ "sentences": [] }));
    let outcome = research.report().await;
    assert_eq!(outcome.verdicts(), [Verdict::Supported, Verdict::Unsupported].repeat(2));
    assert!(!stoa::markdown::render(&outcome.text).contains("href=\"http://made"), "{}", outcome.text);
    assert!(!stoa::markdown::render(&outcome.text).contains("href=\"https://made"), "{}", outcome.text);
}

#[tokio::test]
async fn a_section_of_which_nothing_is_left_quotes_its_passages() {
    let research = Research::new().await;
    research.model.says(Step::Judge, |task| json!({ "verdicts": verdicts(&task.material, "unsupported") }));
    research.model.says(Step::Rewrite, |task| {
        let count = task.material.split("\n\nNotes:").next().unwrap().lines().count() - 1;
        let gone = |number| json!({ "sentence": number, "text": "" });
        json!({ "sentences": (1..=count).map(gone).collect::<Vec<_>>() })
    });
    let outcome = research.report().await;
    assert!(
        outcome.text.contains("- The Digest of Justinian was issued in the year 533."),
        "{}",
        outcome.text
    );
    assert!(outcome.verdicts().iter().all(|verdict| *verdict == Verdict::Supported));
}

#[tokio::test]
async fn nul_and_other_signs_that_nobody_can_read_are_kept_out() {
    let research = Research::new().await;
    research.model.says(Step::Plan, |task| {
        let mut plan = sensible(task);
        plan["title"] = json!("Roman\u{0} law\u{7}");
        plan["brief"] = json!("How\u{0} it came to be");
        plan["questions"] = json!(["When was the\u{0} Digest\nissued?"]);
        plan
    });
    research.model.says(Step::Query, |_| json!({ "query": "digest\u{0}" }));
    research.model.says(Step::Notes, |task| {
        let mut notes = sensible(task)["notes"].as_array().unwrap().clone();
        notes[0]["claim"] = json!("It\u{0} says so.\u{1b}[31m");
        json!({ "notes": notes })
    });
    research
        .model
        .says(Step::Write, |task| json!({ "text": format!("\u{0}{}\u{0} [1]", quotes(&task.material)[0]) }));
    let outcome = research.report().await;
    assert!(!outcome.text.contains(['\0', '\u{7}', '\u{1b}']));
    assert_eq!(outcome.content.sections[0].heading, "When was the Digest issued?");
    assert_eq!(outcome.report.mode, ReportMode::Model);
}
