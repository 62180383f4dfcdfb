//! The two folders of migrations hold the same, and every migration can be undone.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use r2d2::ManageConnection;
use stoa::db::{Db, DbConn, DbOptions, DbTarget, Manager, Synchronous, migrations};
use tempfile::TempDir;

use stoa::models::new_id;
use stoa::models::user::{Role, User};
use stoa::repositories::library;
use stoa::services::accounts::{self, NewAccount};
use stoa::services::search::{self, Search};
use stoa::services::text::{Email, ShortName};

use crate::support::database::{test_database, test_database_with};

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

fn execute(conn: &mut DbConn, sql: &str) {
    match conn {
        DbConn::Sqlite(inner) => inner.batch_execute(sql).unwrap(),
        DbConn::Postgres(inner) => inner.batch_execute(sql).unwrap(),
    }
}

fn member(conn: &mut DbConn) -> User {
    let account = NewAccount {
        email: Email::parse("ada@example.com").unwrap(),
        name: ShortName::parse("Ada").unwrap(),
        role: Role::Member,
        password_hash: None,
    };
    accounts::create(conn, account).unwrap()
}

/// A message for each text, in a session called "Session"; their ids.
fn messages(conn: &mut DbConn, owner: &User, texts: &[(&str, &str)]) -> Vec<String> {
    let session = new_id();
    let (columns, owner) = ("(id, user_id, name, unnamed, kind, created_at, updated_at)", &owner.id);
    let values = format!("('{session}', '{owner}', 'Session', FALSE, 'chat', 1, 1)");
    execute(conn, &format!("INSERT INTO chat_sessions {columns} VALUES {values}"));
    let mut ids = Vec::new();
    for (text, status) in texts {
        let (id, columns) = (new_id(), "(id, session_id, role, content, status, created_at)");
        let values = format!("('{id}', '{session}', 'user', '{text}', '{status}', {})", 2 + ids.len());
        execute(conn, &format!("INSERT INTO messages {columns} VALUES {values}"));
        ids.push(id);
    }
    ids
}

fn found(conn: &mut DbConn, owner: &User, q: &str) -> Vec<String> {
    let input = Search { q: Some(q.to_owned()), ..Search::default() };
    search::find(conn, owner, &input).unwrap().hits.into_iter().map(|hit| hit.id).collect()
}

/// As it was before there was an index.
fn undo_search(conn: &mut DbConn) {
    let backend = match conn {
        DbConn::Sqlite(_) => "sqlite",
        DbConn::Postgres(_) => "postgres",
    };
    for (number, name) in [("000017", "documents"), ("000010", "search")] {
        let folder = format!("{}/migrations/{backend}", env!("CARGO_MANIFEST_DIR"));
        let path = format!("{folder}/2026-11-23-{number}_{name}/down.sql");
        execute(conn, &std::fs::read_to_string(path).unwrap());
        execute(conn, &format!("DELETE FROM __diesel_schema_migrations WHERE version = '20261123{number}'"));
    }
}

#[test]
fn what_was_there_before_the_index_is_found_by_it_newest_first() {
    let folder = TempDir::new().unwrap();
    let mut conn = connect(&target(&folder));
    migrations::run_pending(&mut conn).unwrap();
    undo_search(&mut conn);
    let ada = member(&mut conn);
    let texts =
        [("old 写锁", "complete"), ("being written", "streaming"), ("", "complete"), ("new", "failed")];
    let said = messages(&mut conn, &ada, &texts);
    let (artifact, task, post, owner) = (new_id(), new_id(), new_id(), &ada.id);
    execute(
        &mut conn,
        &format!(
            "INSERT INTO artifacts (id, user_id, title, kind, version, size, created_at, updated_at)
                 VALUES ('{artifact}', '{owner}', 'report', 'markdown', 2, 1, 1, 10);
             INSERT INTO artifact_versions VALUES ('{artifact}', 1, 'report', 'first', 1, 1),
                 ('{artifact}', 2, 'report', 'second', 1, 1);
             INSERT INTO tasks (id, user_id, title, description, status, created_at, updated_at)
                 VALUES ('{task}', '{owner}', 'milk', 'old', 'todo', 1, 20);
             INSERT INTO posts (id, user_id, slug, title, content, published, created_at, updated_at)
                 VALUES ('{post}', '{owner}', 'a', 'about', 'old things', TRUE, 1, 30);"
        ),
    );
    assert_eq!(migrations::run_pending(&mut conn).unwrap(), 2);
    let library = library::find(&mut conn, &new_id(), &["old".to_owned()], 9).unwrap();
    assert_eq!(library.into_iter().map(|text| text.id).collect::<Vec<_>>(), [post.as_str()]);
    assert_eq!(found(&mut conn, &ada, "old"), [post.as_str(), &task, &said[0]]);
    assert_eq!(found(&mut conn, &ada, "写锁"), [said[0].as_str()]);
    assert_eq!(found(&mut conn, &ada, "new"), [said[3].as_str()]);
    assert_eq!(found(&mut conn, &ada, "report second"), [artifact.as_str()]);
    assert_eq!(found(&mut conn, &ada, "sess").len(), 1);
    for q in ["written", "first"] {
        assert!(found(&mut conn, &ada, q).is_empty(), "{q}");
    }
    // And what comes afterwards, too.
    execute(&mut conn, &format!("UPDATE tasks SET title = 'tea' WHERE id = '{task}'"));
    assert_eq!(found(&mut conn, &ada, "tea old"), [task.as_str()]);
}

#[test]
fn a_database_that_knows_ascii_letters_only_finds_all_of_them() {
    let folder = TempDir::new().unwrap();
    let options = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'";
    let target = match test_database_with(options) {
        Some(url) => DbTarget::parse(&url).unwrap(),
        None => DbTarget::Sqlite(folder.path().join("test.db")),
    };
    let mut conn = connect(&target);
    migrations::run_pending(&mut conn).unwrap();
    let ada = member(&mut conn);
    let text = "ÉCOLE Ärger ЖУК ΟΔΟΣ İSTANBUL 写锁";
    let said = messages(&mut conn, &ada, &[(text, "complete")]);
    for q in ["École", "éCOL", "ärger", "ÄRGER", "жук", "Жу", "οδος", "istanbul", "İst", "写锁", "写"]
    {
        assert_eq!(found(&mut conn, &ada, q), said, "{q}");
    }
}
