//! What outlives processes: a data directory, a database and a model server; starts real processes on them.

use std::net::SocketAddr;
use std::process::Stdio;

use diesel::prelude::*;
use r2d2::ManageConnection;
use stoa::db::{DbConn, DbTarget, Manager, Synchronous};
use stoa::schema::run_events;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::caller::Caller;
use crate::support::database::test_database;
use crate::support::upstream::Upstream;

/// A data directory, a database and a model server that outlive processes.
pub struct Site {
    pub folder: TempDir,
    pub database: Option<String>,
    pub upstream: Upstream,
}

impl Site {
    pub async fn new() -> Self {
        Self::at(test_database()).await
    }

    /// On that database; a file in the data directory when `None`.
    pub async fn at(database: Option<String>) -> Self {
        Self { folder: TempDir::new().unwrap(), database, upstream: Upstream::start().await }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
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

    pub async fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).stdin(Stdio::null()).output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub async fn start(&self) -> (Child, SocketAddr, Vec<String>) {
        let log = self.folder.path().join("log");
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
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

    pub fn connect(&self) -> DbConn {
        let target = match &self.database {
            Some(url) => DbTarget::parse(url).unwrap(),
            None => DbTarget::Sqlite(self.folder.path().join("stoa.db")),
        };
        Manager::new(target, Synchronous::Full).connect().unwrap()
    }

    /// What every process started from now on is told in its configuration.
    pub fn configure(&self, toml: &str) {
        std::fs::write(self.folder.path().join("stoa.toml"), toml).unwrap();
    }

    /// Waits until the event log holds `text`.
    pub async fn logged(&self, text: &str) {
        let mut conn = self.connect();
        let written = run_events::data.like(format!("%{text}%"));
        let holds = |conn: &mut DbConn| -> i64 {
            run_events::table.filter(written.clone()).count().get_result(conn).unwrap()
        };
        while holds(&mut conn) == 0 {
            tokio::task::yield_now().await;
        }
    }

    pub async fn token(&self) -> String {
        self.run(&["user", "add", "--email", "ada@example.com", "--name", "Ada"]).await;
        self.run(&["token", "create", "--email", "ada@example.com", "--name", "test"]).await
    }
}

/// Who has that token.
pub fn caller(address: SocketAddr, token: &str) -> Caller {
    Caller::new(address, None).with_token(token)
}
