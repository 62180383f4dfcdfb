//! What a research has done: each step's result is kept the moment it is there, so that no step is made twice, whatever dies.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::sleep;

use super::halt::{Halt, internal};
use crate::db::DbConn;
use crate::error::{AppError, AppResult, Thing};
use crate::models::run::{Run, RunStatus};
use crate::models::step::{Step, StepStatus};
use crate::repositories::{chat_sessions, checkpoints, run_events, runs};
use crate::runs::{RunContext, kind};

/// The step under which is kept what the research has spent.
pub const SPENT: &str = "spent";
/// Before the key of a step: what people are told of its end, kept with it.
const ENDED: &str = "ended.";
/// How long a write is tried again while the database is away, and how long between tries.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(500);

/// What a research has spent, beside tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Searches made.
    pub searches: i64,
    /// Pages fetched or taken from the library.
    pub pages: i64,
    /// Time at work.
    pub milliseconds: i64,
    /// Steps that a model made.
    pub by_model: i64,
    /// Steps that a model should have made and fixed rules have.
    pub by_rules: i64,
}

/// What a step is called.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    /// Unlike that of any other step of the run.
    pub key: &'a str,
    /// A stable word; `step.<name>` is what people read.
    pub name: &'static str,
    /// The question of the plan that it is made for, from 1.
    pub question: Option<i64>,
    /// What is searched for or read, as it is called; may be empty.
    pub detail: &'a str,
}

/// What people are told of a step's result.
pub trait Told {
    /// How many there are of what it was to bring.
    fn count(&self) -> Option<usize> {
        None
    }

    /// Whether it gave what it should.
    fn status(&self) -> StepStatus {
        StepStatus::Done
    }

    /// Why it failed: a stable code, `error.<code>` for people.
    fn code(&self) -> Option<&str> {
        None
    }
}

/// The steps of one run.
pub struct Journal<'a> {
    context: &'a RunContext,
    state: Mutex<State>,
}

struct State {
    kept: HashMap<String, String>,
    /// Keys of steps whose end was told.
    told: HashSet<String>,
    spent: Spent,
    /// Since when time is not counted in `spent`.
    since: Instant,
}

impl<'a> Journal<'a> {
    /// What the run has done so far.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(context: &'a RunContext) -> Result<Self, Halt> {
        let run = context.run().clone();
        let (kept, told) = context.db().read(move |conn| read(conn, &run)).await.map_err(internal)?;
        let spent = kept.get(SPENT).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let state = State { kept, told, spent, since: Instant::now() };
        let journal = Self { context, state: Mutex::new(state) };
        journal.tell_missed();
        Ok(journal)
    }

    /// The result of a step, if it was made.
    pub fn find<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.lock().kept.get(key).and_then(|text| serde_json::from_str(text).ok())
    }

    /// What was spent by now.
    pub fn spent(&self) -> Spent {
        let state = self.lock();
        let milliseconds = i64::try_from(state.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        Spent { milliseconds: state.spent.milliseconds.saturating_add(milliseconds), ..state.spent }
    }

    /// Changes what was spent; it is kept with the next step.
    pub fn spend(&self, change: impl FnOnce(&mut Spent)) {
        change(&mut self.lock().spent);
    }

    /// The result of a step: as it was kept, else as `work` makes it now.
    ///
    /// # Errors
    /// Those of `work`, and when the database fails. Then nothing is kept.
    pub async fn step<T>(
        &self,
        label: Label<'_>,
        work: impl Future<Output = Result<T, Halt>>,
    ) -> Result<T, Halt>
    where
        T: Serialize + DeserializeOwned + Told + Clone + Send + Sync + 'static,
    {
        self.step_with(label, work, |_, made: &T| Ok(made.clone())).await
    }

    /// The same for a step that keeps more than its result: `store` writes that in the transaction that keeps the result.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub async fn step_with<W, T>(
        &self,
        label: Label<'_>,
        work: impl Future<Output = Result<W, Halt>>,
        store: impl Fn(&mut DbConn, &W) -> AppResult<T> + Clone + Send + Sync + 'static,
    ) -> Result<T, Halt>
    where
        W: Clone + Send + Sync + 'static,
        T: Serialize + DeserializeOwned + Told + Send + 'static,
    {
        if let Some(made) = self.find::<T>(label.key) {
            self.tell_end(label, &made);
            return Ok(made);
        }
        self.tell_begin(label);
        let work = work.await?;
        let begun = begun(label);
        let job = move |conn: &mut DbConn| {
            let made = store(conn, &work)?;
            let end = ended(&begun, &made);
            Ok((made, Some(end)))
        };
        let made = self.keep_told(label.key, job).await?;
        self.tell_end(label, &made);
        Ok(made)
    }

    /// Keeps what `job` makes in its transaction as the result of a step.
    ///
    /// # Errors
    /// When the run is not held here any more, or the database fails.
    pub async fn keep<T>(
        &self,
        key: &str,
        job: impl Fn(&mut DbConn) -> AppResult<T> + Clone + Send + 'static,
    ) -> Result<T, Halt>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        self.keep_told(key, move |conn| Ok((job(conn)?, None))).await
    }

    /// The same with what people are to be told of it.
    async fn keep_told<T>(
        &self,
        key: &str,
        job: impl Fn(&mut DbConn) -> AppResult<(T, Option<Step>)> + Clone + Send + 'static,
    ) -> Result<T, Halt>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let spent = self.spent();
        let begun = Instant::now();
        let mut again = false;
        let (made, text) = loop {
            let (run, key, job, first) = (self.context.run().clone(), key.to_owned(), job.clone(), !again);
            match self.context.db().write(move |conn| write(conn, &run, &key, &spent, first, job)).await {
                Err(AppError::Unavailable(_)) if begun.elapsed() < PATIENCE => sleep(PAUSE).await,
                other => break other.map_err(internal)?,
            }
            again = true;
        };
        self.lock().kept.insert(key.to_owned(), text);
        Ok(made)
    }

    /// Tells readers that a step has begun.
    pub fn tell_begin(&self, label: Label<'_>) {
        self.context.tell(kind::STEP, &json!(begun(label)));
    }

    /// Tells readers once how a step ended.
    pub fn tell_end(&self, label: Label<'_>, made: &impl Told) {
        if self.lock().told.insert(label.key.to_owned()) {
            self.context.tell(kind::STEP, &json!(ended(&begun(label), made)));
        }
    }

    /// Tells how steps ended that were kept by a process which died before it could tell. Steps within a step that is done
    /// are not come by again.
    fn tell_missed(&self) {
        let mut state = self.lock();
        let State { kept, told, .. } = &mut *state;
        let ends = kept.iter().filter_map(|(key, text)| Some((key.strip_prefix(ENDED)?, text)));
        for (key, text) in ends {
            if let (Ok(end), true) = (serde_json::from_str::<Step>(text), told.insert(key.to_owned())) {
                self.context.tell(kind::STEP, &json!(end));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn begun(label: Label<'_>) -> Step {
    Step {
        key: label.key.to_owned(),
        name: label.name.to_owned(),
        status: StepStatus::Running,
        question: label.question,
        detail: Some(label.detail.to_owned()),
        count: None,
        code: None,
    }
}

fn ended(begun: &Step, made: &impl Told) -> Step {
    Step {
        status: made.status(),
        count: made.count().and_then(|count| i64::try_from(count).ok()),
        code: made.code().map(str::to_owned),
        ..begun.clone()
    }
}

fn read(conn: &mut DbConn, run: &Run) -> AppResult<(HashMap<String, String>, HashSet<String>)> {
    let kept = checkpoints::list(conn, &run.id)?.into_iter().collect();
    let mut told = HashSet::new();
    for row in run_events::list_after(conn, &run.id, 0)?.into_iter().filter(|row| row.kind == kind::STEP) {
        let Ok(step) = serde_json::from_str::<Step>(&row.data) else { continue };
        if step.status != StepStatus::Running {
            told.insert(step.key);
        }
    }
    Ok((kept, told))
}

/// What a step has made, and that as it is kept, as long as the run is held here. A write that was not heard of may have
/// been done all the same.
fn write<T: Serialize + DeserializeOwned>(
    conn: &mut DbConn,
    run: &Run,
    key: &str,
    spent: &Spent,
    first: bool,
    job: impl FnOnce(&mut DbConn) -> AppResult<(T, Option<Step>)>,
) -> AppResult<(T, String)> {
    chat_sessions::lock(conn, &run.session_id)?;
    let now = runs::find_optional(conn, &run.id)?;
    let is_ours = |now: &Run| now.status == RunStatus::Running && now.lease_owner == run.lease_owner;
    // Another process may have gone on with it meanwhile, or its member have stopped it.
    now.filter(is_ours).ok_or(AppError::NotFound(Thing::Resource))?;
    if !first && let Some(text) = checkpoints::find_optional(conn, &run.id, key)? {
        return Ok((serde_json::from_str(&text).map_err(|error| AppError::Internal(error.into()))?, text));
    }
    let (made, end) = job(conn)?;
    if let Some(end) = end {
        checkpoints::put(conn, &run.id, &format!("{ENDED}{key}"), &json!(end).to_string())?;
    }
    let text = serde_json::to_string(&made).map_err(|error| AppError::Internal(error.into()))?;
    checkpoints::put(conn, &run.id, key, &text)?;
    checkpoints::put(conn, &run.id, SPENT, &json!(spent).to_string())?;
    Ok((made, text))
}
