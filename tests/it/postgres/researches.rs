//! Researches at work in several processes: one goes on where another died, and who only slept changes nothing.

use tokio::process::{Child, Command};

use super::server;
use crate::research::killed::Lasting;
use crate::research::steering::{approve, begin, waiting};
use crate::runs::site::Site;
use crate::support::able::{Step, said, sensible};
use crate::support::upstream::{Script, Signal};

async fn signal(process: &Child, name: &str) {
    let pid = process.id().unwrap().to_string();
    assert!(Command::new("kill").args([name, &pid]).status().await.unwrap().success());
}

#[tokio::test]
async fn one_goes_on_with_the_research_of_another_that_died() {
    let lasting = Lasting::on(Site::at(Some(server())).await).await;
    let mut first = lasting.start().await;
    let (session, run) = begin(&first.ada).await;
    waiting(&first.ada, &run).await;
    lasting.falls_silent(Step::Notes);
    approve(&first.ada, &run).await;
    lasting.asked(Step::Notes, 1).await;
    let second = lasting.start().await;
    lasting.model.recovers(Step::Notes);
    first.child.kill().await.unwrap();
    lasting.outcome(&second.ada, &session, &run).await;
    lasting.assert_done_once(Some(Step::Notes));
}

#[tokio::test]
async fn one_that_slept_through_its_lease_adds_nothing_to_what_another_finished() {
    let lasting = Lasting::on(Site::at(Some(server())).await).await;
    let first = lasting.start().await;
    let (session, run) = begin(&first.ada).await;
    waiting(&first.ada, &run).await;
    let go_on = Signal::new();
    let late = go_on.clone();
    lasting.model.plays(Step::Notes, move |task| {
        let answer = sensible(task).to_string();
        Script::stream().wait_for(&late).text(&answer).finish(9)
    });
    approve(&first.ada, &run).await;
    lasting.asked(Step::Notes, 1).await;
    signal(&first.child, "-STOP").await;
    lasting.model.plays(Step::Notes, |task| said(&sensible(task).to_string()));
    let second = lasting.start().await;
    let finished = lasting.outcome(&second.ada, &session, &run).await;
    go_on.fire();
    signal(&first.child, "-CONT").await;
    // Whoever answers this has woken up.
    assert_eq!(first.ada.get("/api/hello").await.status, 200);
    let after = lasting.outcome(&second.ada, &session, &run).await;
    assert_eq!((after.report, after.notes), (finished.report, finished.notes));
    assert_eq!(after.steps, finished.steps);
}
