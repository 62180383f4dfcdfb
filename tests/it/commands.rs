//! The command line, run as a process.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::database::test_database;
use crate::support::scripted::{Said, Scripted};

struct Shell {
    folder: TempDir,
    database: Option<String>,
}

impl Shell {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), database: test_database() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_remove("DATABASE_URL").env_remove("OPENAI_BASE_URL").env("STOA_LISTEN", "127.0.0.1:0");
        if let Some(url) = &self.database {
            command.env("DATABASE_URL", url);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        use std::io::Write;
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_member_and_a_token_are_made_and_the_token_stands_alone_on_stdout() {
    let shell = Shell::new();
    let add = ["user", "add", "--email", "Ada@Example.com", "--name", "阿达", "--admin", "--password-stdin"];
    assert!(shell.run_with_input(&add, "correct horse\n").status.success());
    let token = shell.run(&["token", "create", "--email", "ada@example.com", "--name", "laptop"]);
    assert!(token.status.success(), "{}", err(&token));
    assert!(out(&token).starts_with("stoa_") && out(&token).lines().count() == 1);
    let again = shell.run(&["user", "add", "--email", "ada@example.com", "--name", "Ada"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("already") && out(&again).is_empty());
}

#[test]
fn what_cannot_be_done_says_what_to_do() {
    let shell = Shell::new();
    for (arguments, word) in [
        (vec!["token", "create", "--email", "nobody@example.com", "--name", "x"], "stoa user add"),
        (vec!["user", "add", "--email", "no-address", "--name", "x"], "not an e-mail address"),
        (vec!["user", "add", "--email", "a@b", "--name", " "], "1 to 100"),
    ] {
        let output = shell.run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(err(&output).contains(word), "{}", err(&output));
    }
    let short =
        shell.run_with_input(&["user", "add", "--email", "a@b", "--name", "x", "--password-stdin"], "short");
    assert!(err(&short).contains("at least 8"), "{}", err(&short));
}

#[test]
fn misuse_is_exit_code_two() {
    let shell = Shell::new();
    for arguments in [vec!["nope"], vec!["user", "add"], vec!["serve", "--colour"], vec!["token"]] {
        assert_eq!(shell.run(&arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(shell.run(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_wrong_configuration_is_named() {
    let shell = Shell::new();
    std::fs::write(shell.folder.path().join("stoa.toml"), "lisen = '127.0.0.1:0'\n").unwrap();
    let output = shell.run(&["migrate"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("stoa.toml") && err(&output).contains("lisen"), "{}", err(&output));
    let missing = shell.command(&["migrate"]).env("STOA_CONFIG", "/no/such.toml").output().unwrap();
    assert!(err(&missing).contains("/no/such.toml"));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let shell = Shell::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = shell.run(&["serve", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains(&address), "{}", err(&output));
}

#[test]
fn the_doctor_is_content_with_a_fresh_place_and_not_with_a_dead_provider() {
    let shell = Shell::new();
    let well = shell.run(&["doctor"]);
    assert!(well.status.success(), "{}", out(&well));
    assert!(out(&well).lines().all(|line| line.starts_with("ok ")), "{}", out(&well));
    let (_socket, address) = crate::support::upstream::refusing();
    let url = format!("http://{address}/v1");
    let ill = shell.command(&["doctor"]).env("OPENAI_BASE_URL", url).output().unwrap();
    assert_eq!(ill.status.code(), Some(1));
    assert!(out(&ill).contains("FAIL  provider openai"), "{}", out(&ill));
}

/// What the doctor says of a SearXNG that gives this answer.
async fn doctor_on_searxng(answer: Said) -> (Option<i32>, String) {
    let (server, shell) = (Scripted::start([answer]), Shell::new());
    let settings = format!("[[research.sources]]\nkind = 'searxng'\nname = 'own'\nurl = '{}'\n", server.url);
    std::fs::write(shell.folder.path().join("stoa.toml"), settings).unwrap();
    let run = tokio::task::spawn_blocking(move || shell.run(&["doctor"]));
    let output = run.await.unwrap();
    (output.status.code(), out(&output))
}

#[tokio::test]
async fn the_doctor_asks_each_source_and_says_what_to_do_about_one_that_fails() {
    let (code, said) = doctor_on_searxng(Said::json(200, r#"{"results":[]}"#)).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("it searches library, own; not set up under [[research.sources]]: tavily"),
        "{said}"
    );
    assert!(said.contains("ok    research source own: it answers"), "{said}");
    for (answer, advice) in [
        (Said::json(403, "Forbidden"), "add `json` to `search.formats`"),
        (Said::json(200, "<html>"), "another service may answer there"),
        (Said::json(432, "{}"), "Buy more"),
        (Said::json(429, "").with("retry-after", "3600"), "Wait a while"),
    ] {
        let (code, said) = doctor_on_searxng(answer).await;
        assert_eq!(code, Some(1), "{said}");
        let line = said.lines().find(|line| line.starts_with("FAIL  research source own")).unwrap();
        assert!(line.contains(advice), "{line}");
    }
}

#[test]
fn the_description_of_the_api_is_printed() {
    let shell = Shell::new();
    let description: serde_json::Value = serde_json::from_str(&out(&shell.run(&["openapi"]))).unwrap();
    assert!(description["paths"]["/api/hello"].is_object());
    assert!(!Path::new(shell.folder.path()).join("data/stoa.db").exists());
}

#[test]
fn migrating_twice_is_the_same_as_once() {
    let shell = Shell::new();
    assert!(shell.run(&["migrate"]).status.success());
    assert!(shell.run(&["migrate"]).status.success());
}
