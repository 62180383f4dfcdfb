//! How long a search over very many messages takes, and what the index adds to a message's insertion.
//!
//! Measured on the service itself rather than over loopback, so that `scripts/postgres scripts/bench search` measures
//! the other database. `STOA_BENCH_MESSAGES` is how many there are.

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use stoa::db::{Db, DbConn, DbOptions, DbTarget};
use stoa::models::new_id;
use stoa::models::user::{Role, User};
use stoa::services::accounts::{self, NewAccount};
use stoa::services::search::{self, Search};
use stoa::services::text::{Email, ShortName};

use super::figures::{Figure, mebibytes, median, milliseconds, percentile};

const MESSAGES: usize = 1_000_000;
/// Messages written by one statement.
const STEP: usize = 500;
const SEARCHES: usize = 50;
const INSERTIONS: usize = 200;

const ASKED: [(&str, &str); 11] = [
    ("rare word", "zyzzyva"),
    ("frequent word", "database"),
    ("beginning of a frequent word", "datab"),
    ("frequent long word", "configuration"),
    ("two frequent words", "database configuration"),
    ("Chinese word of two characters, frequent", "数据"),
    ("Chinese word of two characters, rare", "鹦鹉"),
    ("two words, one of them frequent", "database xofa"),
    ("two Chinese words", "数据 写锁"),
    ("beginning of many words", "xo"),
    ("word that only others have", "elsewhere"),
];

/// Fills a database, most of it one member's, and asks again and again.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::TempDir::new()?;
    let messages = std::env::var("STOA_BENCH_MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(MESSAGES);
    let url = std::env::var("STOA_TEST_DATABASE").ok();
    let target = url.as_deref().map_or(Ok(DbTarget::Sqlite(folder.path().join("stoa.db"))), DbTarget::parse);
    let db = Db::open(&target.map_err(anyhow::Error::msg)?, DbOptions::default())?;
    let mut rooms = Vec::new();
    for n in 0..10 {
        rooms.push(member(&db, n).await?);
    }
    let begun = Instant::now();
    for from in (0..messages).step_by(STEP) {
        fill(&db, &rooms, from, STEP.min(messages - from)).await?;
    }
    let each = begun.elapsed() / u32::try_from(messages)?;
    let filling = format!("messages written, {messages} in steps of {STEP}");
    let index = mebibytes(index_size(&db).await? / 1024);
    let mut figures = vec![
        Figure::new(filling, format!("{:.0} /s", 1.0 / each.as_secs_f64()), ""),
        Figure::new("the index of their words", index, ""),
    ];
    if !db.is_exclusive() {
        // As its autovacuum does after a while.
        run(&db, "ANALYZE".to_owned()).await?;
    }
    let (owner, _) = rooms.first().context("nobody")?;
    for (what, q) in ASKED {
        let (times, hits) = ask(&db, owner, q).await?;
        let what = format!(
            "{what}, {hits} shown, median of {SEARCHES} (slowest {})",
            milliseconds(percentile(&times, 100))
        );
        figures.push(Figure::new(what, milliseconds(median(&times)), "< 50 ms"));
    }
    figures.extend(insertions(&db, &rooms).await?);
    Ok(figures)
}

/// A member and a session of theirs.
async fn member(db: &Db, n: usize) -> anyhow::Result<(User, String)> {
    let account = NewAccount {
        email: Email::parse(&format!("search{n}@example.com"))?,
        name: ShortName::parse("Bench")?,
        role: Role::Member,
        password_hash: None,
    };
    let user = db.write(move |conn| accounts::create(conn, account)).await?;
    let session = new_id();
    let values = format!("('{session}', '{}', 'Bench', FALSE, 'chat', 1, 1)", user.id);
    run(db, format!("INSERT INTO chat_sessions (id, user_id, name, unnamed, kind, created_at, updated_at) VALUES {values}"))
        .await?;
    Ok((user, session))
}

async fn run(db: &Db, sql: String) -> anyhow::Result<()> {
    let job = move |conn: &mut DbConn| match conn {
        DbConn::Postgres(inner) => Ok(inner.batch_execute(&sql)?),
        DbConn::Sqlite(inner) => Ok(inner.batch_execute(&sql)?),
    };
    Ok(db.write(job).await?)
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

async fn index_size(db: &Db) -> anyhow::Result<u64> {
    let job = |conn: &mut DbConn| {
        let sizes: Vec<Size> = match conn {
            DbConn::Postgres(inner) => {
                sql_query("SELECT pg_total_relation_size('search_words') AS bytes").load(inner)?
            }
            DbConn::Sqlite(inner) => {
                sql_query("SELECT SUM(LENGTH(block)) AS bytes FROM search_words_data").load(inner)?
            }
        };
        Ok(sizes.iter().map(|size| size.bytes).sum::<i64>())
    };
    Ok(u64::try_from(db.read(job).await?)?)
}

/// Nine of ten messages are the first member's.
async fn fill(db: &Db, rooms: &[(User, String)], from: usize, count: usize) -> anyhow::Result<()> {
    let mut sql =
        "INSERT INTO messages (id, session_id, role, content, status, created_at) VALUES ".to_owned();
    for n in from..from + count {
        let others = n % 10 == 9;
        let room = if others { 1 + n / 10 % (rooms.len() - 1) } else { 0 };
        let (_, session) = rooms.get(room).context("no session")?;
        let comma = if n == from { "" } else { "," };
        write!(sql, "{comma}('{}', '{session}', 'user', '{}', 'complete', 1)", new_id(), text(n, others))?;
    }
    run(db, sql).await
}

/// A word of two to eleven letters; rare ones are longer.
fn word(number: u32) -> String {
    const CONSONANTS: [char; 20] =
        ['b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z'];
    const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];
    const ENDINGS: [&str; 7] = ["", "s", "ing", "ed", "ation", "er", "ly"];
    let (mut word, mut rest) = (String::new(), number);
    while rest > 0 {
        word.extend(CONSONANTS.iter().cycle().nth(usize::try_from(rest % 20).unwrap_or_default()));
        word.extend(VOWELS.iter().cycle().nth(usize::try_from(rest / 20 % 5).unwrap_or_default()));
        rest /= 100;
    }
    word.extend(ENDINGS.iter().copied().cycle().nth(usize::try_from(number % 7).unwrap_or_default()));
    word
}

/// Forty words, those of low numbers oftener than those of high ones, and a Chinese sentence.
pub fn text(n: usize, others: bool) -> String {
    let mut state = u64::try_from(n).unwrap_or_default();
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 40).unwrap_or_default()
    };
    let mut text = String::new();
    for _ in 0..40 {
        let (a, b) = (next() % 200, next() % 200);
        text.push_str(&word(a * b));
        text.push(' ');
    }
    text.extend((0..20).filter_map(|_| char::from_u32(0x4E00 + next() % 3000)));
    let words = [
        ("database", 2),
        ("数据", 3),
        ("configuration", 4),
        ("写锁", 50),
        ("zyzzyva", 100_000),
        ("鹦鹉", 50_000),
    ];
    for (word, every) in words {
        if n.is_multiple_of(every) {
            text.push_str(&format!("，{word}"));
        }
    }
    if others {
        text.push_str(" elsewhere");
    }
    text
}

async fn ask(db: &Db, owner: &User, q: &str) -> anyhow::Result<(Vec<Duration>, usize)> {
    let (mut times, mut hits) = (Vec::new(), 0);
    for _ in 0..SEARCHES {
        let (owner, input) = (owner.clone(), Search { q: Some(q.to_owned()), ..Search::default() });
        let begun = Instant::now();
        hits = db.read(move |conn| search::find(conn, &owner, &input)).await?.hits.len();
        times.push(begun.elapsed());
    }
    Ok((times, hits))
}

/// One message a transaction, first with the index, then without.
async fn insertions(db: &Db, rooms: &[(User, String)]) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (what, number) in [("with the index", 0), ("without", INSERTIONS)] {
        if number > 0 {
            let on = if db.is_exclusive() { "messages_searched_in" } else { "messages_searched ON messages" };
            run(db, format!("DROP TRIGGER {on}")).await?;
        }
        let mut times = Vec::new();
        for n in 0..INSERTIONS {
            let begun = Instant::now();
            fill(db, rooms, MESSAGES + number + n, 1).await?;
            times.push(begun.elapsed());
        }
        let what = format!(
            "inserting one message {what}, median (slowest {})",
            milliseconds(percentile(&times, 100))
        );
        figures.push(Figure::new(what, milliseconds(median(&times)), ""));
    }
    Ok(figures)
}
