//! How long a browser stays signed in.

use stoa::db::{Db, Time};
use stoa::models::login_session::NewLoginSession;
use stoa::models::new_id;
use stoa::repositories;
use stoa::services::{login_sessions, secrets};

use crate::support::app::spawn_app;

const DAY: i64 = 24 * 60 * 60;

/// A browser that signed in and was last seen so many days ago; its key.
async fn browser(db: &Db, signed_in: i64, seen: i64) -> String {
    let key = secrets::random();
    let now = Time::now();
    let row = NewLoginSession {
        id: new_id(),
        key_hash: secrets::hash(&key),
        user_id: None,
        state: "{}".into(),
        user_agent: "test".into(),
        address: "::1".into(),
        created_at: now.plus_seconds(-signed_in * DAY),
        last_seen_at: now.plus_seconds(-seen * DAY),
        expires_at: now.plus_seconds((30 - seen) * DAY),
    };
    db.write(move |conn| repositories::login_sessions::insert(conn, &row)).await.unwrap();
    key
}

async fn is_known(db: &Db, key: &str) -> bool {
    let key = key.to_owned();
    db.read(move |conn| login_sessions::load(conn, &key)).await.unwrap().is_some()
}

async fn touch(db: &Db, key: &str) {
    let key = key.to_owned();
    db.write(move |conn| login_sessions::touch(conn, &key)).await.unwrap();
}

#[tokio::test]
async fn a_browser_is_known_for_thirty_days_after_its_last_use() {
    let app = spawn_app().await;
    let db = &app.state.db;
    assert!(is_known(db, &browser(db, 29, 29).await).await);
    assert!(!is_known(db, &browser(db, 31, 31).await).await);
    assert!(!is_known(db, "no such key").await);
}

#[tokio::test]
async fn use_puts_the_end_off_but_never_beyond_ninety_days() {
    let app = spawn_app().await;
    let db = &app.state.db;
    let used = browser(db, 60, 29).await;
    touch(db, &used).await;
    assert!(is_known(db, &used).await);
    let hash = secrets::hash(&used);
    let row =
        db.read(move |conn| repositories::login_sessions::find_by_key(conn, &hash)).await.unwrap().unwrap();
    assert_eq!(row.expires_at.millis(), row.created_at.plus_seconds(90 * DAY).millis());
    assert!(!is_known(db, &browser(db, 91, 1).await).await);
}

#[tokio::test]
async fn browsers_whose_time_is_over_are_swept_away() {
    let app = spawn_app().await;
    let db = &app.state.db;
    let (old, new) = (browser(db, 40, 35).await, browser(db, 1, 1).await);
    db.write(login_sessions::delete_expired).await.unwrap();
    let hash = secrets::hash(&old);
    let row = db.read(move |conn| repositories::login_sessions::find_by_key(conn, &hash)).await.unwrap();
    assert!(row.is_none() && is_known(db, &new).await);
}

#[tokio::test]
async fn neither_keys_nor_tokens_are_stored() {
    let app = spawn_app().await;
    let key = app.state.db.write(|conn| login_sessions::save(conn, &Default::default())).await.unwrap();
    let hash = secrets::hash(&key);
    let row = app.state.db.read(move |conn| repositories::login_sessions::find_by_key(conn, &hash));
    let row = row.await.unwrap().unwrap();
    assert!(!format!("{row:?}").contains(&key));
    assert_eq!((key.len(), row.key_hash.len()), (43, 64));
}
