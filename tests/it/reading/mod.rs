//! Pages and files as clean text, whatever they are made of.

mod bounds;
mod hostile;
mod kinds;

use std::time::Duration;

use stoa::reading::{Limits, Reader};

/// Stoa as a reader.
fn reader(limits: Limits) -> Reader {
    Reader::new(env!("CARGO_BIN_EXE_stoa").into(), limits)
}

/// Gives up soon.
fn hasty() -> Limits {
    Limits { patience: Duration::from_secs(2), ..Limits::default() }
}
