//! What the database holds when all is over, and what is wrong with it.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use r2d2::ManageConnection;
use stoa::db::{DbConn, DbTarget, Manager, Synchronous};
use stoa::models::message::{Message, MessageRole};
use stoa::models::run::Run;
use stoa::models::run_event::RunEventRow;
use stoa::schema::{messages, run_events, runs};

/// Everything that was said and every log.
pub struct Audit {
    messages: Vec<Message>,
    runs: Vec<Run>,
    logs: HashMap<String, Vec<RunEventRow>>,
}

/// A connection to look with, beside those of the processes.
pub fn connect(url: &str) -> anyhow::Result<DbConn> {
    let target = DbTarget::parse(url).map_err(anyhow::Error::msg)?;
    Ok(Manager::new(target, Synchronous::Full).connect()?)
}

impl Audit {
    /// Reads all of it.
    pub fn read(url: &str) -> anyhow::Result<Self> {
        let mut conn = connect(url)?;
        let rows: Vec<RunEventRow> =
            run_events::table.order((run_events::run_id, run_events::seq)).load(&mut conn)?;
        let mut logs: HashMap<String, Vec<RunEventRow>> = HashMap::new();
        for row in rows {
            logs.entry(row.run_id.clone()).or_default().push(row);
        }
        Ok(Self {
            messages: messages::table.order(messages::id).load(&mut conn)?,
            runs: runs::table.order(runs::id).load(&mut conn)?,
            logs,
        })
    }

    /// Of these questions, those that are not there, and those that are there twice.
    pub fn lost_and_doubled(&self, questions: &[String]) -> (usize, usize) {
        let mut found: HashMap<&str, usize> = HashMap::new();
        for question in self.messages.iter().filter(|message| message.role == MessageRole::User) {
            *found.entry(&question.content).or_default() += 1;
        }
        let times = |question: &String| found.get(question.as_str()).copied().unwrap_or_default();
        let lost = questions.iter().filter(|question| times(question) == 0).count();
        (lost, found.values().filter(|times| **times > 1).count())
    }

    /// Questions that do not have exactly one answer.
    pub fn unanswered(&self) -> usize {
        let mut answers: HashMap<&str, usize> = HashMap::new();
        for answer in self.answers() {
            *answers.entry(answer.parent_id.as_deref().unwrap_or_default()).or_default() += 1;
        }
        let questions = self.messages.iter().filter(|message| message.role == MessageRole::User);
        questions.filter(|question| answers.get(question.id.as_str()) != Some(&1)).count()
    }

    /// Runs that are still queued or running.
    pub fn active(&self) -> usize {
        self.runs.iter().filter(|run| run.status.is_active()).count()
    }

    /// All messages.
    pub fn messages(&self) -> usize {
        self.messages.len()
    }

    /// All runs.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// Places in logs where the numbers are not those that follow.
    pub fn misnumbered(&self) -> usize {
        let wrong = |log: &Vec<RunEventRow>| {
            let mut next = 1;
            let mut wrong = 0;
            for row in log {
                wrong += usize::from(row.seq != next || row.last_seq < row.seq);
                next = row.last_seq + 1;
            }
            wrong
        };
        self.logs.values().map(wrong).sum()
    }

    /// Runs whose log has more than one ending, and those whose log has none.
    pub fn endings(&self) -> (usize, usize) {
        let endings = |run: &Run, kind| self.log(run).iter().filter(|row| row.kind == kind).count();
        let twice = |run: &&Run| endings(run, "end") > 1 || endings(run, "message") > 1;
        let never = |run: &&Run| endings(run, "message") == 0;
        (self.runs.iter().filter(twice).count(), self.runs.iter().filter(never).count())
    }

    /// Answers that are not what the log of their last run holds.
    pub fn unlogged(&self) -> usize {
        // Ids are made in order of time, so the last run of an answer comes last.
        let last: HashMap<&str, &Run> = self.runs.iter().map(|run| (run.message_id.as_str(), run)).collect();
        let logged = |answer: &Message| {
            let log = last.get(answer.id.as_str()).map(|run| self.log(run)).unwrap_or_default();
            let pieces = log.iter().filter(|row| row.kind == "delta");
            pieces
                .flat_map(|row| serde_json::from_str::<Vec<String>>(&row.data).unwrap_or_default())
                .collect::<String>()
        };
        self.answers().filter(|answer| answer.content != logged(answer)).count()
    }

    /// Answers that are anything but beginnings of what the model sent, each once: the pieces of the model's answer 7 are
    /// ` a7p0 a7p1 …`, and an answer that went on is made of several.
    pub fn garbled(&self) -> usize {
        let mut used = HashSet::new();
        self.answers().filter(|answer| !is_made_of_beginnings(&answer.content, &mut used)).count()
    }

    fn answers(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| message.role == MessageRole::Assistant)
    }

    fn log(&self, run: &Run) -> &[RunEventRow] {
        self.logs.get(&run.id).map(Vec::as_slice).unwrap_or_default()
    }
}

fn is_made_of_beginnings(content: &str, used: &mut HashSet<String>) -> bool {
    let mut before: Option<(&str, usize)> = None;
    for word in content.split_whitespace() {
        let Some((answer, Ok(piece))) = word.split_once('p').map(|(answer, piece)| (answer, piece.parse()))
        else {
            return false;
        };
        let goes_on = before == Some((answer, usize::wrapping_sub(piece, 1)));
        let begins = piece == 0 && used.insert(answer.to_owned());
        if !goes_on && !begins {
            return false;
        }
        before = Some((answer, piece));
    }
    true
}
