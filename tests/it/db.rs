//! The two doors to the database: what one job does wrong harms no other.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use stoa::db::{Db, DbOptions, DbTarget};
use stoa::error::AppError;
use stoa::repositories::settings;
use tempfile::TempDir;

use crate::support::database::test_database;

fn open(folder: &TempDir) -> Db {
    match test_database() {
        Some(url) => open_at(&DbTarget::parse(&url).unwrap()),
        None => open_at(&sqlite(folder)),
    }
}

fn sqlite(folder: &TempDir) -> DbTarget {
    DbTarget::parse(folder.path().join("new/folder/test.db").to_str().unwrap()).unwrap()
}

fn open_at(target: &DbTarget) -> Db {
    Db::open(target, DbOptions { connections: 4, ..DbOptions::default() }).unwrap()
}

async fn value(db: &Db, key: &'static str) -> Option<String> {
    db.read(move |conn| settings::find_optional(conn, key)).await.unwrap()
}

#[tokio::test]
async fn a_write_is_there_when_it_returns() {
    let folder = TempDir::new().unwrap();
    let db = open(&folder);
    for n in 0..20 {
        db.write(move |conn| settings::put(conn, "n", &n.to_string())).await.unwrap();
        assert_eq!(value(&db, "n").await, Some(n.to_string()));
    }
}

#[tokio::test]
async fn a_job_that_fails_is_undone_alone() {
    let folder = TempDir::new().unwrap();
    let db = open(&folder);
    let writes = (0..50).map(|n| {
        db.write(move |conn| {
            settings::put(conn, &format!("k{n}"), "x")?;
            if n % 2 == 0 { Ok(()) } else { Err(AppError::Conflict("no")) }
        })
    });
    let outcomes = join_all(writes).await;
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_ok(), n % 2 == 0);
        let key = format!("k{n}");
        let found = db.read(move |conn| settings::find_optional(conn, &key)).await.unwrap();
        assert_eq!(found.is_some(), n % 2 == 0, "k{n}");
    }
}

#[tokio::test]
async fn a_job_that_panics_is_an_error_and_the_next_one_works() {
    let folder = TempDir::new().unwrap();
    let db = open(&folder);
    let panics = db.write(|conn| {
        settings::put(conn, "half", "x")?;
        if conn_is_usable() {
            panic!("on purpose")
        }
        Ok(())
    });
    assert!(matches!(panics.await, Err(AppError::Internal(_))));
    assert_eq!(value(&db, "half").await, None);
    db.write(|conn| settings::put(conn, "whole", "y")).await.unwrap();
    assert_eq!(value(&db, "whole").await.as_deref(), Some("y"));
    let reads = db.read(|_| -> Result<(), AppError> { panic!("on purpose") });
    assert!(matches!(reads.await, Err(AppError::Internal(_))));
    assert_eq!(value(&db, "whole").await.as_deref(), Some("y"));
}

/// Keeps the compiler from knowing that the job always panics.
fn conn_is_usable() -> bool {
    std::hint::black_box(true)
}

#[tokio::test]
async fn many_writers_at_once_are_all_served() {
    let folder = TempDir::new().unwrap();
    let db = open(&folder);
    let writes = (0..2000).map(|n| {
        let key = format!("k{n}");
        db.write(move |conn| settings::put(conn, &key, "x"))
    });
    assert!(join_all(writes).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn of_two_that_take_one_value_exactly_one_gets_it() {
    let folder = TempDir::new().unwrap();
    let db = open(&folder);
    db.write(|conn| settings::put(conn, "code", "x")).await.unwrap();
    let takes = (0..8).map(|_| db.write(|conn| settings::take(conn, "code", "x")));
    let taken = join_all(takes).await.into_iter().filter(|taken| matches!(taken, Ok(true))).count();
    assert_eq!(taken, 1);
}

#[test]
fn the_scheme_alone_chooses_the_database() {
    let sqlite = |url: &str| matches!(DbTarget::parse(url), Ok(DbTarget::Sqlite(_)));
    let postgres = |url: &str| matches!(DbTarget::parse(url), Ok(DbTarget::Postgres(_)));
    assert!(sqlite("data/stoa.db") && sqlite("sqlite://data/stoa.db") && sqlite("/var/lib/stoa.db"));
    assert!(postgres("postgres://u:p@h/d") && postgres("postgresql://h/d"));
    for other in ["", "mysql://h/d", "sqlite://", ":memory:", "file:x.db", "http://x"] {
        assert!(DbTarget::parse(other).is_err(), "{other}");
    }
    assert!(!format!("{:?}", DbTarget::parse("postgres://u:secret@h/d")).contains("secret"));
}

#[tokio::test]
async fn when_sqlite_undoes_a_group_by_itself_nobody_is_told_the_wrong_thing() {
    let folder = TempDir::new().unwrap();
    let db = open_at(&sqlite(&folder));
    let writes = (0..30).map(|n| {
        db.write(move |conn| {
            if n == 0 {
                // The others are queued behind this one meanwhile, and so share its commit.
                std::thread::sleep(Duration::from_millis(200));
            }
            let or = if n == 10 { "OR ROLLBACK" } else { "" };
            // As a full disk does, the conflict undoes the whole transaction.
            let key = if n == 10 { "k0".to_owned() } else { format!("k{n}") };
            conn.batch_execute(&format!("INSERT {or} INTO settings VALUES ('{key}', 'x', 0)"))?;
            Ok(())
        })
    });
    let outcomes = join_all(writes).await;
    assert!(outcomes[10].is_err());
    for (n, outcome) in outcomes.iter().enumerate().filter(|(n, _)| *n != 10) {
        let key = format!("k{n}");
        let found = db.read(move |conn| settings::find_optional(conn, &key)).await.unwrap();
        assert_eq!(found.is_some(), outcome.is_ok(), "k{n}: {outcome:?}");
    }
    db.write(|conn| settings::put(conn, "after", "x")).await.unwrap();
    assert_eq!(value(&db, "after").await.as_deref(), Some("x"));
}

#[tokio::test]
async fn changes_that_are_watched_are_counted_when_their_writer_returns() {
    let folder = TempDir::new().unwrap();
    let watched: &[&[&str]] =
        &[&["UPDATE OF value ON settings", "DELETE ON settings"], &["INSERT ON settings"]];
    let db = Db::open(&sqlite(&folder), DbOptions { watched, ..DbOptions::default() }).unwrap();
    assert_eq!(db.changes(0), Some(0));
    db.write(|conn| settings::put(conn, "k", "a")).await.unwrap();
    assert_eq!(db.changes(0), Some(0), "a new row makes nothing untrue that was read before");
    db.write(|conn| settings::put(conn, "k", "b")).await.unwrap();
    assert_eq!(db.changes(0), Some(1));
    assert!(db.write(|conn| settings::take(conn, "k", "b")).await.unwrap());
    assert_eq!((db.changes(0), db.changes(1), db.changes(2)), (Some(2), Some(1), None));
}

#[tokio::test]
async fn where_other_processes_may_write_nothing_is_said_of_changes() {
    let folder = TempDir::new().unwrap();
    if test_database().is_some() {
        assert_eq!(open(&folder).changes(0), None);
    }
}
