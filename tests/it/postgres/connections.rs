//! Connections that break.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use futures_util::future::join_all;
use stoa::db::{Db, DbOptions, DbTarget};
use stoa::error::AppError;
use stoa::repositories::settings;

use super::server;

#[tokio::test]
async fn connections_the_server_has_cut_are_replaced() {
    let url = server();
    let db = Db::open(&DbTarget::parse(&url).unwrap(), DbOptions { connections: 4, ..DbOptions::default() })
        .unwrap();
    let read = || db.read(|conn| settings::find_optional(conn, "k"));
    assert!(join_all((0..4).map(|_| read())).await.iter().all(Result::is_ok));
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    PgConnection::establish(&url).unwrap().batch_execute(cut).unwrap();
    for _ in 0..4 {
        let _ = read().await.inspect_err(|error| assert!(matches!(error, AppError::Unavailable(_))));
    }
    assert!(read().await.is_ok());
}
