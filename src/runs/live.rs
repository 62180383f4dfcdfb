//! A run at work in this process: its events in memory, where readers follow them as they come, and the
//! levers that stop it.
//!
//! Readers are woken, not sent to: each keeps its own place and takes what is new when its socket has room, so
//! a slow reader costs no memory and no event is dropped.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::context::Answer;
use super::event::{Event, Numbered, batch, to_rows};
use crate::models::run::Run;
use crate::models::run_event::RunEventRow;
use crate::models::token_usage::DayUsage;

/// A run at work in this process.
pub(super) struct LiveRun {
    /// The row as it was claimed.
    pub(super) run: Run,
    /// What it had made by then, when it was at work before.
    pub(super) before: Answer,
    /// What its member had spent by then.
    pub(super) day: DayUsage,
    /// Its events.
    pub(super) log: LiveLog,
    /// The person wants it to stop.
    pub(super) cancel: CancellationToken,
    /// This process is about to end.
    pub(super) interrupt: CancellationToken,
    /// Another process has taken it over: nothing of it may be written here any more.
    pub(super) lost: CancellationToken,
}

impl LiveRun {
    pub(super) fn new(run: Run, logged: i64, before: Answer, day: DayUsage) -> Self {
        let (token, log) = (CancellationToken::new, LiveLog::new(logged));
        Self { run, before, day, log, cancel: token(), interrupt: token(), lost: token() }
    }
}

/// The events of a run since this process claimed it.
pub(super) struct LiveLog {
    state: Mutex<State>,
    /// The number of the last event; changes wake readers, dropping the log does too.
    latest: watch::Sender<i64>,
}

struct State {
    /// The number before the first event in memory.
    base: i64,
    events: Vec<Event>,
    /// How many of them are in the database.
    flushed: usize,
}

impl LiveLog {
    fn new(base: i64) -> Self {
        let state = Mutex::new(State { base, events: Vec::new(), flushed: 0 });
        Self { state, latest: watch::Sender::new(base) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an event that is still to be written to the database.
    pub(super) fn push(&self, event: Event) {
        let mut state = self.lock();
        state.events.push(event);
        let latest = state.last_seq();
        drop(state);
        self.latest.send_replace(latest);
    }

    /// Adds events that are in the database already, after all others.
    pub(super) fn publish_written(&self, events: Vec<Event>) {
        let mut state = self.lock();
        state.events.extend(events);
        state.flushed = state.events.len();
        let latest = state.last_seq();
        drop(state);
        self.latest.send_replace(latest);
    }

    /// Whether a reader that has seen events up to `after` can go on from memory alone.
    pub(super) fn covers(&self, after: i64) -> bool {
        self.lock().base <= after
    }

    /// The number of the last event.
    pub(super) fn last_seq(&self) -> i64 {
        self.lock().last_seq()
    }

    /// The events after number `after`, as many as are read at once.
    pub(super) fn read_after(&self, after: i64) -> Vec<Numbered> {
        let state = self.lock();
        let skip = usize::try_from(after - state.base).unwrap_or(0);
        let first = state.base.max(after) + 1;
        let rest = state.events.get(skip..).unwrap_or_default();
        batch((first..).zip(rest).map(|(seq, event)| Numbered { seq, event: event.clone() }))
    }

    /// Wakes whenever there is something new.
    pub(super) fn subscribe(&self) -> watch::Receiver<i64> {
        self.latest.subscribe()
    }

    /// Rows for the events not yet in the database, and the mark to give to [`Self::mark_flushed`] once
    /// they are.
    pub(super) fn unflushed(&self, run_id: &str) -> (Vec<RunEventRow>, usize) {
        let state = self.lock();
        let first = state.base + 1 + i64::try_from(state.flushed).unwrap_or_default();
        let rest = state.events.get(state.flushed..).unwrap_or_default();
        (to_rows(run_id, first, rest), state.events.len())
    }

    /// Notes that events up to `mark` are in the database.
    pub(super) fn mark_flushed(&self, mark: usize) {
        self.lock().flushed = mark;
    }
}

impl State {
    fn last_seq(&self) -> i64 {
        self.base + i64::try_from(self.events.len()).unwrap_or_default()
    }
}
