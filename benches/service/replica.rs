//! Two processes on one PostgreSQL: how long a piece takes from the model through the one that makes the answer to a
//! reader at the other. `scripts/postgres scripts/bench replica` measures it.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use stoa::db::DbTarget;
use tokio::time::{Instant, sleep};

use super::figures::Figure;
use super::follow::{self, Readers};
use super::server::{EMAIL, Site};
use super::upstream;

/// Streams at once.
const CROWDS: [usize; 2] = [1, 50];
/// When each stream begins, counted from the one before it, so that not all are written down in the same moment.
const STAGGER: Duration = Duration::from_millis(37);

/// Lets one process answer, and readers follow at another.
pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let Ok(url) = std::env::var("STOA_TEST_DATABASE") else {
        return Ok(vec![Figure::new("followers at another process", "no PostgreSQL", "< 150 ms")]);
    };
    let mut figures = Vec::new();
    for streams in CROWDS {
        figures.extend(follow_elsewhere(&url, streams).await?);
    }
    Ok(figures)
}

async fn follow_elsewhere(server: &str, streams: usize) -> anyhow::Result<Vec<Figure>> {
    let database = new_database(server, &format!("replica_{streams}"))?;
    let epoch = Instant::now();
    let model = upstream::start(follow::script(epoch)).await?;
    let site = |limits: &str| -> anyhow::Result<Site> {
        let mut site = Site::new(&format!("[runs]\n{limits}{model}"))?;
        site.postgres = Some(database.clone());
        Ok(site)
    };
    let (writing, reading) = (site("per_user = 100\n")?, site("at_once = 0\n")?);
    let token = writing.member(EMAIL).await?;
    let (writer, reader) = (writing.start().await?, reading.start().await?);
    let mut readers = Readers::new(reader.address, &token, epoch);
    for n in 0..streams {
        let session = writer.begin_session(&token, &format!("Stream {n}")).await?;
        readers.follow(writer.say(&token, &session, "Go on.").await?);
        sleep(STAGGER).await;
    }
    let seen = readers.finish().await?;
    writer.stop().await?;
    reader.stop().await?;
    let what = format!("{streams} streams followed at another process");
    let mut figures = seen.figures(&what, "< 150 ms");
    let target = DbTarget::parse(&database).map_err(anyhow::Error::msg)?;
    figures.push(follow::writes(&what, target)?);
    Ok(figures)
}

/// The URL of a new database on that server.
fn new_database(server: &str, name: &str) -> anyhow::Result<String> {
    PgConnection::establish(server)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
    let (base, _) = server.rsplit_once('/').unwrap_or((server, ""));
    Ok(format!("{base}/{name}"))
}
