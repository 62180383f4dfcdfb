//! How many things are read at once, and for how long.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use stoa::reading::{Limits, ReadError, Reader, Text};
use tempfile::TempDir;
use tokio::time::timeout;

use super::reader;

/// A program that does this instead of reading.
fn program(folder: &TempDir, does: &str) -> PathBuf {
    let path = folder.path().join("reads");
    std::fs::write(&path, format!("#!/bin/sh\n{does}\n")).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
    path
}

/// What comes of a reading by a program that does this.
async fn outcome(does: &str, limits: Limits) -> Result<Text, ReadError> {
    let folder = TempDir::new().unwrap();
    Reader::new(program(&folder, does), limits).read("text/plain", b"x").await
}

const SHORT: Limits =
    Limits { patience: Duration::from_millis(300), at_once: 1, wait: Duration::from_millis(300) };

#[tokio::test]
async fn what_is_read_apart_is_what_is_read_here() {
    let body = "<html><head><title>罗马法</title></head><body><p>正文 &amp; more</p></body></html>";
    let apart = reader(Limits::default()).read("text/html", body.as_bytes()).await;
    assert_eq!(apart, stoa::reading::read("text/html", body.as_bytes()));
    assert_eq!(apart.unwrap().title.as_deref(), Some("罗马法"));
    let refused = reader(Limits::default()).read("image/\"png\n", b"x").await;
    assert_eq!(refused, Err(ReadError::Unsupported("image/\"png".into())));
}

#[tokio::test]
async fn a_reading_that_takes_too_long_is_ended() {
    let folder = TempDir::new().unwrap();
    let mark = folder.path().join("begun");
    let does = format!("echo $$ > {}\nexec /bin/sleep 600", mark.display());
    let refused = Reader::new(program(&folder, &does), SHORT).read("text/plain", b"x").await;
    assert_eq!(refused, Err(ReadError::TimedOut));
    let process = std::fs::read_to_string(mark).unwrap();
    assert!(!PathBuf::from(format!("/proc/{}", process.trim())).exists(), "and its process is gone");
}

#[tokio::test]
async fn whoever_waits_too_long_for_a_turn_is_told() {
    let folder = TempDir::new().unwrap();
    let limits = Limits { patience: Duration::from_secs(600), ..SHORT };
    let reader = Reader::new(program(&folder, "exec /bin/sleep 600"), limits);
    let mut first = Box::pin(reader.read("text/plain", b"x"));
    assert!(timeout(Duration::from_millis(50), &mut first).await.is_err(), "at work");
    assert_eq!(reader.read("text/plain", b"x").await, Err(ReadError::Busy));
    drop(first);
    let again = timeout(Duration::from_millis(50), reader.read("text/plain", b"x")).await;
    assert!(again.is_err(), "there is room again when somebody stops waiting: {again:?}");
}

#[tokio::test]
async fn a_reader_that_dies_or_talks_nonsense_is_no_text() {
    for does in ["exit 1", "kill -9 $$", "echo nonsense"] {
        assert_eq!(outcome(does, Limits::default()).await, Err(ReadError::TooLarge), "{does}");
    }
    let nobody = Reader::new("/no/such/program".into(), Limits::default()).read("text/plain", b"x").await;
    assert!(matches!(nobody, Err(ReadError::Unavailable(_))), "{nobody:?}");
}

#[tokio::test]
async fn a_reader_knows_nothing_of_our_environment() {
    let folder = TempDir::new().unwrap();
    let list = folder.path().join("environment");
    let does = format!("/usr/bin/env > {}", list.display());
    let _ = Reader::new(program(&folder, &does), Limits::default()).read("text/plain", b"x").await;
    let known = std::fs::read_to_string(list).unwrap();
    assert!(!known.contains("HOME=") && !known.contains("CARGO"), "{known}");
}
