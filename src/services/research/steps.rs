//! What a research did on its way, out of its log: each step as its last event tells it.

use crate::models::run_event::RunEventRow;
use crate::models::step::Step;

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
    use crate::models::step::StepStatus;

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
