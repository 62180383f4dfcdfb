//! Parts the server's processor cores from those of its load; knows nothing of what is measured.

use std::process::Command;

/// Two cores for the server and the others for this process, until it is dropped.
pub struct Parted(usize);

impl Parted {
    /// The cores the server is to be started on.
    pub const SERVER: &str = "0,1";

    /// `None` where there are fewer than four cores, or no `taskset`.
    pub fn new() -> Option<Self> {
        let cores = std::thread::available_parallelism().ok()?.get();
        (cores >= 4 && confine_to(&format!("2-{}", cores - 1))).then_some(Self(cores))
    }
}

impl Drop for Parted {
    fn drop(&mut self) {
        confine_to(&format!("0-{}", self.0 - 1));
    }
}

/// Confines all threads of this process.
fn confine_to(cores: &str) -> bool {
    let process = std::process::id().to_string();
    let done = Command::new("taskset").args(["--all-tasks", "--cpu-list", "--pid", cores, &process]).output();
    done.is_ok_and(|output| output.status.success())
}
