//! Researches as pages, without scripts.

use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::{Value, json};
use stoa::models::plan::PlanStatus;
use stoa::models::report::{Citation, Verdict};

use super::chat::signed_in;
use crate::support::app::{TestApp, spawn_app};
use crate::support::browser::Browser;
use crate::support::caller::{Answer, Caller};
use crate::support::frames::Frames;
use crate::support::researches::{cites, cites_in, keep_sources, log_steps, report, researched, waits};

const TEXT: &str = "写锁由一个连接持有。 One connection holds the write lock at a time. Others wait for it.";
const REPORT: &str = "# Locks\n\n## Who holds it\n\nOne at a time[^1], others wait[^2]; all of them do[^3].\n\n[^1]: \"quote\" — [First](https://example.org/1)\n[^2]: \"quote\" — [First](https://example.org/1)\n[^3]: none\n";

/// A member at a browser and with a program.
async fn member(app: &TestApp, email: &str) -> (Browser, Caller) {
    let browser = signed_in(app, email).await;
    let token = browser.post("/settings/tokens", &[("name", "test")]).await.texts("#secret").remove(0);
    let user = app.member().await.user().clone();
    (browser, Caller::new(app.address, Some((token, user))))
}

fn citations() -> Vec<Citation> {
    let none = Citation {
        source: None,
        quote: String::new(),
        title: String::new(),
        url: String::new(),
        ..cites(3, TEXT, "O", Verdict::Unsupported)
    };
    vec![
        cites(1, TEXT, "One connection holds the write lock at a time.", Verdict::Supported),
        cites(2, TEXT, "Others wait", Verdict::Weak),
        none,
    ]
}

/// A report with its page and its artifact.
async fn reported(app: &TestApp, program: &Caller) -> [String; 2] {
    let [session, answer, _] = researched(app, program, REPORT).await;
    keep_sources(&app.state, &session, &[("First", TEXT), ("Second", "Not cited.")]).await;
    let artifact = json!({ "title": "Locks", "kind": "markdown", "content": REPORT, "session_id": session });
    let artifact = program.post("/api/artifacts", artifact).await.json()["artifact"]["id"].clone();
    let artifact = artifact.as_str().unwrap().to_owned();
    report(&app.state, &artifact, &session, &answer, citations()).await;
    [format!("/chat/{session}"), format!("/artifacts/{artifact}")]
}

/// A research whose plan waits; its page and where the form goes.
async fn waiting(app: &TestApp, program: &Caller, status: PlanStatus) -> [String; 2] {
    let [session, answer, run] = researched(app, program, "x").await;
    waits(&app.state, &answer, &run, status).await;
    [format!("/chat/{session}"), format!("/chat/{session}/runs/{run}/plan")]
}

fn values(page: &Answer, selector: &str) -> Vec<String> {
    page.attributes(selector, "value")
}

#[tokio::test]
async fn a_research_is_begun_from_a_page_of_its_own_or_from_home() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let page = browser.get("/research").await;
    assert_eq!(values(&page, "[name=type]"), ["deepresearch"]);
    assert_eq!(values(&page, "[name=auto_approve]"), ["true"]);
    assert!(page.texts(".searched .badge").concat().contains("Library"));
    assert_eq!(values(&browser.get("/").await, "[name=type]"), ["chat", "deepresearch"]);
    let form = [("content", "Why?"), ("type", "deepresearch"), ("auto_approve", "true")];
    let begun = browser.post("/chat", &form).await;
    let id = begun.leads_to().trim_start_matches("/chat/").trim_end_matches("#latest").to_owned();
    let session = program.get(&format!("/api/chat/sessions/{id}")).await.json();
    assert_eq!(session["session"]["type"], "deepresearch");
}

#[tokio::test]
async fn what_cannot_be_researched_stands_in_the_box_again() {
    let app = spawn_app().await;
    let (browser, _) = member(&app, "ada@example.com").await;
    let form = [("content", "  "), ("type", "deepresearch"), ("auto_approve", "true")];
    let page = browser.post("/chat", &form).await;
    assert_eq!((page.status.as_u16(), values(&page, "[name=type]")), (400, vec!["deepresearch".to_owned()]));
    assert_eq!(
        (page.texts("#content-wrong").len(), page.texts("[name=auto_approve][checked]").len()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_plan_that_waits_is_a_form_and_the_page_does_not_refresh_itself() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, action] = waiting(&app, &program, PlanStatus::Proposed).await;
    let page = browser.get(&chat).await;
    assert_eq!(page.attributes(".plan form", "action"), [action]);
    let questions = page.texts("[name=questions]");
    assert_eq!(questions, ["Who holds the lock?", "What does WAL change?", "", ""]);
    assert_eq!(
        [values(&page, "#tokens"), values(&page, "#pages"), values(&page, "#minutes")].concat(),
        ["60000", "40", "20"]
    );
    assert!(!page.text.contains("http-equiv=\"refresh\""));
    assert!(page.texts("form.composer").is_empty());
}

#[tokio::test]
async fn a_plan_is_changed_and_goes_on_waiting() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, action] = waiting(&app, &program, PlanStatus::Proposed).await;
    let form = [
        ("action", "edit"),
        ("brief", "Other"),
        ("questions", "One\r\nquestion?"),
        ("questions", " "),
        ("sources", "library"),
        ("tokens", "70,000"),
        ("pages", "9"),
        ("minutes", "5"),
    ];
    assert_eq!(browser.post(&action, &form).await.leads_to(), format!("{chat}#latest"));
    let page = browser.get(&chat).await;
    assert_eq!(page.texts(".flash").len(), 1);
    assert_eq!(page.texts("[name=questions]"), ["One question?", "", ""]);
    assert_eq!(
        (values(&page, "#tokens").concat(), page.texts("#brief").concat().trim().to_owned()),
        ("70000".to_owned(), "Other".to_owned())
    );
}

#[tokio::test]
async fn a_plan_that_cannot_be_so_stands_there_as_it_was_typed() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [_, action] = waiting(&app, &program, PlanStatus::Proposed).await;
    let form = [
        ("action", "approve"),
        ("brief", "Mine"),
        ("questions", "Why?"),
        ("tokens", "many"),
        ("pages", "9"),
        ("minutes", "5"),
    ];
    let page = browser.post(&action, &form).await;
    assert_eq!((page.status.as_u16(), page.texts("#tokens-wrong").len()), (400, 1));
    assert_eq!(
        (values(&page, "#tokens"), page.texts("[name=questions]")),
        (vec!["many".to_owned()], vec!["Why?".to_owned(), String::new(), String::new()])
    );
    let none = [
        ("action", "approve"),
        ("brief", "Mine"),
        ("questions", " "),
        ("sources", "library"),
        ("tokens", "9000"),
        ("pages", "9"),
        ("minutes", "5"),
    ];
    assert_eq!(browser.post(&action, &none).await.texts("#questions-wrong").len(), 1);
    let nowhere = [
        ("action", "approve"),
        ("brief", "Mine"),
        ("questions", "Why?"),
        ("tokens", "9000"),
        ("pages", "9"),
        ("minutes", "5"),
    ];
    let page = browser.post(&action, &nowhere).await;
    assert_eq!((page.texts("#sources-wrong").len(), page.texts("[name=sources][checked]").len()), (1, 0));
}

#[tokio::test]
async fn a_plan_decided_about_elsewhere_is_no_error() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, action] = waiting(&app, &program, PlanStatus::Proposed).await;
    for _ in 0..2 {
        assert_eq!(browser.post(&action, &[("action", "reject")]).await.leads_to(), format!("{chat}#latest"));
    }
    let page = browser.get(&chat).await;
    assert!(page.texts(".flash").concat().contains("decided about elsewhere"));
    assert_eq!((page.texts(".plan form").len(), page.texts(".plan summary small").len()), (0, 1));
}

#[tokio::test]
async fn a_research_whose_budget_is_nearly_spent_offers_twice_as_much_or_an_end() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, action] = waiting(&app, &program, PlanStatus::Paused).await;
    let page = browser.get(&chat).await;
    assert_eq!(
        [values(&page, "#tokens"), values(&page, "#pages"), values(&page, "#minutes")].concat(),
        ["120000", "80", "40"]
    );
    assert_eq!(values(&page, ".plan footer button"), ["approve", "finish", "reject"]);
    assert!(page.texts(".spent").concat().contains("60,000"));
    assert_eq!(browser.post(&action, &[("action", "finish")]).await.leads_to(), format!("{chat}#latest"));
}

#[tokio::test]
async fn every_step_stands_under_its_question_as_its_last_event_tells_it() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [session, answer, run] = researched(&app, &program, "Nothing <b>found</b>.").await;
    waits(&app.state, &answer, &run, PlanStatus::Approved).await;
    let step = |key: &str,
                name: &str,
                status: &str,
                question: Option<i64>,
                detail: &str,
                count: Option<i64>| {
        json!({ "key": key, "name": name, "status": status, "question": question, "detail": detail, "count": count })
    };
    let steps: [Value; 6] = [
        step("plan", "plan", "done", None, "", Some(2)),
        step("q2.search.1", "search", "failed", Some(2), "<script>alert(1)</script>", None),
        step("q1.search.1", "search", "running", Some(1), "locks", None),
        step("q1.search.1", "search", "done", Some(1), "locks", Some(8)),
        step("report", "report", "running", None, "", None),
        json!({ "name": "prepare_model", "status": "running", "detail": "" }),
    ];
    log_steps(&app.state, &run, &steps).await;
    let page = browser.get(&format!("/chat/{session}")).await;
    let keys = |place: &str| page.attributes(&format!("[data-steps={place}] > li"), "data-step");
    assert_eq!(
        [keys("before"), keys("q1"), keys("q2"), keys("after")].concat(),
        ["plan", "q1.search.1", "q2.search.1", "report"]
    );
    assert_eq!(page.texts("[data-step='q1.search.1'].done small"), ["8 found"]);
    assert_eq!(page.texts("[data-step='q2.search.1'].failed .detail"), ["<script>alert(1)</script>"]);
}

#[tokio::test]
async fn a_page_that_follows_along_gets_each_step_as_it_stands_on_the_page() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [session, answer, run] = researched(&app, &program, "x").await;
    waits(&app.state, &answer, &run, PlanStatus::Approved).await;
    let step = json!({ "key": "q1.fetch.1", "name": "fetch", "status": "running", "question": 1, "detail": "<i>WAL</i>" });
    log_steps(&app.state, &run, &[step]).await;
    let stream = format!("/api/runs/{run}/stream?view=blocks");
    let request = browser.request(Method::GET, &stream).header(COOKIE, browser.cookies());
    let told = Frames::new(request.send().await.unwrap()).next_of("step").await.data;
    assert_eq!((&told["key"], &told["place"]), (&json!("q1.fetch.1"), &json!("q1")));
    let page = browser.get(&format!("/chat/{session}")).await;
    let html = told["html"].as_str().unwrap().trim();
    assert!(page.text.contains(html), "{html}");
}

#[tokio::test]
async fn each_citation_says_how_it_stands_and_leads_to_its_passage() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, artifact] = reported(&app, &program).await;
    for path in [chat.as_str(), artifact.as_str()] {
        let page = browser.get(path).await;
        assert_eq!(
            page.attributes(".report sup", "class"),
            ["cite supported", "cite weak", "cite unsupported"]
        );
        assert_eq!(page.texts(".report sup .sr"), [", supported", ", weak", ", unsupported"]);
        for target in page.attributes("[data-cite]", "href") {
            assert_eq!(page.texts(&target).len(), 1, "{path}: {target}");
        }
        for target in page.attributes(".quote .which a:first-child", "href") {
            assert_eq!(page.texts(&target).len(), 1, "{path}: {target}");
        }
        assert!(page.texts(".quote.supported blockquote").concat().contains("写锁由一个连接持有"));
        assert_eq!(page.texts(".report-facts .badge"), ["1 of 3 claims supported"]);
        assert!(!page.text.contains("class=\"footnotes\""), "the definitions stand among the sources alone");
    }
    let page = browser.get(&chat).await;
    assert_eq!(page.texts("#sources .others > summary"), ["Read, not cited (1)"]);
    assert_eq!(page.texts("[data-send]").len(), 2);
}

#[tokio::test]
async fn the_kept_text_is_shown_with_the_passage_marked() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, _] = reported(&app, &program).await;
    let link = browser.get(&chat).await.attributes(".quote.weak .open", "href").remove(0);
    let page = browser.get(link.split('#').next().unwrap()).await;
    assert_eq!(
        (page.texts("#passage"), page.texts(".kept")),
        (vec!["Others wait".to_owned()], vec![TEXT.to_owned()])
    );
    for odd in ["?from=1&to=2", "?from=-9&to=99999999", "?from=x&to=", ""] {
        assert_eq!(browser.get(&format!("{chat}/sources/1{odd}")).await.texts(".kept"), [TEXT], "{odd}");
    }
    for unknown in ["99", "x", "-1"] {
        assert_eq!(browser.get(&format!("{chat}/sources/{unknown}")).await.status, 404);
    }
}

#[tokio::test]
async fn a_report_outlives_its_session_and_says_that_its_sources_are_gone() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, artifact] = reported(&app, &program).await;
    browser.post(&format!("{chat}/delete"), &[]).await;
    let page = browser.get(&artifact).await;
    assert_eq!(page.attributes(".report sup", "class"), ["cite gone", "cite gone", "cite unsupported"]);
    assert!(page.texts(".quote.gone blockquote").concat().contains("One connection holds"));
}

#[tokio::test]
async fn open_questions_become_tasks_once() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, artifact] = reported(&app, &program).await;
    let (action, next) = (format!("{artifact}/tasks"), chat.as_str());
    let one = [("version", "1"), ("question", "1"), ("next", next)];
    assert_eq!(browser.post(&action, &one).await.leads_to(), chat);
    let flash = browser.get(&chat).await;
    let link = flash.attributes(".flash a", "href").remove(0);
    assert!(browser.get(&link).await.text.contains("For how long?"));
    browser.post(&action, &[("version", "1"), ("next", next)]).await;
    browser.post(&action, &[("version", "1"), ("next", "//evil.example")]).await;
    let tasks = program.get("/api/tasks").await.json();
    let titles: Vec<_> =
        tasks["tasks"].as_array().unwrap().iter().map(|task| task["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Who waits?", "For how long?"]);
    assert!(
        tasks["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|task| chat.ends_with(task["session_id"].as_str().unwrap()))
    );
    assert_eq!(browser.post(&action, &[("version", "1"), ("question", "9")]).await.status, 404);
}

#[tokio::test]
async fn two_reports_stand_beside_each_other() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [_, one] = reported(&app, &program).await;
    let page = browser.get(&format!("{one}/compare")).await;
    assert_eq!((page.texts(".empty").len(), page.texts(".sides").len()), (1, 0));
    let [_, two] = reported(&app, &program).await;
    let id = two.trim_start_matches("/artifacts/");
    let page = browser.get(&format!("{one}/compare?with={id}")).await;
    assert_eq!(page.attributes("option[selected]", "value"), [id]);
    assert_eq!((page.texts(".sides > article").len(), page.texts(".both").len()), (2, 1));
    assert!(page.texts(".both .badge").concat().contains("same passages"));
    assert_eq!(browser.get(&format!("{one}/compare?with={}", "x")).await.status, 404);
}

#[tokio::test]
async fn a_document_that_is_no_report_is_shown_as_before_and_compared_with_nothing() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let made =
        program.post("/api/artifacts", json!({ "title": "x", "kind": "markdown", "content": REPORT })).await;
    let path = format!("/artifacts/{}", made.json()["artifact"]["id"].as_str().unwrap());
    let page = browser.get(&path).await;
    assert_eq!((page.texts(".report").len(), page.texts("section.footnotes").len()), (0, 1));
    assert_eq!(browser.get(&format!("{path}/compare")).await.status, 404);
}

#[tokio::test]
async fn an_answer_that_is_no_report_shows_its_passages_under_itself() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [session, answer, _] = researched(&app, &program, "One at a time[^1].\n\n[^1]: \"quote\"\n").await;
    keep_sources(&app.state, &session, &[("First", TEXT)]).await;
    cites_in(&app.state, &answer, &citations()[..1]).await;
    let page = browser.get(&format!("/chat/{session}")).await;
    assert_eq!(page.attributes(".report sup", "class"), ["cite supported"]);
    let target = page.attributes("[data-cite]", "href").remove(0);
    assert_eq!(
        page.texts(&format!(".notes {target} mark")),
        ["One connection holds the write lock at a time."]
    );
    assert!(page.texts(".carry").is_empty());
}

#[tokio::test]
async fn a_section_is_made_anew_where_it_was_asked_for() {
    let app = spawn_app().await;
    let (browser, program) = member(&app, "ada@example.com").await;
    let [chat, artifact] = reported(&app, &program).await;
    let page = browser.get(&chat).await;
    assert_eq!(values(&page, ".again button"), ["0"]);
    assert!(browser.get(&artifact).await.texts(".again").is_empty());
    let action = page.attributes(".again form", "action").remove(0);
    let form = [("version", "1"), ("section", "0")];
    assert_eq!(browser.post(&action, &form).await.leads_to(), format!("{chat}#latest"));
    assert!(browser.get(&chat).await.texts(".turn.asked").concat().contains("Who holds it"));
    assert_eq!(browser.post(&action, &[("version", "1"), ("section", "9")]).await.status, 404);
    assert_eq!(browser.post(&action, &[("version", "7"), ("section", "0")]).await.status, 404);
}
