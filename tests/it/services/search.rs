//! What the index knows, as rows come, change and go; the rows are written without their services.

use diesel::connection::SimpleConnection;
use stoa::db::DbConn;
use stoa::models::new_id;
use stoa::models::user::User;
use stoa::services::search::{self, Found, Search};

use crate::support::app::{TestApp, spawn_app};

async fn run(app: &TestApp, sql: String) {
    let job = move |conn: &mut DbConn| match conn {
        DbConn::Postgres(inner) => Ok(inner.batch_execute(&sql)?),
        DbConn::Sqlite(inner) => Ok(inner.batch_execute(&sql)?),
    };
    app.state.db.write(job).await.unwrap();
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Somebody with a session to write in; its id.
async fn somebody(app: &TestApp) -> (User, String) {
    let user = app.member().await.user().clone();
    let session = session(app, &user, "unnamed as yet", true).await;
    (user, session)
}

async fn session(app: &TestApp, user: &User, name: &str, unnamed: bool) -> String {
    let id = new_id();
    let values = format!("'{id}', '{}', {}, {unnamed}, 'chat', 1, 1", user.id, quoted(name));
    let columns = "id, user_id, name, unnamed, kind, created_at, updated_at";
    run(app, format!("INSERT INTO chat_sessions ({columns}) VALUES ({values})")).await;
    id
}

async fn message(app: &TestApp, session: &str, content: &str, status: &str) -> String {
    let id = new_id();
    let values = format!("'{id}', '{session}', 'user', {}, '{status}', 1", quoted(content));
    run(
        app,
        format!("INSERT INTO messages (id, session_id, role, content, status, created_at) VALUES ({values})"),
    )
    .await;
    id
}

async fn task(app: &TestApp, user: &User, title: &str, description: &str) -> String {
    let id = new_id();
    let values = format!("'{id}', '{}', {}, {}, 'open', 1, 1", user.id, quoted(title), quoted(description));
    let columns = "id, user_id, title, description, status, created_at, updated_at";
    run(app, format!("INSERT INTO tasks ({columns}) VALUES ({values})")).await;
    id
}

async fn ask(app: &TestApp, user: &User, input: Search) -> Found {
    let user = user.clone();
    app.state.db.read(move |conn| search::find(conn, &user, &input)).await.unwrap()
}

async fn found(app: &TestApp, user: &User, q: &str) -> Vec<String> {
    let input = Search { q: Some(q.to_owned()), ..Search::default() };
    ask(app, user, input).await.hits.into_iter().map(|hit| hit.id).collect()
}

#[tokio::test]
async fn words_are_found_as_people_write_them() {
    let app = spawn_app().await;
    let (ada, room) = somebody(&app).await;
    let text = "SQLite 的写锁只有一把，Streaming 100%_done ΟΔΟΣ Ünïcode 🔒👨‍👩‍👧 it's \"quoted\" c++ 日本語テキスト 한국어 ภาษาไทย";
    let id = message(&app, &room, text, "complete").await;
    for q in [
        "写锁",
        "锁",
        "一把",
        "写锁只有一把",
        "写锁 sqlite",
        "stream",
        "STREAMING",
        "s",
        "St",
        "str",
        "100%",
        "%_",
        "_done",
        "οδοσ",
        "ünïcode",
        "ÜNÏ",
        "🔒",
        "👨‍👩‍👧",
        "it's",
        "\"quoted\"",
        "c++",
        "++",
        "日本",
        "テキ",
        "한국",
        "ภาษา",
        "把，Stream",
        "，",
    ] {
        assert_eq!(found(&app, &ada, q).await, [id.as_str()], "{q}");
    }
    for q in [
        "锁写",
        "锁只有两把",
        "写锁 postgres",
        "streams",
        "tream x",
        "100_",
        "%%",
        "sqlite AND stream",
        "sqlite OR x",
        "sqli*",
        "NEAR(sqlite stream)",
        "words:sqlite",
        "-sqlite",
        "\"sqlite",
        "^sqlite",
        "sqlite'",
        "a & b",
        "!x",
        "<->",
        "'); DROP TABLE x",
    ] {
        assert!(found(&app, &ada, q).await.is_empty(), "{q}");
    }
}

#[tokio::test]
async fn what_looks_like_an_operator_is_found_as_it_is_written() {
    let app = spawn_app().await;
    let (ada, room) = somebody(&app).await;
    for q in ["NEAR(a b)", "x AND y", "\"x\"*", "words:x", "-x", "'x' & !y", "a\\b", ":*", "((", "x OR"] {
        let id = message(&app, &room, &format!("before {q} after"), "complete").await;
        assert!(found(&app, &ada, q).await.contains(&id), "{q}");
    }
}

#[tokio::test]
async fn others_things_are_never_found() {
    let app = spawn_app().await;
    let ((ada, room), (bob, _)) = (somebody(&app).await, somebody(&app).await);
    message(&app, &room, "secret 秘密 ??", "complete").await;
    task(&app, &ada, "secret", "").await;
    for q in ["secret", "秘密", "??", "s"] {
        assert!(found(&app, &bob, q).await.is_empty(), "{q}");
    }
    assert_eq!(found(&app, &ada, "secret").await.len(), 2);
}

#[tokio::test]
async fn an_answer_is_found_once_it_is_no_longer_written() {
    let app = spawn_app().await;
    let (ada, room) = somebody(&app).await;
    let id = message(&app, &room, "half", "streaming").await;
    run(&app, format!("UPDATE messages SET content = 'half an answer' WHERE id = '{id}'")).await;
    assert!(found(&app, &ada, "half").await.is_empty());
    run(&app, format!("UPDATE messages SET status = 'cancelled' WHERE id = '{id}'")).await;
    assert_eq!(found(&app, &ada, "half").await, [id.as_str()]);
    run(&app, format!("UPDATE messages SET content = 'whole' WHERE id = '{id}'")).await;
    assert!(found(&app, &ada, "half").await.is_empty());
    assert_eq!(found(&app, &ada, "whole").await, [id.as_str()]);
    run(&app, format!("UPDATE messages SET content = '' WHERE id = '{id}'")).await;
    assert!(found(&app, &ada, "whole").await.is_empty());
}

#[tokio::test]
async fn a_session_is_found_by_a_name_somebody_gave_it() {
    let app = spawn_app().await;
    let (ada, room) = somebody(&app).await;
    assert!(found(&app, &ada, "unnamed").await.is_empty());
    run(&app, format!("UPDATE chat_sessions SET name = '写锁', unnamed = FALSE WHERE id = '{room}'")).await;
    assert_eq!(found(&app, &ada, "写锁").await, [room.as_str()]);
    run(&app, format!("UPDATE chat_sessions SET name = 'other' WHERE id = '{room}'")).await;
    assert!(found(&app, &ada, "写锁").await.is_empty());
    assert_eq!(found(&app, &ada, "other").await, [room]);
}

#[tokio::test]
async fn an_artifact_is_found_by_its_newest_version() {
    let app = spawn_app().await;
    let (ada, _) = somebody(&app).await;
    let id = new_id();
    let columns = "id, user_id, title, kind, version, size, created_at, updated_at";
    run(
        &app,
        format!(
            "INSERT INTO artifacts ({columns}) VALUES ('{id}', '{}', 'report', 'markdown', 1, 1, 1, 1)",
            ada.id
        ),
    )
    .await;
    let version = |n: i32, text: &str| {
        format!("INSERT INTO artifact_versions VALUES ('{id}', {n}, 'report', {}, 1, 1)", quoted(text))
    };
    run(&app, version(1, "first draft")).await;
    assert_eq!(found(&app, &ada, "report draft").await, [id.as_str()]);
    run(&app, version(2, "second thoughts")).await;
    run(&app, format!("UPDATE artifacts SET version = 2, title = '报告' WHERE id = '{id}'")).await;
    assert!(found(&app, &ada, "draft").await.is_empty());
    assert_eq!(found(&app, &ada, "报告 second").await, [id.as_str()]);
    run(&app, format!("DELETE FROM artifacts WHERE id = '{id}'")).await;
    assert!(found(&app, &ada, "报告").await.is_empty());
}

#[tokio::test]
async fn tasks_and_posts_follow_their_changes() {
    let app = spawn_app().await;
    let (ada, _) = somebody(&app).await;
    let id = task(&app, &ada, "buy milk", "two litres").await;
    assert_eq!(found(&app, &ada, "milk litres").await, [id.as_str()]);
    run(&app, format!("UPDATE tasks SET description = 'three' WHERE id = '{id}'")).await;
    assert!(found(&app, &ada, "litres").await.is_empty());
    let post = new_id();
    let columns = "id, user_id, slug, title, content, published, created_at, updated_at";
    let values = format!("'{post}', '{}', 'a-slug', 'A post', 'about milk', FALSE, 1, 1", ada.id);
    run(&app, format!("INSERT INTO posts ({columns}) VALUES ({values})")).await;
    assert_eq!(found(&app, &ada, "milk").await, [post.as_str(), id.as_str()]);
    run(&app, format!("UPDATE posts SET content = 'about tea' WHERE id = '{post}'")).await;
    assert_eq!(found(&app, &ada, "milk").await, [id]);
    run(&app, "DELETE FROM tasks; DELETE FROM posts;".to_owned()).await;
    assert!(found(&app, &ada, "milk").await.is_empty());
}

#[tokio::test]
async fn nothing_is_left_of_what_is_deleted_with_its_session_or_owner() {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let app = spawn_app().await;
    let (ada, room) = somebody(&app).await;
    message(&app, &room, "gone with its session", "complete").await;
    run(&app, format!("DELETE FROM chat_sessions WHERE id = '{room}'")).await;
    assert!(found(&app, &ada, "gone").await.is_empty());
    task(&app, &ada, "gone with its owner", "").await;
    run(&app, format!("DELETE FROM users WHERE id = '{}'", ada.id)).await;
    let left = app.state.db.read(|conn| {
        use diesel::RunQueryDsl;
        let query = diesel::sql_query("SELECT COUNT(*) AS n FROM search_words");
        Ok(match conn {
            DbConn::Postgres(inner) => query.get_result::<Count>(inner)?.n,
            DbConn::Sqlite(inner) => query.get_result::<Count>(inner)?.n,
        })
    });
    assert_eq!(left.await.unwrap(), 0);
}

#[tokio::test]
async fn pages_follow_each_other_without_repeats_while_things_are_added() {
    let app = spawn_app().await;
    let (ada, room) = somebody(&app).await;
    let mut ids = Vec::new();
    for n in 0..130 {
        // Every second one makes the index promise too much.
        let text = if n % 2 == 0 { format!("foo-bar {n}") } else { format!("bar, foo {n}") };
        let id = message(&app, &room, &text, "complete").await;
        ids.extend((n % 2 == 0).then_some(id));
    }
    ids.reverse();
    for q in ["foo-bar", "o-b"] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let q = Some(q.to_owned());
            let page = ask(&app, &ada, Search { q, cursor, limit: Some("20".into()), kind: None }).await;
            seen.extend(page.hits.into_iter().map(|hit| hit.id));
            task(&app, &ada, "added", "in between").await;
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        // In the middle of a word there is nothing to look up.
        if q == "foo-bar" { assert_eq!(seen, ids) } else { assert!(seen.is_empty()) }
    }
}

#[tokio::test]
async fn long_texts_of_any_kind_are_taken_and_found_by_their_beginning() {
    let app = spawn_app().await;
    let (ada, room) = somebody(&app).await;
    // Every pair of characters another: more words than a PostgreSQL index holds of one text.
    let mut state = 1_u32;
    let chinese = (0..170_000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4E00 + (state >> 8) % 20_000).unwrap()
    });
    let text = format!("开头 {}", chinese.collect::<String>());
    let long = message(&app, &room, &text, "complete").await;
    assert_eq!(found(&app, &ada, "开头").await, [long]);
    let odd: String = (1..0x11_0000).step_by(7).filter_map(char::from_u32).collect();
    let odd = format!("{} {} {odd}", "x".repeat(5000), "å".repeat(5000));
    let odd = message(&app, &room, &odd, "complete").await;
    assert_eq!(found(&app, &ada, &"X".repeat(200)).await, [odd]);
}
