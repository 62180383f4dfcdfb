//! Words for whoever waits: between the processes that share a PostgreSQL database (`LISTEN` and `NOTIFY`), and from
//! triggers of either database (`stoa_tell`) once their transaction is committed; knows nothing of what they mean.
//!
//! They make what happens elsewhere known sooner, no more: words said while a connection is broken are lost, so who
//! waits for one also looks for itself now and then.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel::sqlite::SqliteConnection;
use r2d2::ManageConnection;
use tokio::sync::broadcast;

use super::backend::DbConn;
use super::connection::Manager;

/// What processes say to each other.
const SAID: &str = "stoa";
/// Longest payload, in bytes: PostgreSQL takes 8000.
const PAYLOAD: usize = 7000;
/// How long a word from elsewhere may wait to be looked for.
const TICK: Duration = Duration::from_millis(15);
/// How long after a broken connection the next is tried.
const RETRY: Duration = Duration::from_secs(1);
/// Words kept for a listener that lags behind; it is told that it missed some.
const BACKLOG: usize = 4096;

diesel::define_sql_function! {
    /// Tells a word to whoever listens, once the transaction is committed.
    fn stoa_tell(word: Text) -> Integer;
}

/// A handle to what is said and heard; clones are of the same.
#[derive(Clone)]
pub(super) struct Notices {
    heard: broadcast::Sender<Arc<str>>,
    /// To the other processes; `None` on SQLite, where there are none.
    said: Option<Sender<String>>,
    /// On SQLite: what triggers told in the transaction that is open.
    told: Arc<Mutex<BTreeSet<String>>>,
}

impl Notices {
    /// Those of SQLite: what triggers tell on `conn`, the only connection that writes.
    pub(super) fn local(conn: &mut SqliteConnection) -> QueryResult<Self> {
        let notices = Self { heard: broadcast::Sender::new(BACKLOG), said: None, told: Arc::default() };
        let told = notices.told.clone();
        stoa_tell_utils::register_nondeterministic_impl(conn, move |word: String| {
            told.lock().unwrap_or_else(PoisonError::into_inner).insert(word);
            0
        })?;
        Ok(notices)
    }

    /// Those of PostgreSQL: a thread speaks and listens on a connection of its own until the last handle is dropped.
    pub(super) fn shared(manager: Manager) -> std::io::Result<Self> {
        let (said, words) = channel();
        let heard = broadcast::Sender::new(BACKLOG);
        let listeners = heard.clone();
        thread::Builder::new().name("db-notices".into()).spawn(move || {
            while let Err(error) = converse(&manager, &words, &listeners) {
                tracing::warn!(%error, "other processes cannot be heard for a moment");
                thread::sleep(RETRY);
            }
        })?;
        Ok(Self { heard, said: Some(said), told: Arc::default() })
    }

    /// Says a word, without commas, to the other processes.
    pub(super) fn say(&self, word: impl FnOnce() -> String) {
        if let Some(said) = &self.said {
            let _ = said.send(word());
        }
    }

    /// What the others say, and what triggers tell, from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<str>> {
        self.heard.subscribe()
    }

    /// Passes on what triggers told; to be called after a commit. What a job told that was undone is passed on as well:
    /// somebody looks in vain.
    pub(super) fn committed(&self) {
        let told = std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner));
        told.into_iter().for_each(|word| drop(self.heard.send(word.into())));
    }
}

/// Lets a connection that is not the writer's run migrations and triggers; what they tell is for nobody.
pub(super) fn tell_nobody(conn: &mut SqliteConnection) -> QueryResult<()> {
    stoa_tell_utils::register_nondeterministic_impl(conn, |_: String| 0)
}

/// Speaks and listens until the last handle is dropped.
fn converse(
    manager: &Manager,
    words: &Receiver<String>,
    heard: &broadcast::Sender<Arc<str>>,
) -> anyhow::Result<()> {
    let DbConn::Postgres(mut conn) = manager.connect()? else { return Ok(()) };
    conn.batch_execute("LISTEN stoa; LISTEN stoa_told")?;
    let own: i32 = diesel::select(diesel::dsl::sql::<Integer>("pg_backend_pid()")).get_result(&mut conn)?;
    loop {
        match words.recv_timeout(TICK) {
            // What has come meanwhile goes along; many pieces of one answer are one word.
            Ok(word) => say(&mut conn, &std::iter::once(word).chain(words.try_iter()).collect())?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        for notice in conn.notifications_iter() {
            let notice = notice?;
            if notice.channel != SAID || notice.process_id != own {
                notice.payload.split(',').for_each(|word| drop(heard.send(word.into())));
            }
        }
    }
}

fn say(conn: &mut PgConnection, words: &BTreeSet<String>) -> QueryResult<()> {
    let mut payload = String::new();
    for word in words {
        if payload.len() + word.len() > PAYLOAD {
            notify(conn, &std::mem::take(&mut payload))?;
        }
        if !payload.is_empty() {
            payload.push(',');
        }
        payload.push_str(word);
    }
    notify(conn, &payload)
}

fn notify(conn: &mut PgConnection, payload: &str) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_notify('stoa', $1)").bind::<Text, _>(payload).execute(conn).map(drop)
}
