//! `stoa read`: reads one page or file for a server (`reading::apart`); not for people, and without any configuration.

use std::process::ExitCode;

use crate::reading::apart;

/// From stdin to stdout.
pub fn run() -> ExitCode {
    match apart::serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
