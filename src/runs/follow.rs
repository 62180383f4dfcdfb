//! Reading a run's events: what was logged, then what comes, until its end.

use std::time::{Duration, Instant};

use futures_util::{Stream, stream};
use serde_json::json;
use tokio::time::timeout;

use super::Runs;
use super::event::{Event, Numbered, batch, from_row, kind};
use super::live::LiveRun;
use super::settle::end_event;
use super::worker::TITLE_TIMEOUT;
use crate::db::DbConn;
use crate::error::AppResult;
use crate::models::message::MessageJson;
use crate::models::run::{Run, RunStatus};
use crate::repositories::{messages, run_events, runs};

/// How often the log is looked at, without being told of news, for a run that another process works on.
const POLL: Duration = Duration::from_secs(1);

/// The same for a run that waits for a person.
const WAITING_POLL: Duration = Duration::from_secs(10);

/// Rows of the log that are read at once: those of some 25 seconds of an answer.
const MOST_ROWS: i64 = 256;

/// The number of events that are told and not logged: no reader goes on after them.
const UNNUMBERED: i64 = 0;

/// Some events, in order.
pub type Batch = Vec<Numbered>;

/// The events of `run` after number `after`: those logged at once, the others as they come. Ends after `end`.
pub(super) fn follow(runs: Runs, run: Run, after: i64) -> impl Stream<Item = AppResult<Batch>> {
    let reader =
        Reader { runs, run_id: run.id, after, logged: false, place: None, settled: None, ended: false };
    stream::try_unfold(reader, |mut reader| async move {
        let batch = reader.next().await?;
        Ok(batch.map(|batch| (batch, reader)))
    })
}

/// Somebody who reads a run, and how far they are.
struct Reader {
    runs: Runs,
    run_id: String,
    /// The number of the last event read.
    after: i64,
    /// Whether that event was read from the log; any other may never have been written.
    logged: bool,
    /// The place in the queue that was told last.
    place: Option<i64>,
    /// Since when the run is known to be settled while its log has no end.
    settled: Option<Instant>,
    ended: bool,
}

impl Reader {
    /// What comes next; waits for it. `None` after the end.
    async fn next(&mut self) -> AppResult<Option<Batch>> {
        while !self.ended {
            let live = self.runs.live(&self.run_id).filter(|live| live.log.covers(self.after));
            let logged = live.is_none();
            let batch = match live {
                Some(live) => look_in_memory(&live, self.after).await,
                None => self.look_in_log().await?,
            };
            if let Some(last) = batch.last() {
                if last.seq != UNNUMBERED {
                    (self.after, self.logged) = (last.seq, logged);
                }
                self.ended = last.event.kind() == kind::END;
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// From the database; when there is nothing new, after a while nothing.
    async fn look_in_log(&mut self) -> AppResult<Batch> {
        let mut news = self.runs.0.readers.listen(&self.run_id);
        let (status, batch) = read_log(&self.runs, &self.run_id, self.after, self.logged).await?;
        if !batch.is_empty() {
            return Ok(batch);
        }
        match status {
            // It may wait for days, and whoever ends that says so.
            Some(RunStatus::Waiting) => drop(news.wait(WAITING_POLL).await),
            Some(status) if status.is_active() => {
                if !news.wait(POLL).await && status == RunStatus::Queued {
                    return self.look_in_queue().await;
                }
            }
            _ if self.runs.live(&self.run_id).is_some() => {}
            // Another process is about to name the session and to say that this was the end.
            Some(RunStatus::Succeeded) if self.may_be_naming() => drop(news.wait(POLL).await),
            // Settled, but its process died before it could say so, or deleted: nothing more will come.
            status => {
                let event = end_event(status.unwrap_or(RunStatus::Cancelled));
                return Ok(vec![Numbered { seq: self.after + 1, event }]);
            }
        }
        Ok(Vec::new())
    }

    fn may_be_naming(&mut self) -> bool {
        let since = *self.settled.get_or_insert_with(Instant::now);
        !self.runs.db().is_exclusive() && since.elapsed() < TITLE_TIMEOUT + POLL
    }

    /// The run's place in the queue, when it is another than was told last.
    async fn look_in_queue(&mut self) -> AppResult<Batch> {
        let id = self.run_id.clone();
        let place = self.runs.db().read(move |conn| runs::queue_position(conn, &id)).await?;
        if place.is_none() || place == self.place {
            return Ok(Vec::new());
        }
        self.place = place;
        let event = Event::new(kind::QUEUE, &json!({ "position": place }));
        Ok(vec![Numbered { seq: UNNUMBERED, event }])
    }
}

/// From the run at work here; when there is nothing new, waits a while for it.
async fn look_in_memory(live: &LiveRun, after: i64) -> Batch {
    let mut news = live.log.subscribe();
    let after = after.min(live.log.last_seq());
    let batch = live.log.read_after(after);
    if !batch.is_empty() {
        return batch;
    }
    // Nothing may come ever, when the run is dropped without an end; then the log tells more.
    let _ = timeout(POLL, news.changed()).await;
    live.log.read_after(after)
}

/// The run's status now and its logged events after `after`, as many as are read at once; no status when it is gone.
async fn read_log(
    runs: &Runs,
    run_id: &str,
    after: i64,
    logged: bool,
) -> AppResult<(Option<RunStatus>, Batch)> {
    let id = run_id.to_owned();
    let read = move |conn: &mut DbConn| {
        let run = runs::find_optional(conn, &id)?;
        let status = run.as_ref().map(|run| run.status);
        let last = run_events::last_seq(conn, &id)?;
        let interrupted = status == Some(RunStatus::Interrupted);
        let from =
            if !logged && (interrupted || after > last) { before_ending(conn, &id, after)? } else { after };
        let rows = run_events::list_some_after(conn, &id, from, MOST_ROWS)?;
        let mut events = batch(rows.iter().flat_map(from_row).filter(|event| event.seq > from));
        if let Some(run) = run.filter(|run| run.compacted) {
            add_message(conn, &run, from, &mut events)?;
        }
        Ok((status, events))
    };
    runs.db().read(read).await
}

/// Puts the finished answer, which a compacted log no longer holds, before the last of `events`.
fn add_message(conn: &mut DbConn, run: &Run, from: i64, events: &mut Batch) -> AppResult<()> {
    let place = events.iter().position(|event| event.event.kind() == kind::END);
    let Some((place, end)) = place.and_then(|place| Some((place, events.get(place)?.seq))) else {
        return Ok(());
    };
    if end - 1 > from
        && let Some(message) = messages::find_optional(conn, &run.message_id)?
    {
        let event = Event::new(kind::MESSAGE, &json!({ "message": MessageJson::from(message) }));
        events.insert(place, Numbered { seq: end - 1, event });
    }
    Ok(())
}

/// A reader of a process that died may have seen events that were never written; the numbers it holds then
/// name others. It goes on from the ending, which holds the whole answer.
fn before_ending(conn: &mut DbConn, id: &str, after: i64) -> AppResult<i64> {
    let ending = run_events::first_of(conn, id, &[kind::ERROR, kind::MESSAGE, kind::END])?;
    Ok(after.min(match ending {
        Some(first) => first - 1,
        None => run_events::last_seq(conn, id)?,
    }))
}
