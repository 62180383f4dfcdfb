//! A process that dies loses nothing that was said.

use std::net::SocketAddr;
use std::process::Stdio;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use r2d2::ManageConnection;
use reqwest::Method;
use serde_json::json;
use stoa::db::{DbConn, DbTarget, Manager, Synchronous};
use stoa::schema::run_events;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::caller::{Caller, send};
use crate::support::database::test_database;
use crate::support::frames::kinds;
use crate::support::upstream::{Script, Signal, Upstream};

/// A data directory, a database and a model server that outlive processes.
struct Site {
    folder: TempDir,
    database: Option<String>,
    upstream: Upstream,
}

impl Site {
    async fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), database: test_database(), upstream: Upstream::start().await }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
        command.args(arguments).current_dir(self.folder.path()).kill_on_drop(true);
        command.env("STOA_DATA_DIR", self.folder.path()).env("STOA_LISTEN", "127.0.0.1:0");
        command
            .env("OPENAI_BASE_URL", &self.upstream.base_url)
            .env("STOA_MODEL", "small")
            .env_remove("DATABASE_URL");
        if let Some(url) = &self.database {
            command.env("DATABASE_URL", url);
        }
        command
    }

    async fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).stdin(Stdio::null()).output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    async fn start(&self) -> (Child, SocketAddr, Vec<String>) {
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        let address = loop {
            let line = lines.next_line().await.unwrap().expect("a line with the address");
            match line.strip_prefix("Stoa listens on http://") {
                Some(address) => break address.parse().unwrap(),
                None => said.push(line),
            }
        };
        // Kept open, so that later prints do not fail.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        (child, address, said)
    }

    fn connect(&self) -> DbConn {
        let target = match &self.database {
            Some(url) => DbTarget::parse(url).unwrap(),
            None => DbTarget::Sqlite(self.folder.path().join("stoa.db")),
        };
        Manager::new(target, Synchronous::Full).connect().unwrap()
    }

    /// Waits until the event log holds `text`.
    async fn logged(&self, text: &str) {
        let mut conn = self.connect();
        let written = run_events::data.like(format!("%{text}%"));
        let holds = |conn: &mut DbConn| -> i64 {
            run_events::table.filter(written.clone()).count().get_result(conn).unwrap()
        };
        while holds(&mut conn) == 0 {
            tokio::task::yield_now().await;
        }
    }

    async fn token(&self) -> String {
        self.run(&["user", "add", "--email", "ada@example.com", "--name", "Ada"]).await;
        self.run(&["token", "create", "--email", "ada@example.com", "--name", "test"]).await
    }
}

fn caller(address: SocketAddr, token: &str) -> Caller {
    Caller::new(address, None).with_token(token)
}

#[tokio::test]
async fn an_answer_killed_halfway_keeps_its_text_and_the_session_goes_on() {
    let site = Site::new().await;
    let halfway = Script::stream().text("Everything that ").text("was written").hang();
    site.upstream.play([halfway, Script::answer(&["Here again."])]);
    let token = site.token().await;
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
    let pid = process.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    go_on.fire();
    let rest = reader.rest().await;
    assert_eq!(rest.last().unwrap().data, json!({ "status": "succeeded" }));
    assert!(process.wait().await.unwrap().success());
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
