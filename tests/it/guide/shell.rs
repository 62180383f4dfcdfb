//! Runs a chapter's examples as a reader would: one after the other, in one place, with bash, Node and Python.
//!
//! What a `sh` block sets, the blocks after it find in their environment; functions stay, too.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use super::blocks::Block;

/// What an example may take; reached only by one that hangs.
const PATIENCE: Duration = Duration::from_secs(30);
/// The program itself, which examples run, too.
const STOA: &str = env!("CARGO_BIN_EXE_stoa");
/// What the blocks are run by; scripts/install-test-tools brings what is missing.
const PROGRAMS: [&str; 4] = ["bash", "curl", "node", "python3"];

/// Where a chapter's examples are run.
pub struct Shell {
    folder: TempDir,
    /// What a reader has set by then: `STOA`, `TOKEN`, …
    given: Vec<(String, String)>,
}

impl Shell {
    /// A place of its own, with all that the examples need.
    pub fn new(given: &[(&str, &str)]) -> Self {
        for program in PROGRAMS {
            let found = std::env::split_paths(&std::env::var_os("PATH").unwrap())
                .any(|folder| folder.join(program).is_file());
            assert!(
                found,
                "{program} is missing, and the guide's examples need it: scripts/install-test-tools"
            );
        }
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { folder: TempDir::new().unwrap(), given }
    }

    /// Runs a block in its language.
    pub async fn run(&self, block: &Block) -> Output {
        let script = match block.language.as_str() {
            "sh" => format!("{}\n{{ export -p; declare -f; }} >\"$STATE\"", block.code),
            "js" => format!("exec node '{}'", self.write("example.mjs", &block.code)),
            "python" => format!("exec python3 '{}'", self.write("example.py", &block.code)),
            other => panic!("{other} cannot be run"),
        };
        // Everything a block sets is exported, so that the next one, in whatever language, finds it.
        let script =
            format!("set -euo pipefail\nif [ -f \"$STATE\" ]; then . \"$STATE\"; fi\nset -a\n{script}\n");
        let mut command = Command::new("bash");
        command.arg("-c").arg(script).current_dir(self.folder.path()).stdin(Stdio::null()).kill_on_drop(true);
        command.env("PATH", with_stoa());
        command.env("STATE", self.folder.path().join("state")).env("NO_PROXY", "127.0.0.1");
        for (name, value) in &self.given {
            command.env(name, value);
        }
        timeout(PATIENCE, command.output()).await.expect("an example that ends").unwrap()
    }

    fn write(&self, name: &str, code: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::write(&path, code).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// Where programs are found, this one first.
fn with_stoa() -> OsString {
    let path = std::env::var_os("PATH").unwrap();
    let folders =
        Path::new(STOA).parent().map(Path::to_path_buf).into_iter().chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}
