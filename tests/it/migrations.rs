//! The two folders of migrations hold the same, and every migration can be undone.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use r2d2::ManageConnection;
use stoa::db::{Db, DbConn, DbOptions, DbTarget, Manager, Synchronous, migrations};
use tempfile::TempDir;

use crate::support::database::test_database;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

fn folders(backend: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend);
    std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn target(folder: &TempDir) -> DbTarget {
    match test_database() {
        Some(url) => DbTarget::parse(&url).unwrap(),
        None => DbTarget::Sqlite(folder.path().join("test.db")),
    }
}

fn connect(target: &DbTarget) -> DbConn {
    Manager::new(target.clone(), Synchronous::Full).connect().unwrap()
}

fn columns(conn: &mut DbConn) -> BTreeSet<String> {
    let rows: Vec<Column> = match conn {
        DbConn::Sqlite(inner) => sql_query(
            "SELECT m.name AS table_name, p.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) p
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'
                 AND m.name NOT LIKE 'search_words%'",
        )
        .load(inner)
        .unwrap(),
        DbConn::Postgres(inner) => sql_query(
            "SELECT table_name::text, column_name::text FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' AND table_name <> 'search_words'",
        )
        .load(inner)
        .unwrap(),
    };
    rows.into_iter().map(|row| format!("{}.{}", row.table_name, row.column_name)).collect()
}

/// What `schema.rs` says there is.
fn schema() -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    let mut table = String::new();
    for line in include_str!("../../src/schema.rs").lines() {
        let line = line.trim();
        match line.split_once(" -> ").filter(|_| !line.starts_with("diesel::")) {
            Some((column, _)) => {
                columns.insert(format!("{table}.{column}"));
            }
            None if line.ends_with(") {") => table = line.split(' ').next().unwrap().to_owned(),
            None => {}
        }
    }
    columns
}

#[test]
fn both_folders_hold_the_same_names_and_both_ways() {
    let (sqlite, postgres) = (folders("sqlite"), folders("postgres"));
    assert_eq!(sqlite, postgres);
    for backend in ["sqlite", "postgres"] {
        for name in &sqlite {
            for file in ["up.sql", "down.sql"] {
                let path = format!("{}/migrations/{backend}/{name}/{file}", env!("CARGO_MANIFEST_DIR"));
                assert!(!std::fs::read_to_string(&path).unwrap().trim().is_empty(), "{path}");
            }
        }
    }
}

#[test]
fn the_database_has_the_tables_and_columns_the_schema_names() {
    let folder = TempDir::new().unwrap();
    let mut conn = connect(&target(&folder));
    assert!(migrations::run_pending(&mut conn).unwrap() > 0);
    assert_eq!(columns(&mut conn), schema());
}

#[test]
fn up_then_down_then_up_leaves_the_same() {
    let folder = TempDir::new().unwrap();
    let mut conn = connect(&target(&folder));
    migrations::run_pending(&mut conn).unwrap();
    let before = columns(&mut conn);
    migrations::revert_all(&mut conn).unwrap();
    assert!(columns(&mut conn).is_empty());
    migrations::run_pending(&mut conn).unwrap();
    assert_eq!(columns(&mut conn), before);
    assert_eq!(migrations::pending(&mut conn).unwrap(), 0);
}

#[test]
fn a_database_newer_than_the_binary_is_refused() {
    let folder = TempDir::new().unwrap();
    let target = target(&folder);
    let mut conn = connect(&target);
    migrations::run_pending(&mut conn).unwrap();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')";
    match &mut conn {
        DbConn::Sqlite(inner) => sql_query(newer).execute(inner).unwrap(),
        DbConn::Postgres(inner) => sql_query(newer).execute(inner).unwrap(),
    };
    let refusal = Db::open(&target, DbOptions::default()).err().unwrap().to_string();
    assert!(refusal.contains("newer than this binary") && refusal.contains("29991231000000"), "{refusal}");
}

#[test]
fn processes_that_start_together_bring_a_new_file_up_to_date_once() {
    for _ in 0..5 {
        let folder = TempDir::new().unwrap();
        let target = DbTarget::Sqlite(folder.path().join("stoa.db"));
        let start = || Db::open(&target, DbOptions::default()).map(|_| ());
        std::thread::scope(|scope| {
            let started: Vec<_> = (0..6).map(|_| scope.spawn(start)).collect();
            for one in started {
                one.join().unwrap().unwrap();
            }
        });
    }
}
