//! Plays a model that can make every step of a research, sensibly from what it is shown, and wrongly where a test says so.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::upstream::{Request, Script, Upstream};

/// A step that a model is asked to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Clarify,
    Plan,
    Query,
    Decide,
    Choose,
    Notes,
    Write,
    Judge,
    Rewrite,
    Open,
}

/// How the task of each step begins.
const TASKS: [(&str, Step); 10] = [
    ("Decide whether this request", Step::Clarify),
    ("Plan a research", Step::Plan),
    ("Write one query", Step::Query),
    ("Are these notes enough", Step::Decide),
    ("Choose at most", Step::Choose),
    ("Copy out of this page", Step::Notes),
    ("Answer the question in", Step::Write),
    ("For each numbered claim", Step::Judge),
    ("No note says these sentences", Step::Rewrite),
    ("Which questions does this report", Step::Open),
];

/// What the model is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub step: Step,
    /// What stands between the marks.
    pub material: String,
    /// Whether its first answer to this could not be used.
    pub again: bool,
}

/// What the model answers to a step.
type Part = Arc<dyn Fn(&Task) -> Script + Send + Sync>;

/// The model; a clone is the same one.
#[derive(Clone, Default)]
pub struct Able(Arc<Mutex<Play>>);

#[derive(Default)]
struct Play {
    parts: HashMap<Step, Part>,
    asked: Vec<Task>,
}

impl Able {
    /// Answers what is asked of `upstream` from now on.
    pub fn at(upstream: &Upstream) -> Self {
        let able = Self::default();
        let same = able.clone();
        upstream.direct(move |request| same.answer(request));
        able
    }

    /// From now on the model answers to this step what `part` says.
    pub fn plays(&self, step: Step, part: impl Fn(&Task) -> Script + Send + Sync + 'static) {
        self.0.lock().unwrap().parts.insert(step, Arc::new(part));
    }

    /// The same in JSON.
    pub fn says(&self, step: Step, part: impl Fn(&Task) -> Value + Send + Sync + 'static) {
        self.plays(step, move |task| said(&part(task).to_string()));
    }

    /// From now on every step is answered so, but those of which a test says otherwise.
    pub fn always(&self, script: &Script) {
        for (_, step) in TASKS {
            let script = script.clone();
            self.plays(step, move |_| script.clone());
        }
    }

    /// The step is answered sensibly again.
    pub fn recovers(&self, step: Step) {
        self.0.lock().unwrap().parts.remove(&step);
    }

    /// What it was asked.
    pub fn asked(&self) -> Vec<Task> {
        self.0.lock().unwrap().asked.clone()
    }

    /// How often it was asked to make that step.
    pub fn count(&self, step: Step) -> usize {
        self.asked().iter().filter(|task| task.step == step).count()
    }

    fn answer(&self, request: &Request) -> Script {
        let task = read(request);
        let part = {
            let mut play = self.0.lock().unwrap();
            play.asked.push(task.clone());
            play.parts.get(&task.step).cloned()
        };
        part.map_or_else(|| said(&sensible(&task).to_string()), |part| part(&task))
    }
}

/// A whole answer.
pub fn said(text: &str) -> Script {
    Script::answer(&[text])
}

fn read(request: &Request) -> Task {
    let messages = request.body["messages"].as_array().unwrap();
    let asked = messages[1]["content"].as_str().unwrap();
    let (_, step) =
        TASKS.iter().find(|(words, _)| asked.starts_with(words)).unwrap_or_else(|| panic!("{asked}"));
    let (_, material) = asked.split_once("<material>\n").unwrap();
    let (material, _) = material.rsplit_once("\n</material>").unwrap();
    Task { step: *step, material: material.to_owned(), again: messages.len() > 2 }
}

/// What a good model answers.
pub fn sensible(task: &Task) -> Value {
    let material = task.material.as_str();
    match task.step {
        Step::Clarify => json!({ "question": null }),
        Step::Plan => json!({
            "title": "Roman law and the Stoa",
            "brief": "How the Digest came to be, and who first set the civil law in order.",
            "questions": ["When was the Digest issued?", "Who arranged the civil law by kinds?"],
        }),
        Step::Query => json!({ "query": question(material) }),
        Step::Decide => json!({ "enough": true, "query": null }),
        Step::Choose => json!({ "choose": numbers(material, "", ". ").iter().take(4).collect::<Vec<_>>() }),
        Step::Notes => json!({ "notes": notes(material) }),
        Step::Write => json!({ "text": written(material) }),
        Step::Judge => json!({ "verdicts": verdicts(material, "supported") }),
        Step::Rewrite => {
            let (list, _) = material.split_once("\n\nNotes:").unwrap_or((material, ""));
            let anew = |number| json!({ "sentence": number, "text": format!("{} [1]", quotes(material)[0]) });
            json!({ "sentences": numbers(list, "", ". ").into_iter().map(anew).collect::<Vec<_>>() })
        }
        Step::Open => json!({ "questions": [] }),
    }
}

/// The same verdict on every claim.
pub fn verdicts(material: &str, verdict: &str) -> Vec<Value> {
    let one = |number| json!({ "claim": number, "verdict": verdict });
    numbers(material, "Claim ", ": ").into_iter().map(one).collect()
}

/// The question that material is about.
pub fn question(material: &str) -> &str {
    material.strip_prefix("Question: ").and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// The passages of the notes that stand in material, in their order.
pub fn quotes(material: &str) -> Vec<String> {
    let quote =
        |line: &str| Some(line.strip_prefix('[')?.split_once("] \"")?.1.rsplit_once("\" (")?.0.to_owned());
    material.lines().filter_map(quote).collect()
}

/// The numbers of lines that begin with `before`, a number and `after`.
fn numbers(material: &str, before: &str, after: &str) -> Vec<usize> {
    let number = |line: &str| line.strip_prefix(before)?.split_once(after)?.0.parse::<usize>().ok();
    material.lines().filter_map(number).collect()
}

/// The sentences of a page that share a long word with the question.
fn notes(material: &str) -> Vec<Value> {
    let (head, text) = material.split_once("\n\nPage: ").unwrap();
    let text = text.split_once("\n\n").map_or("", |(_, text)| text);
    let words: Vec<&str> =
        head.split([' ', '?']).filter(|word| word.len() > 4 && *word != "Question:").collect();
    let sentences = text.split_inclusive(['.', '。']).map(str::trim).filter(|sentence| sentence.len() > 12);
    let fitting = sentences.filter(|sentence| words.iter().any(|word| sentence.contains(word)));
    fitting.take(4).map(|quote| json!({ "quote": quote, "claim": "It says so." })).collect()
}

fn written(material: &str) -> String {
    let sentence = |(number, quote): (usize, String)| format!("{quote} [{number}]");
    (1..).zip(quotes(material)).map(sentence).collect::<Vec<_>>().join(" ")
}
