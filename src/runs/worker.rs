//! Makes one answer: lets the agent work, writes its events down as they come, and settles the run.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use serde_json::json;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Runs;
use super::budget;
use super::context::{Agent, Progress, RunContext, RunFailure};
use super::event::{Event, kind, run_event, to_rows};
use super::live::LiveRun;
use super::parking::{can_go_on, park, parked_before};
use super::settle::{Ending, Outcome, end_event, settle, settled_before};
use crate::db::{Db, DbConn};
use crate::error::{AppError, AppResult};
use crate::models::message::MessageChanges;
use crate::models::run::{Run, RunStatus};
use crate::repositories::{chat_sessions, messages, run_events, runs};

/// Pieces that come within this time share one write: at most this much is lost when the process dies.
const COALESCE: Duration = Duration::from_millis(100);
/// How often the answer's own row is brought up to the log.
const REFRESH: Duration = Duration::from_secs(2);
/// How long a write is tried again after a failure of the database, and how long between tries.
const PATIENCE: Duration = Duration::from_secs(60);
const RETRY_PAUSE: Duration = Duration::from_millis(500);
/// How long a name for the session may take.
pub(super) const TITLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Why the work on a run stops here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop {
    /// It is over.
    Over(Outcome),
    /// It waits for a person.
    Waits,
}

/// Works on a claimed run to its end, or until it waits for a person.
pub(super) async fn work(live: Arc<LiveRun>, runs: Runs) {
    let agent = runs.0.agent.clone();
    live.log.push(run_event(&live.run));
    let context = RunContext::new(live.clone(), runs);
    let stop = answer(&context, &live, agent.as_ref()).await;
    let Some(stop) = stop else { return count_gone(&context, &live).await };
    let succeeded = stop == Stop::Over(Outcome::Succeeded);
    match finish(&context, &live, stop, !succeeded).await {
        Ok(Left::Settled(run)) if succeeded => name_and_end(&context, &live, agent.as_ref(), &run).await,
        Ok(Left::Settled(_) | Left::Parked) => {}
        Ok(Left::Gone) => count_gone(&context, &live).await,
        Err(error) => {
            tracing::error!(run = %live.run.id, %error, "a run could not be settled; its lease will end")
        }
    }
}

/// Lets the agent work until it is done or stopped, and the log be written meanwhile. `None` when the run is
/// gone: its session was deleted.
async fn answer(context: &RunContext, live: &LiveRun, agent: &dyn Agent) -> Option<Stop> {
    let done = CancellationToken::new();
    let flusher = flush_until(&done, context, live);
    tokio::pin!(flusher);
    let working = AssertUnwindSafe(agent.answer(context)).catch_unwind();
    let stop = tokio::select! {
        ended = working => stop_of(&live.run, ended.unwrap_or_else(|_| Err(panicked()))),
        () = live.cancel.cancelled() => Stop::Over(Outcome::Cancelled),
        () = live.interrupt.cancelled() => Stop::Over(Outcome::Interrupted),
        () = live.lost.cancelled() => {
            tracing::warn!(run = %live.run.id, "a run was taken over by another process");
            return None;
        }
        gone = &mut flusher => {
            tracing::info!(run = %live.run.id, ?gone, "a run stopped, because it cannot be written any more");
            return None;
        }
    };
    done.cancel();
    match flusher.await {
        Ok(()) => Some(stop),
        Err(_) => None,
    }
}

fn panicked() -> RunFailure {
    RunFailure { code: "internal", cause: "the agent panicked".into() }
}

fn stop_of(run: &Run, ended: Result<Progress, RunFailure>) -> Stop {
    match ended {
        Ok(Progress::Done) => Stop::Over(Outcome::Succeeded),
        Ok(Progress::Waiting) => Stop::Waits,
        Err(failure) => {
            tracing::warn!(run = %run.id, code = failure.code, cause = %failure.cause, "an answer failed");
            Stop::Over(Outcome::Failed(failure.code))
        }
    }
}

/// Writes new events down every [`COALESCE`] until `done`, and the answer's row every [`REFRESH`] while it lags
/// behind them; fails when the run is gone or the database stays unreachable.
async fn flush_until(done: &CancellationToken, context: &RunContext, live: &LiveRun) -> AppResult<()> {
    let mut news = live.log.subscribe();
    news.mark_changed();
    let mut refreshed = Instant::now();
    let mut lags = false;
    loop {
        let due = REFRESH.saturating_sub(refreshed.elapsed());
        tokio::select! {
            () = done.cancelled() => return Ok(()),
            _ = news.changed() => {}
            () = sleep(due), if lags => {}
        }
        let refresh = refreshed.elapsed() >= REFRESH;
        lags |= flush(context, live, refresh).await?;
        if refresh {
            (refreshed, lags) = (Instant::now(), false);
        }
        tokio::select! {
            () = done.cancelled() => return Ok(()),
            () = sleep(COALESCE) => {}
        }
    }
}

/// Writes new events down, and with `refresh` the answer's row and what it cost so far, too; whether there were any events.
async fn flush(context: &RunContext, live: &LiveRun, refresh: bool) -> AppResult<bool> {
    let (rows, mark) = live.log.unflushed(&live.run.id);
    let any = !rows.is_empty();
    if !any && !refresh {
        return Ok(false);
    }
    let changes = refresh.then(|| {
        let answer = context.answer();
        let (content, reasoning) = (Some(answer.content), Some(answer.reasoning));
        Arc::new(MessageChanges { content, reasoning, ..MessageChanges::default() })
    });
    let rows = Arc::new(rows);
    let (spent, daily) = (context.to_count(refresh), context.daily_tokens());
    let day = patiently(|again| {
        let (rows, changes, run) = (rows.clone(), changes.clone(), live.run.clone());
        write(context.db(), move |conn| {
            if changes.is_some() || spent.is_some() {
                chat_sessions::lock(conn, &run.session_id)?;
            }
            if !again || !run_events::holds(conn, &rows)? {
                run_events::append(conn, &rows)?;
            }
            if let Some(changes) = changes {
                messages::update(conn, &run.message_id, &changes)?;
            }
            spent.map_or(Ok(None), |spent| budget::count(conn, &run, spent, daily))
        })
    })
    .await?;
    if let Some((spent, day)) = spent.zip(day) {
        context.counted(spent, &day);
    }
    live.log.mark_flushed(mark);
    context.written();
    Ok(any)
}

/// Tries a write again while the database is unavailable, for [`PATIENCE`]. Later tries are told that they are: what failed
/// may have been committed all the same, when only the answer was lost with its connection.
async fn patiently<T, F: Future<Output = AppResult<T>>>(mut attempt: impl FnMut(bool) -> F) -> AppResult<T> {
    let begun = Instant::now();
    let mut again = false;
    loop {
        match attempt(std::mem::replace(&mut again, true)).await {
            Err(AppError::Unavailable(_)) if begun.elapsed() < PATIENCE => sleep(RETRY_PAUSE).await,
            other => return other,
        }
    }
}

/// A write that owns all it needs.
fn write<T: Send + 'static>(
    db: &Db,
    job: impl FnOnce(&mut DbConn) -> AppResult<T> + Send + 'static,
) -> impl Future<Output = AppResult<T>> + Send + 'static {
    let db = db.clone();
    async move { db.write(job).await }
}

/// What became of a run when this process stopped working on it.
enum Left {
    /// It is over.
    Settled(Box<Run>),
    /// It goes on later.
    Parked,
    /// It was somebody else's by then.
    Gone,
}

async fn finish(context: &RunContext, live: &LiveRun, stop: Stop, with_end: bool) -> AppResult<Left> {
    let left = patiently(|again| {
        let (unflushed, _) = live.log.unflushed(&live.run.id);
        let outcome = match &stop {
            Stop::Over(outcome) => outcome.clone(),
            // Who is asked may have lost interest before the question.
            Stop::Waits => Outcome::Cancelled,
        };
        let ending =
            Ending { outcome, answer: context.answer(), unflushed, last_seq: live.log.last_seq(), with_end };
        let (run, stop) = (live.run.clone(), stop.clone());
        write(context.db(), move |conn| leave(conn, &run, &stop, ending, again))
    })
    .await?;
    let (left, events) = left;
    live.log.publish_written(events);
    context.written();
    Ok(left)
}

/// Parks a run or settles it; what became of it, and the events that ended it.
fn leave(
    conn: &mut DbConn,
    run: &Run,
    stop: &Stop,
    ending: Ending,
    again: bool,
) -> AppResult<(Left, Vec<Event>)> {
    let status = match stop {
        Stop::Waits => Some(RunStatus::Waiting),
        Stop::Over(Outcome::Interrupted) if can_go_on(conn, run)? => Some(RunStatus::Queued),
        Stop::Over(_) => None,
    };
    if let Some(status) = status {
        let parked = match park(conn, run, status, &ending)? {
            None if again => parked_before(conn, run, &ending)?,
            parked => parked,
        };
        if let Some(told) = parked {
            return Ok((Left::Parked, vec![told]));
        }
    }
    let last_seq = ending.last_seq;
    let settled = match settle(conn, run, ending)? {
        None if again => settled_before(conn, run, last_seq)?,
        settled => settled,
    };
    Ok(settled.map_or((Left::Gone, Vec::new()), |(run, events)| (Left::Settled(Box::new(run)), events)))
}

/// What was spent for a session that has been deleted meanwhile was spent all the same.
async fn count_gone(context: &RunContext, live: &LiveRun) {
    let (run, (before, spent)) = (live.run.clone(), context.owed());
    let count = context.db().write(move |conn| match runs::find_optional(conn, &run.id)? {
        Some(_) => Ok(()),
        None => budget::add(conn, &run.user_id, before, spent),
    });
    if let Err(error) = count.await {
        tracing::warn!(run = %live.run.id, %error, "what a deleted answer had cost could not be counted");
    }
}

/// Names the session after its first exchange, then says that this is the end.
async fn name_and_end(context: &RunContext, live: &LiveRun, agent: &dyn Agent, run: &Run) {
    let naming = tokio::time::timeout(TITLE_TIMEOUT, AssertUnwindSafe(agent.title(context)).catch_unwind());
    let title = naming.await.ok().and_then(Result::ok).flatten();
    let (id, session, status) = (run.id.clone(), run.session_id.clone(), run.status);
    let after = live.log.last_seq();
    // To find a name was not for nothing either.
    let (user, before, spent) = (run.user_id.clone(), run.usage(), context.answer().usage);
    let written = context.db().write(move |conn| {
        let mut events = Vec::new();
        if let Some(title) = title
            && chat_sessions::name_unnamed(conn, &session, &title)?
        {
            events.push(Event::new(kind::TITLE, &json!({ "session_id": session, "name": title })));
        }
        events.push(end_event(status));
        run_events::append(conn, &to_rows(&id, after + 1, &events))?;
        budget::add(conn, &user, before, spent)?;
        Ok(events)
    });
    match written.await {
        Ok(events) => {
            live.log.publish_written(events);
            context.written();
        }
        Err(error) => tracing::warn!(run = %run.id, %error, "the end of a run could not be written"),
    }
}
