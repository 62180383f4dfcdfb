//! Reading a run's events: what was logged, then what comes, until its end.

use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;

use super::Runs;
use super::event::{Numbered, from_row, kind};
use super::live::LiveRun;
use super::settle::end_event;
use crate::error::AppResult;
use crate::models::run::{Run, RunStatus};
use crate::models::run_event::RunEventRow;
use crate::repositories::{run_events, runs};

/// How often the log is looked at for a run that another process works on.
const POLL: Duration = Duration::from_secs(1);

/// Some events, in order.
pub type Batch = Vec<Numbered>;

/// The events of `run` after number `after`: those logged at once, the others as they come. Ends after `end`.
pub(super) fn follow(runs: Runs, run: Run, after: i64) -> impl Stream<Item = AppResult<Batch>> {
    async_stream::try_stream! {
        let mut after = after.max(0);
        loop {
            if let Some(live) = runs.live(&run.id) {
                after = after.min(live.log.last_seq());
                if live.log.covers(after) {
                    let mut news = live.log.subscribe();
                    loop {
                        news.mark_unchanged();
                        let batch = live.log.read_after(after);
                        let ended = ends(&batch);
                        if let Some(last) = batch.last() {
                            after = last.seq;
                            yield batch;
                        }
                        if ended {
                            return;
                        }
                        if abandoned(&runs, &live) {
                            break;
                        }
                        // The pause only matters when the run was dropped without an end.
                        let _ = tokio::time::timeout(POLL, news.changed()).await;
                    }
                }
            }
            let (status, batch) = read_log(&runs, &run, after).await?;
            let ended = ends(&batch);
            if let Some(last) = batch.last() {
                after = last.seq;
                yield batch;
            }
            if ended {
                return;
            }
            match status {
                Some(status) if status.is_active() => runs.appeared(&run.id, POLL).await,
                _ if runs.live(&run.id).is_some() => {}
                // Settled, but its process died before it could say so: nothing more will come.
                status => {
                    let status = status.unwrap_or(RunStatus::Cancelled);
                    yield vec![Numbered { seq: after + 1, event: end_event(status) }];
                    return;
                }
            }
        }
    }
}

fn ends(batch: &[Numbered]) -> bool {
    batch.last().is_some_and(|last| last.event.kind() == kind::END)
}

fn abandoned(runs: &Runs, live: &Arc<LiveRun>) -> bool {
    runs.live(&live.run.id).is_none_or(|current| !Arc::ptr_eq(&current, live))
}

/// The run's status now and its logged events after `after`; no status when it is gone.
async fn read_log(runs: &Runs, run: &Run, after: i64) -> AppResult<(Option<RunStatus>, Batch)> {
    let id = run.id.clone();
    runs.db()
        .read(move |conn| {
            let status = runs::find_optional(conn, &id)?.map(|run| run.status);
            let last = run_events::last_seq(conn, &id)?;
            let interrupted = status == Some(RunStatus::Interrupted);
            let from = if interrupted || after > last { before_ending(conn, &id, after)? } else { after };
            let rows = run_events::list_after(conn, &id, from)?;
            Ok((status, rows.iter().flat_map(from_row).filter(|event| event.seq > from).collect()))
        })
        .await
}

/// A reader of a process that died may have seen events that were never written; the numbers it holds then
/// name others. It goes on from the ending, which holds the whole answer.
fn before_ending(conn: &mut crate::db::DbConn, id: &str, after: i64) -> AppResult<i64> {
    let is_ending = |row: &&RunEventRow| matches!(row.kind.as_str(), kind::ERROR | kind::MESSAGE | kind::END);
    let rows = run_events::list_after(conn, id, 0)?;
    let last = rows.last().map_or(0, |row| row.last_seq);
    Ok(rows.iter().find(is_ending).map_or(after.min(last), |row| after.min(row.seq - 1)))
}
