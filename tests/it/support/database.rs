//! A database for each test: a file of its own, or one of its own on the server `STOA_TEST_DATABASE` names.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// The URL of a new, empty PostgreSQL database; `None` when the suite runs on SQLite.
pub fn test_database() -> Option<String> {
    test_database_with("")
}

/// The same, made with `options` of `CREATE DATABASE`.
pub fn test_database_with(options: &str) -> Option<String> {
    let server = std::env::var("STOA_TEST_DATABASE").ok()?;
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut conn = PgConnection::establish(&server).unwrap();
    conn.batch_execute(&format!("CREATE DATABASE {name} {options}")).unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    Some(format!("{base}/{name}"))
}
