//! Researches whose process dies: what was done is not done again, and nothing is lost or doubled.

use std::net::SocketAddr;

use serde_json::json;
use stoa::models::report::ReportMode;
use stoa::repositories::checkpoints;
use tokio::process::{Child, Command};

use super::outcome::Outcome;
use super::steering::{approve, begin, small_web, started, succeeded, waiting};
use crate::runs::site::{Site, caller};
use crate::support::able::{Able, Step};
use crate::support::caller::Caller;
use crate::support::pages::LocalWeb;
use crate::support::scripted::Said;
use crate::support::upstream::Script;

/// How often a model is asked to make each step of the usual research.
const USUAL: [(Step, usize); 9] = [
    (Step::Clarify, 1),
    (Step::Plan, 1),
    (Step::Query, 2),
    (Step::Choose, 2),
    (Step::Notes, 2),
    (Step::Decide, 2),
    (Step::Write, 2),
    (Step::Judge, 2),
    (Step::Open, 1),
];

/// What outlives processes, and what they ask.
pub struct Lasting {
    pub site: Site,
    pub web: LocalWeb,
    pub model: Able,
    token: String,
}

/// A process and who calls it.
pub struct Process {
    pub child: Child,
    pub ada: Caller,
}

impl Lasting {
    pub async fn new() -> Self {
        Self::on(Site::new().await).await
    }

    /// Researches there go one question after the other, so that all that is done can be counted.
    pub async fn on(site: Site) -> Self {
        let web = small_web().await;
        let (model, token) = (Able::at(&site.upstream), site.token().await);
        let lasting = Self { site, web, model, token };
        lasting.configure("", "parallel = 1");
        lasting
    }

    /// What every process started from now on is told of its runs and its researches.
    pub fn configure(&self, runs: &str, research: &str) {
        let toml = self.web.toml().replace("[research]", &format!("[research]\n{research}"));
        let ours = format!("shutdown_grace_seconds = 1\n[runs]\nlease_seconds = 3\n{runs}\n{toml}\n");
        self.site.configure(&ours);
    }

    pub async fn start(&self) -> Process {
        let (child, address, _): (Child, SocketAddr, _) = self.site.start().await;
        Process { child, ada: caller(address, &self.token) }
    }

    /// What came of a research that is over, checked.
    pub async fn outcome(&self, ada: &Caller, session: &str, run: &str) -> Outcome {
        succeeded(ada, run).await;
        let outcome = Outcome::load(&mut self.site.connect(), session).unwrap();
        outcome.check();
        outcome
    }

    /// Lets the model fall silent in that step, for as long as it does not recover.
    pub fn falls_silent(&self, step: Step) {
        self.model.plays(step, |_| Script::stream().text("{").hang());
    }

    /// Waits until the model has been asked to make that step.
    pub async fn asked(&self, step: Step, times: usize) {
        let mut requests = 0;
        while self.model.count(step) < times {
            requests = self.site.upstream.received(requests + 1).await.len();
        }
    }

    /// Checks that everything was asked, searched and fetched as often as ever, and `more` once more.
    pub fn assert_done_once(&self, more: Option<Step>) {
        for (step, times) in USUAL {
            assert_eq!(self.model.count(step), times + usize::from(more == Some(step)), "{step:?}");
        }
    }

    fn assert_fetched(&self, searches: usize, en: usize) {
        assert_eq!(self.web.searches().len(), searches, "{:?}", self.web.searches());
        // Once for itself, and once at the end of another way.
        assert_eq!((self.web.fetched("/en"), self.web.fetched("/moved")), (en, 1));
    }
}

async fn signal(process: &Child, name: &str) {
    let pid = process.id().unwrap().to_string();
    assert!(Command::new("kill").args([name, &pid]).status().await.unwrap().success());
}

/// Kills a research while its model makes that step; it ends as if nothing had been.
async fn killed_in(step: Step) {
    let lasting = Lasting::new().await;
    let mut process = lasting.start().await;
    let (session, run) = begin(&process.ada).await;
    waiting(&process.ada, &run).await;
    lasting.falls_silent(step);
    approve(&process.ada, &run).await;
    lasting.asked(step, 1).await;
    process.child.kill().await.unwrap();
    lasting.model.recovers(step);
    let process = lasting.start().await;
    let outcome = lasting.outcome(&process.ada, &session, &run).await;
    assert_eq!(outcome.report.mode, ReportMode::Model);
    lasting.assert_done_once(Some(step));
    lasting.assert_fetched(2, 2);
}

#[tokio::test]
async fn killed_while_it_writes_a_query_it_repeats_that_alone() {
    killed_in(Step::Query).await;
}

#[tokio::test]
async fn killed_while_it_chooses_it_repeats_that_alone() {
    killed_in(Step::Choose).await;
}

#[tokio::test]
async fn killed_while_it_takes_notes_it_repeats_that_alone() {
    killed_in(Step::Notes).await;
}

#[tokio::test]
async fn killed_while_it_decides_it_repeats_that_alone() {
    killed_in(Step::Decide).await;
}

#[tokio::test]
async fn killed_while_it_writes_it_repeats_that_alone() {
    killed_in(Step::Write).await;
}

#[tokio::test]
async fn killed_while_it_verifies_it_repeats_that_alone() {
    killed_in(Step::Judge).await;
}

#[tokio::test]
async fn killed_while_it_looks_for_open_questions_it_repeats_that_alone() {
    killed_in(Step::Open).await;
}

/// Kills a research while it waits for what `path` brings.
async fn killed_at(path: &str, searches: usize, en: usize) {
    let lasting = Lasting::new().await;
    lasting.web.hold(path);
    let mut process = lasting.start().await;
    let (session, run) = begin(&process.ada).await;
    waiting(&process.ada, &run).await;
    approve(&process.ada, &run).await;
    lasting.web.asked_for(path, 1).await;
    process.child.kill().await.unwrap();
    lasting.web.release();
    let process = lasting.start().await;
    lasting.outcome(&process.ada, &session, &run).await;
    lasting.assert_done_once(None);
    lasting.assert_fetched(searches, en);
}

#[tokio::test]
async fn killed_while_it_searches_it_repeats_that_search_alone() {
    killed_at("/search", 3, 2).await;
}

#[tokio::test]
async fn killed_while_it_fetches_it_repeats_that_page_alone() {
    killed_at("/en", 2, 3).await;
}

#[tokio::test]
async fn killed_when_the_report_is_kept_it_makes_no_other() {
    let lasting = Lasting::new().await;
    let mut process = lasting.start().await;
    let (session, run) = begin(&process.ada).await;
    waiting(&process.ada, &run).await;
    approve(&process.ada, &run).await;
    let mut conn = lasting.site.connect();
    while checkpoints::find_optional(&mut conn, &run, "report").unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    process.child.kill().await.unwrap();
    let process = lasting.start().await;
    let outcome = lasting.outcome(&process.ada, &session, &run).await;
    assert_eq!(outcome.report.version, 1);
    assert_eq!(process.ada.get("/api/artifacts").await.json()["artifacts"].as_array().unwrap().len(), 1);
    lasting.assert_done_once(None);
}

#[tokio::test]
async fn killed_again_and_again_it_ends_all_the_same() {
    let lasting = Lasting::new().await;
    let mut process = lasting.start().await;
    let (session, run) = begin(&process.ada).await;
    waiting(&process.ada, &run).await;
    lasting.falls_silent(Step::Query);
    approve(&process.ada, &run).await;
    for (step, next) in [(Step::Query, Step::Notes), (Step::Notes, Step::Write), (Step::Write, Step::Open)] {
        lasting.asked(step, 1).await;
        process.child.kill().await.unwrap();
        lasting.falls_silent(next);
        lasting.model.recovers(step);
        process = lasting.start().await;
    }
    lasting.asked(Step::Open, 1).await;
    lasting.model.recovers(Step::Open);
    process.child.kill().await.unwrap();
    let process = lasting.start().await;
    lasting.outcome(&process.ada, &session, &run).await;
    lasting.assert_fetched(2, 2);
}

#[tokio::test]
async fn a_plan_waits_across_restarts() {
    let lasting = Lasting::new().await;
    let mut process = lasting.start().await;
    let (session, run) = begin(&process.ada).await;
    let plan = waiting(&process.ada, &run).await;
    for _ in 0..2 {
        process.child.kill().await.unwrap();
        process = lasting.start().await;
        assert_eq!(waiting(&process.ada, &run).await, plan);
    }
    approve(&process.ada, &run).await;
    lasting.outcome(&process.ada, &session, &run).await;
    lasting.assert_done_once(None);
    lasting.assert_fetched(2, 2);
}

#[tokio::test]
async fn told_to_end_it_leaves_the_research_to_the_next_process() {
    let lasting = Lasting::new().await;
    let mut process = lasting.start().await;
    let (session, run) = begin(&process.ada).await;
    waiting(&process.ada, &run).await;
    lasting.falls_silent(Step::Notes);
    approve(&process.ada, &run).await;
    lasting.asked(Step::Notes, 1).await;
    signal(&process.child, "-TERM").await;
    assert!(process.child.wait().await.unwrap().success());
    lasting.model.recovers(Step::Notes);
    let process = lasting.start().await;
    lasting.outcome(&process.ada, &session, &run).await;
    lasting.assert_done_once(Some(Step::Notes));
    lasting.assert_fetched(2, 2);
}

#[tokio::test]
async fn stopped_by_its_member_and_continued_it_goes_on_where_it_was() {
    let lasting = Lasting::new().await;
    let process = lasting.start().await;
    let ada = &process.ada;
    let (session, run) = begin(ada).await;
    waiting(ada, &run).await;
    lasting.falls_silent(Step::Write);
    approve(ada, &run).await;
    lasting.asked(Step::Write, 1).await;
    ada.post(&format!("/api/runs/{run}/cancel"), json!({})).await;
    let end = ada.follow(&run, "").await.rest().await;
    assert_eq!(end.last().unwrap().data, json!({ "status": "cancelled" }));

    lasting.model.recovers(Step::Write);
    let answer = ada.messages(&session).await[1]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/chat/sessions/{session}/messages/{answer}/continue");
    let again = ada.post(&path, json!({})).await;
    assert_eq!(again.status, 202, "{}", again.text);
    let run = again.json()["run"]["id"].as_str().unwrap().to_owned();
    let outcome = lasting.outcome(ada, &session, &run).await;
    assert_eq!(outcome.report.run_id, run);
    lasting.assert_done_once(Some(Step::Write));
    lasting.assert_fetched(2, 2);
}

#[tokio::test]
async fn killed_while_it_reads_for_a_later_question_it_still_notes_what_it_read() {
    let lasting = Lasting::new().await;
    lasting.web.finds("wife", &["/wife"]);
    let wife = "<p>Theodora was the wife of the emperor Justinian in Constantinople.</p>";
    lasting.web.put("/wife", Said::html(wife));
    let mut process = lasting.start().await;
    let (session, run) = begin(&process.ada).await;
    waiting(&process.ada, &run).await;
    approve(&process.ada, &run).await;
    lasting.outcome(&process.ada, &session, &run).await;
    lasting.falls_silent(Step::Notes);
    let run = started(&process.ada, &session, "Whose wife was Theodora, the emperor's?").await;
    lasting.web.asked_for("/wife", 1).await;
    lasting.asked(Step::Notes, 3).await;
    process.child.kill().await.unwrap();
    lasting.model.recovers(Step::Notes);
    let process = lasting.start().await;
    succeeded(&process.ada, &run).await;
    let answer = process.ada.messages(&session).await.pop().unwrap();
    assert!(answer["content"].as_str().unwrap().contains("Theodora was the wife"), "{answer}");
    assert_eq!(lasting.web.fetched("/wife"), 1);
}
