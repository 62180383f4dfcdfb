//! Commits whose answer is lost with the connection: what was written is not written again, and nobody gives up over it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use stoa::repositories::run_events;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::server;
use crate::support::app::{TestApp, spawn_app_with};
use crate::support::frames::{Frame, kinds, text};
use crate::support::upstream::{Script, Signal};

/// Stands between the application and PostgreSQL, and once cuts a connection between a commit and its answer.
#[derive(Clone, Default)]
struct Wire {
    armed: Arc<AtomicBool>,
    cut: Arc<Notify>,
}

impl Wire {
    /// The application behind it.
    async fn app(&self) -> TestApp {
        let url = server();
        let (rest, database) = url.rsplit_once('/').unwrap();
        let (user, address) = rest.rsplit_once('@').unwrap();
        let (listener, address) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), address.parse().unwrap());
        let through = format!("{user}@{}/{database}", listener.local_addr().unwrap());
        let wire = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(wire.clone().carry(stream, address));
            }
        });
        spawn_app_with(|config| config.database_url = Some(through)).await
    }

    async fn carry(self, mut client: TcpStream, address: SocketAddr) {
        let mut postgres = TcpStream::connect(address).await.unwrap();
        let (mut from_client, mut to_client) = client.split();
        let (mut from_postgres, mut to_postgres) = postgres.split();
        let asking = async {
            let mut bytes = vec![0; 65536];
            while let Ok(read @ 1..) = from_client.read(&mut bytes).await {
                let said = &bytes[..read];
                let commits = said.windows(6).any(|six| six == b"COMMIT");
                to_postgres.write_all(said).await.unwrap();
                if commits && self.armed.swap(false, Ordering::Relaxed) {
                    return true;
                }
            }
            false
        };
        let cut = tokio::select! {
            cut = asking => cut,
            _ = copy(&mut from_postgres, &mut to_client) => false,
        };
        if cut {
            // It is committed once PostgreSQL has answered; the answer goes nowhere.
            from_postgres.read_u8().await.unwrap();
            self.cut.notify_one();
        }
    }

    /// Cuts the next commit off, which is that of what `signal` sets off.
    async fn cut_off(&self, signal: &Signal) {
        self.armed.store(true, Ordering::Relaxed);
        signal.fire();
        self.cut.notified().await;
    }
}

/// Waits until the log holds the event of that number.
async fn written(app: &TestApp, run: &str, number: i64) {
    loop {
        let run = run.to_owned();
        let last = app.state.db.read(move |conn| run_events::last_seq(conn, &run)).await.unwrap();
        if last == number {
            return;
        }
        tokio::task::yield_now().await;
    }
}

fn assert_whole(frames: &[Frame]) {
    let numbers: Vec<i64> = frames.iter().filter_map(|frame| frame.id).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>());
    assert_eq!(kinds(frames), ["run", "delta", "message", "end"]);
    assert_eq!(
        (text(frames), &frames.last().unwrap().data),
        ("Hello".into(), &json!({ "status": "succeeded" }))
    );
}

#[tokio::test]
async fn pieces_of_an_answer_are_written_once() {
    let wire = Wire::default();
    let app = wire.app().await;
    let (more, end) = (Signal::new(), Signal::new());
    app.upstream.play([Script::stream().text("Hel").wait_for(&more).text("lo").wait_for(&end).finish(2)]);
    let ada = app.member().await;
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut reader = ada.follow(&run, "").await;
    reader.next_of("delta").await;
    written(&app, &run, 2).await;
    wire.cut_off(&more).await;
    end.fire();
    reader.rest().await;
    assert_whole(&ada.follow(&run, "").await.rest().await);
}

#[tokio::test]
async fn a_run_is_settled_once() {
    let wire = Wire::default();
    let app = wire.app().await;
    let end = Signal::new();
    app.upstream.play([Script::stream().text("Hello").wait_for(&end).finish(1)]);
    let ada = app.member().await;
    let session = ada.session().await;
    let run = ada.say(&session, "hi").await["run"]["id"].as_str().unwrap().to_owned();
    let mut reader = ada.follow(&run, "").await;
    reader.next_of("delta").await;
    written(&app, &run, 2).await;
    wire.cut_off(&end).await;
    assert_eq!(kinds(&reader.rest().await), ["message", "end"]);
    assert_whole(&ada.follow(&run, "").await.rest().await);
}
