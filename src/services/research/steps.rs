//! What a research did on its way, out of its log: each step as its last event tells it.

use serde::Deserialize;

use crate::db::text_enum;
use crate::models::run_event::RunEventRow;

text_enum! {
    /// How a step stands.
    StepStatus {
        /// It is being done.
        Running = "running",
        /// It is done.
        Done = "done",
        /// It gave nothing; the research went on without it.
        Failed = "failed",
        /// It was not needed.
        Skipped = "skipped",
    }
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Step {
    /// What tells it from the run's other steps, such as `q1.search.1`.
    pub key: String,
    /// What is done: `step.<name>` is its title.
    pub name: String,
    /// How it stands.
    pub status: StepStatus,
    /// The question of the plan that it is for, from 1; `None` for what belongs to all.
    #[serde(default)]
    pub question: Option<i64>,
    /// What is searched, read, …
    #[serde(default)]
    pub detail: Option<String>,
    /// How much came of it; `step_count.<name>` says of what.
    #[serde(default)]
    pub count: Option<i64>,
    /// Why it failed: `error.<code>` for people.
    #[serde(default)]
    pub code: Option<String>,
}

/// The step that an event tells of; `None` for the steps of other runs than researches, which have no key.
pub fn parse(data: &str) -> Option<Step> {
    serde_json::from_str(data).ok()
}

/// The steps that some events tell of, in the order in which they began, each as it stands now.
pub fn latest<'a>(rows: impl IntoIterator<Item = &'a RunEventRow>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for step in rows.into_iter().filter_map(|row| parse(&row.data)) {
        match steps.iter_mut().find(|known| known.key == step.key) {
            Some(known) => *known = step,
            None => steps.push(step),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Time;

    fn row(data: &str) -> RunEventRow {
        RunEventRow {
            run_id: String::new(),
            seq: 1,
            last_seq: 1,
            kind: "step".to_owned(),
            data: data.to_owned(),
            created_at: Time::now(),
        }
    }

    #[test]
    fn the_last_event_of_a_step_counts_and_its_place_is_that_of_the_first() {
        let rows = [
            row(r#"{"key":"plan","name":"plan","status":"running"}"#),
            row(r#"{"key":"q1.search.1","name":"search","status":"running","question":1,"detail":"WAL"}"#),
            row(r#"{"key":"plan","name":"plan","status":"done","question":null,"count":2}"#),
            row(r#"{"name":"prepare_model","status":"running","detail":""}"#),
        ];
        let steps = latest(&rows);
        let told: Vec<_> = steps.iter().map(|step| (step.key.as_str(), step.status, step.count)).collect();
        assert_eq!(told, [("plan", StepStatus::Done, Some(2)), ("q1.search.1", StepStatus::Running, None)]);
    }
}
