//! What a research did and is doing, step by step: the same for a whole page and for a page that follows along.

use std::borrow::Cow;
use std::collections::BTreeMap;

use askama::Template;

use crate::error::{AppError, AppResult};
use crate::i18n::Locale;
use crate::models::step::{Step, StepStatus};
use crate::web::pages::frame::Frame;

/// All the work on a question, which the steps of that question are parts of.
const WHOLE: &str = "research";

/// The steps of a run where they stand.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// In the order of the work.
    pub places: Vec<Place>,
    /// The number of the last event that they are as of: a page that follows along passes over those before.
    pub seen: i64,
}

/// Steps that stand together.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name: `before` and `after` the questions, or `q` with the question's number.
    pub name: String,
    /// The question that its steps are for.
    pub question: Option<String>,
    /// In the order in which they began.
    pub steps: Vec<StepLine>,
}

/// A step, ready for display.
#[derive(Clone, Debug)]
pub struct StepLine {
    /// What tells it from others of the run.
    pub key: String,
    /// How it stands, as a class.
    pub status: &'static str,
    /// The key of the word for that.
    pub status_label: &'static str,
    /// What is done.
    pub title: String,
    /// What is searched, read, …
    pub detail: String,
    /// Why it failed.
    pub problem: Option<String>,
    /// Whether it is all the work on a question.
    pub whole: bool,
    /// What came of it.
    pub count: Option<String>,
}

/// A step by itself, as a page that follows along puts it into its place.
#[derive(Template)]
#[template(path = "research/_step.html")]
struct StepPart {
    frame: Frame,
    step: StepLine,
}

impl Timeline {
    /// The steps of a run with the plan's `questions`; while it is `busy`, with a place for steps to come.
    pub fn new(steps: &[Step], seen: i64, questions: &[String], busy: bool, locale: Locale) -> Self {
        let of = |name: &str| steps.iter().filter(|step| place(step) == name).collect::<Vec<_>>();
        let make = |name: String, question: Option<String>| {
            let own = of(&name);
            let steps = own.into_iter().map(|step| StepLine::new(step, locale)).collect();
            Place { name, question, steps }
        };
        // Answers to later questions have no plan: theirs stands in the step that is all the work on it.
        let told =
            steps.iter().filter_map(|step| Some((step.question?, step.detail.clone()?, step.name == WHOLE)));
        let mut texts: BTreeMap<i64, String> =
            told.filter(|(.., whole)| *whole).map(|(n, text, _)| (n, text)).collect();
        texts.extend((1..).zip(questions.iter().cloned()));
        let asked = texts.into_iter().map(|(number, text)| make(format!("q{number}"), Some(text)));
        let mut places = vec![make("before".to_owned(), None)];
        places.extend(asked);
        places.push(make("after".to_owned(), None));
        places.retain(|place| busy || !place.steps.is_empty());
        Self { places, seen }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.places.iter().all(|place| place.steps.is_empty())
    }
}

impl StepLine {
    /// A step in the reader's language.
    pub fn new(step: &Step, locale: Locale) -> Self {
        let name = |section: &str| format!("{section}.{}", step.name);
        let count = step.count.filter(|_| step.status != StepStatus::Running);
        let said = count.and_then(|n| {
            let key = name("step_count");
            locale.find(&key).map(|_| locale.t_with(&key, &[("n", &n.to_string())]))
        });
        Self {
            key: step.key.clone(),
            status: step.status.as_str(),
            status_label: status_label(step.status),
            title: locale.t(&name("step")).into_owned(),
            detail: step.detail.clone().unwrap_or_default(),
            problem: step
                .code
                .as_ref()
                .and_then(|code| locale.find(&format!("error.{code}")))
                .map(Cow::into_owned),
            whole: step.name == WHOLE,
            count: said,
        }
    }

    /// The line as HTML.
    ///
    /// # Errors
    /// `Internal`, when it cannot be rendered.
    pub fn html(self, locale: Locale) -> AppResult<String> {
        let part = StepPart { frame: Frame { locale, ..Frame::default() }, step: self };
        part.render().map_err(|error| AppError::Internal(error.into()))
    }
}

fn status_label(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Running => "research.step_running",
        StepStatus::Done => "research.step_done",
        StepStatus::Failed => "research.step_failed",
        StepStatus::Skipped => "research.step_skipped",
    }
}

/// Where a step stands among the others.
pub fn place(step: &Step) -> String {
    match (step.question, step.name.as_str()) {
        (Some(number), _) => format!("q{number}"),
        (None, "open" | "report") => "after".to_owned(),
        (None, _) => "before".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, count: Option<i64>) -> Step {
        Step {
            key: name.to_owned(),
            name: name.to_owned(),
            status: StepStatus::Done,
            question: None,
            detail: None,
            count,
            code: None,
        }
    }

    #[test]
    fn every_step_has_a_name_in_both_languages() {
        let all = ["clarify", "plan", "approval", WHOLE, "query", "search", "choose", "fetch", "notes"];
        for name in all.iter().chain(&["decide", "write", "verify", "open", "report"]) {
            for locale in Locale::ALL {
                assert_ne!(StepLine::new(&step(name, None), locale).title, format!("step.{name}"));
            }
        }
    }

    #[test]
    fn what_came_of_a_step_is_told_once_it_is_over() {
        let found = step("search", Some(8));
        assert_eq!(StepLine::new(&found, Locale::En).count.as_deref(), Some("8 found"));
        let running = Step { status: StepStatus::Running, ..found };
        assert_eq!(StepLine::new(&running, Locale::En).count, None);
        assert_eq!(StepLine::new(&step("decide", Some(1)), Locale::En).count, None);
    }
}
